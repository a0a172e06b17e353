//! An evidence pack as a file of Markdown. Texts of notes stand as they were written; all else is
//! escaped.

use super::{
    plot::BarRow,
    view::{AlsoView, CiteView, IdeaView, NoteView, PackView, ReadView},
};
use crate::{digest::faces::escaped_markdown as escaped, web::say};

pub(super) fn markdown(view: &PackView) -> String {
    let mut file = File(String::new());
    let title = say::fill("web.pack.heading.of", &[("span", &view.span)]);
    file.block(&format!("# {}", escaped(&title)));
    file.block(&escaped(&say::fill("web.pack.made", &[("day", &view.made)])));
    if view.is_empty {
        file.block(&escaped(say::text("web.pack.empty.title")));
    }
    let figures: Vec<String> = view.figures.iter().map(|it| format!("- {}", escaped(it))).collect();
    file.block(&figures.join("\n"));
    for area in &view.areas {
        file.block(&format!("## {}", escaped(&area.name)));
        if let Some(expected) = &area.expected {
            file.block(&format!("*{}*", escaped(expected)));
        }
        area.notes.iter().for_each(|it| file.note(it));
        file.also("web.pack.also", &area.also);
    }
    if let Some(without) = &view.without {
        file.block(&escaped(without));
    }
    file.heading_if(!view.ideas.is_empty(), "web.pack.heading.ideas");
    view.ideas.iter().for_each(|it| file.idea(it));
    file.reading(view);
    file.gaps(view);
    file.heading_if(true, "web.pack.heading.ledger");
    file.block(&escaped(&view.ledger.said));
    if let Some(head) = &view.ledger.head {
        file.block(&format!("`{head}`"));
    }
    file.0
}

struct File(String);

impl File {
    /// Nothing, where there is none.
    fn block(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn heading_if(&mut self, there_is_any: bool, key: &str) {
        if there_is_any {
            self.block(&format!("## {}", escaped(say::text(key))));
        }
    }

    fn note(&mut self, note: &NoteView) {
        self.block(&format!("### {}", escaped(&note.heading)));
        self.block(&escaped(&note.facts.join(" · ")));
        self.block(&lowered(note.text.trim_end()));
        let cites: Vec<String> = note.cites.iter().map(cite).collect();
        self.block(&cites.join("\n"));
    }

    fn also(&mut self, key: &str, also: &[AlsoView]) {
        if also.is_empty() {
            return;
        }
        self.block(&escaped(say::text(key)));
        let rows: Vec<String> = also.iter().map(row).collect();
        self.block(&rows.join("\n"));
    }

    fn idea(&mut self, idea: &IdeaView) {
        self.note(&idea.note);
        let says = idea.says.iter();
        let says = says.map(|(label, text)| {
            format!("- **{}** {}", escaped(label), escaped(&text.replace('\n', " ")))
        });
        let path =
            (!idea.path.is_empty()).then(|| format!("- {}", escaped(&idea.path.join(" → "))));
        self.block(&says.chain(path).collect::<Vec<_>>().join("\n"));
        self.also("web.pack.idea.came", &idea.came_of_it);
    }

    fn reading(&mut self, view: &PackView) {
        let Some(reading) = &view.reading else { return };
        self.heading_if(true, "web.pack.heading.reading");
        self.block(&escaped(&reading.line));
        let months = reading.months.bars.iter().map(|it| format!("- {}", escaped(&it.label)));
        self.block(&months.collect::<Vec<_>>().join("\n"));
        let kinds: Vec<BarRow> = reading
            .months
            .legend
            .iter()
            .map(|it| BarRow { name: it.name.clone(), read: it.read, share: 0 })
            .collect();
        for (key, rows) in [
            ("web.pack.by.kind", &kinds),
            ("web.pack.by.peer", &reading.peers),
            ("web.pack.by.subject", &reading.subjects),
        ] {
            let rows: Vec<String> =
                rows.iter().map(|it| format!("- {}: {}", escaped(&it.name), it.read)).collect();
            if !rows.is_empty() {
                self.block(&format!("### {}", escaped(say::text(key))));
                self.block(&rows.join("\n"));
            }
        }
    }

    fn gaps(&mut self, view: &PackView) {
        self.heading_if(!view.gaps.is_empty(), "web.pack.heading.gaps");
        for gap in &view.gaps {
            self.block(&escaped(&gap.said));
            let reads: Vec<String> = gap.reads.iter().map(read).collect();
            self.block(&reads.join("\n"));
        }
    }
}

/// Headings of a note below the note's own, outside of code.
fn lowered(text: &str) -> String {
    let mut is_code = false;
    let lines = text.lines().map(|line| {
        let start = line.trim_start();
        if start.starts_with("```") || start.starts_with("~~~") {
            is_code = !is_code;
        }
        let level = start.bytes().take_while(|it| *it == b'#').count();
        let is_heading = !is_code && (1..=6).contains(&level) && start[level..].starts_with(' ');
        if is_heading {
            format!("{}{}", "#".repeat((level + 3).min(6)), &start[level..])
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn linked(text: &str, address: Option<&String>) -> String {
    match address {
        Some(address) => format!("[{}](<{}>)", escaped(text), address.replace('&', "\\&")),
        None => escaped(text),
    }
}

fn with_facts(text: &str, facts: &[String]) -> String {
    let facts = escaped(&facts.join(", "));
    if facts.is_empty() { format!("- {text}") } else { format!("- {text} ({facts})") }
}

fn cite(cite: &CiteView) -> String {
    with_facts(&linked(&cite.title, cite.address.as_ref()), &cite.facts)
}

fn read(read: &ReadView) -> String {
    with_facts(&linked(&read.title, read.address.as_ref()), &read.facts)
}

fn row(also: &AlsoView) -> String {
    with_facts(&escaped(&also.heading), &also.facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_a_note_stand_below_its_own() {
        let text = "# One\n\n```sh\n# no heading\n```\n## Two\n#tag";
        assert_eq!(lowered(text), "#### One\n\n```sh\n# no heading\n```\n##### Two\n#tag");
    }
}
