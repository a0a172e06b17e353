//! Highlights as a page of Markdown: what was marked, entry by entry.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{CiteRecord, HighlightRecord};

/// To be read, not to be read back: what is marked has its place in the file of JSON beside it.
pub fn highlights_page(heading: &str, highlights: &[HighlightRecord]) -> String {
    let mut page = format!("# {heading}\n");
    let mut order: Vec<&CiteRecord> = Vec::new();
    let mut by_entry: BTreeMap<&CiteRecord, Vec<&HighlightRecord>> = BTreeMap::new();
    for highlight in highlights {
        let of_entry = by_entry.entry(&highlight.cites).or_default();
        if of_entry.is_empty() {
            order.push(&highlight.cites);
        }
        of_entry.push(highlight);
    }
    for cites in order {
        let title = one_line(&cites.title);
        // Writing to a string does not fail.
        let _ = match &cites.address {
            Some(address) => write!(page, "\n## [{title}](<{address}>)\n"),
            None => write!(page, "\n## {title}\n"),
        };
        let day = cites.published.map(|it| it.strftime("%Y-%m-%d").to_string());
        let about: Vec<String> = [Some(one_line(&cites.peer)), day]
            .into_iter()
            .flatten()
            .filter(|it| !it.is_empty())
            .collect();
        if !about.is_empty() {
            let _ = write!(page, "\n{}\n", about.join(" · "));
        }
        for highlight in &by_entry[cites] {
            page.push('\n');
            for line in highlight.quote.lines() {
                let _ = writeln!(page, "> {}", line.trim());
            }
        }
    }
    page
}

/// On one line, and without brackets of a link.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
