//! Writes a clean body as Markdown (`CommonMark` with tables), for terminals and notes.

use std::fmt::Write as _;

use dom_query::{Document, NodeRef};

/// Writes HTML that has been sanitised here as Markdown.
pub fn markdown_of(clean_html: &str) -> String {
    let fragment = Document::fragment(clean_html);
    let mut markdown = blocks_of(&fragment.html_root()).join("\n\n");
    if !markdown.is_empty() {
        markdown.push('\n');
    }
    markdown
}

/// The blocks of an element in order; text between them is a paragraph.
fn blocks_of(parent: &NodeRef<'_>) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut line = String::new();
    for child in parent.children_it(false) {
        if is_block(&child) {
            end_line(&mut line, &mut blocks);
            blocks.extend(block(&child));
        } else {
            push_inline(&child, &mut line);
        }
    }
    end_line(&mut line, &mut blocks);
    blocks
}

fn end_line(line: &mut String, blocks: &mut Vec<String>) {
    let written = std::mem::take(line);
    if !written.trim().is_empty() {
        blocks.push(safe_start(written.trim()));
    }
}

/// A line that begins like a list or a heading and is none.
fn safe_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0 && line[digits..].starts_with(". ");
    if line.starts_with(['#', '>', '+', '-', '=']) {
        format!("\\{line}")
    } else if numbered {
        format!("{}\\{}", &line[..digits], &line[digits..])
    } else {
        line.to_owned()
    }
}

fn is_block(node: &NodeRef<'_>) -> bool {
    matches!(
        &*name_of(node),
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}

fn block(node: &NodeRef<'_>) -> Vec<String> {
    let name = name_of(node);
    match &*name {
        "hr" => vec!["---".to_owned()],
        "pre" => vec![fence(node)],
        "ul" | "ol" => vec![list(node)],
        "table" => table(node),
        "blockquote" => vec![indented(&blocks_of(node).join("\n\n"), "> ", "> ")],
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let rank = usize::from(name.as_bytes()[1] - b'0');
            let text = inline_of(node).replace('\n', " ");
            if text.is_empty() { Vec::new() } else { vec![format!("{} {text}", "#".repeat(rank))] }
        }
        "dt" | "summary" => vec![format!("**{}**", inline_of(node))],
        "dd" => vec![indented(&blocks_of(node).join("\n\n"), "  ", "  ")],
        "figcaption" => vec![format!("*{}*", inline_of(node))],
        _ => blocks_of(node),
    }
}

fn fence(pre: &NodeRef<'_>) -> String {
    let mut code = String::new();
    push_code(pre, &mut code);
    let inside = pre.first_element_child().filter(|it| it.has_name("code"));
    let mut class = [pre.class(), inside.and_then(|it| it.class())].into_iter().flatten();
    let language =
        class.find_map(|it| it.strip_prefix("language-").map(str::to_owned)).unwrap_or_default();
    let longest = code.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", code.trim_matches('\n'))
}

fn push_code(node: &NodeRef<'_>, code: &mut String) {
    for child in node.children_it(false) {
        if child.is_text() {
            code.push_str(&child.text());
        } else if child.has_name("br") {
            code.push('\n');
        } else {
            push_code(&child, code);
        }
    }
}

fn list(list: &NodeRef<'_>) -> String {
    let start = list.attr("start").and_then(|it| it.parse::<usize>().ok()).unwrap_or(1);
    let is_numbered = list.has_name("ol");
    let entries = list.children_it(false).filter(|it| it.has_name("li"));
    let entries = entries.enumerate().map(|(number, entry)| {
        let sign = if is_numbered { format!("{}. ", start + number) } else { "- ".to_owned() };
        let blocks = blocks_of(&entry);
        let is_loose = blocks.len() > 2 || blocks.iter().skip(1).any(|it| it.starts_with("```"));
        let text = blocks.join(if is_loose { "\n\n" } else { "\n" });
        indented(&text, &sign, &" ".repeat(sign.len()))
    });
    entries.collect::<Vec<_>>().join("\n")
}

fn indented(text: &str, first: &str, rest: &str) -> String {
    let lines = text.lines().enumerate().map(|(number, line)| {
        let sign = if number == 0 { first } else { rest };
        if line.is_empty() { sign.trim_end().to_owned() } else { format!("{sign}{line}") }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn table(table: &NodeRef<'_>) -> Vec<String> {
    let rows: Vec<Vec<String>> = table
        .descendants_it()
        .filter(|it| it.has_name("tr"))
        .map(|row| {
            let cells = row.children_it(false).filter(|it| it.has_name("td") || it.has_name("th"));
            cells.map(|it| cell(&it)).collect()
        })
        .filter(|it: &Vec<String>| !it.is_empty())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let line = |row: &[String]| {
        let mut cells = row.to_vec();
        cells.resize(columns, String::new());
        format!("| {} |", cells.join(" | "))
    };
    let Some((head, body)) = rows.split_first() else { return Vec::new() };
    let mut lines = vec![line(head), format!("|{}", " --- |".repeat(columns))];
    lines.extend(body.iter().map(|it| line(it)));
    let caption = table.children_it(false).find(|it| it.has_name("caption"));
    let caption = caption.map(|it| format!("*{}*", inline_of(&it)));
    caption.into_iter().chain([lines.join("\n")]).collect()
}

fn cell(cell: &NodeRef<'_>) -> String {
    blocks_of(cell).join(" ").replace('\n', " ").replace('|', "\\|")
}

fn inline_of(node: &NodeRef<'_>) -> String {
    let mut line = String::new();
    for child in node.children_it(false) {
        push_inline(&child, &mut line);
    }
    line.trim().to_owned()
}

fn push_inline(node: &NodeRef<'_>, line: &mut String) {
    if node.is_text() {
        return push_text(&node.text(), line);
    }
    match &*name_of(node) {
        "br" => line.push_str("  \n"),
        "code" | "kbd" | "samp" => push_code_span(&node.text(), line),
        "img" => {
            let alt = node.attr_or("alt", "").replace(['[', ']', '\n'], " ");
            push(format_args!("![{alt}]({})", address(&node.attr_or("src", ""))), line);
        }
        "a" => {
            let text = inline_of(node);
            let href = node.attr_or("href", "");
            if text.is_empty() || href.is_empty() {
                line.push_str(&text);
            } else {
                push(format_args!("[{text}]({})", address(&href)), line);
            }
        }
        "strong" | "b" => push_marked(node, "**", line),
        "em" | "i" | "cite" => push_marked(node, "*", line),
        "del" | "s" => push_marked(node, "~~", line),
        _ if is_block(node) => {
            let text = block(node).join(" ");
            line.push_str(&text);
        }
        _ => {
            for child in node.children_it(false) {
                push_inline(&child, line);
            }
        }
    }
}

fn push_marked(node: &NodeRef<'_>, mark: &str, line: &mut String) {
    let text = inline_of(node);
    if !text.is_empty() {
        push(format_args!("{mark}{text}{mark}"), line);
    }
}

fn push_code_span(code: &str, line: &mut String) {
    let longest = code.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let mark = "`".repeat(longest + 1);
    let gap = if longest > 0 { " " } else { "" };
    push(format_args!("{mark}{gap}{}{gap}{mark}", code.replace('\n', " ")), line);
}

/// Blanks folded, and signs escaped that would mean something.
fn push_text(text: &str, line: &mut String) {
    for letter in text.chars() {
        if letter.is_whitespace() {
            if !line.is_empty() && !line.ends_with([' ', '\n']) {
                line.push(' ');
            }
            continue;
        }
        if matches!(letter, '\\' | '`' | '*' | '[' | ']' | '<') {
            line.push('\\');
        }
        line.push(letter);
    }
}

/// Writing to a `String` cannot fail.
fn push(text: std::fmt::Arguments<'_>, line: &mut String) {
    let _ = line.write_fmt(text);
}

fn address(address: &str) -> String {
    address.replace('(', "%28").replace(')', "%29").replace(' ', "%20")
}

fn name_of(node: &NodeRef<'_>) -> String {
    node.node_name().map(|it| it.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_language_and_its_signs() {
        let html = "<pre><code class=\"language-rust\">let a = \"<b>\";\n</code></pre>\
                    <p>Use <code>a*b</code> and <code>a`b</code>.</p>";
        let html = html.replace("<b>", "&lt;b&gt;");
        assert_eq!(
            markdown_of(&html),
            "```rust\nlet a = \"<b>\";\n```\n\nUse `a*b` and `` a`b ``.\n"
        );
        let fenced = markdown_of("<pre>```\ninner\n```</pre>");
        assert_eq!(fenced, "````\n```\ninner\n```\n````\n");
    }

    #[test]
    fn lists_tables_links_and_pictures_are_written() {
        let html = "<h2>One</h2><ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>\
                    <table><thead><tr><th>k</th><th>v|w</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>\
                    <blockquote><p>said <a href=\"https://a.example/\">here</a></p></blockquote>\
                    <figure><img src=\"https://a.example/x.png\" alt=\"A graph\"><figcaption>Load</figcaption></figure>";
        assert_eq!(
            markdown_of(html),
            "## One\n\n1. a\n   - b\n2. c\n\n| k | v\\|w |\n| --- | --- |\n| 1 |  |\n\n\
             > said [here](https://a.example/)\n\n![A graph](https://a.example/x.png)\n\n*Load*\n"
        );
    }

    #[test]
    fn text_that_looks_like_markdown_stays_text() {
        assert_eq!(markdown_of("<p># 1</p><p>1. *a* [b]</p>"), "\\# 1\n\n1\\. \\*a\\* \\[b\\]\n");
    }
}
