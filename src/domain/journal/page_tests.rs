//! Pages of notes survive their way out and back, whatever stands in them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{super::RevisionRecord, *};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn today() -> Date {
    jiff::civil::date(2026, 11, 26)
}

fn record() -> NoteRecord {
    let content = NoteContent {
        cites: vec![CiteRecord {
            address: Some("https://etsy.example/queues".parse().unwrap()),
            peer: "Etsy".into(),
            published: Some(at("2026-02-01T08:00:00Z")),
            title: "Queues: \"at\" scale".into(),
        }],
        competencies: BTreeSet::from(["system design".parse().unwrap()]),
        date: jiff::civil::date(2026, 3, 14),
        idea: Some(IdeaContent::from(&Idea {
            state: IdeaState::Tried,
            owner: "Ada".into(),
            hypothesis: "fewer\nhops".into(),
            effort: "S".into(),
            outcome: "-18 % p99".into(),
        })),
        links: vec![
            LinkRecord::Note { note: NoteId(3) },
            LinkRecord::Address {
                address: "https://wiki.example/d".parse().unwrap(),
                title: "Design".into(),
            },
            LinkRecord::Quote {
                cite: 0,
                prefix: "before ".into(),
                quote: "one queue".into(),
                start: 17,
                suffix: " after".into(),
            },
        ],
        tags: BTreeSet::from(["2026".parse().unwrap(), "queues".parse().unwrap()]),
        text: "As in [[3]]:\n\n---\n\nno front matter".into(),
        title: "Two towers".into(),
        r#type: NoteType::Idea,
    };
    let revision = RevisionRecord { revision: 2, at: at("2026-03-15T09:00:00.5Z"), content };
    let path = vec![IdeaMove { state: IdeaState::Tried, at: at("2026-03-15T09:00:00.5Z") }];
    NoteRecord {
        note: NoteId(12),
        made: at("2026-03-14T09:12:33Z"),
        path,
        revisions: vec![revision],
    }
}

fn names() -> NoteNames {
    NoteNames::of([(NoteId(3), "2026-03-01-first-3".to_owned())])
}

const PAGE: &str = r#"---
id: 12
type: idea
title: "Two towers"
date: 2026-03-14
made: 2026-03-14T09:12:33Z
changed: 2026-03-15T09:00:00.5Z
revision: 2
tags:
  - "2026"
  - queues
competencies:
  - system design
state: tried
owner: "Ada"
effort: "S"
outcome: "-18 % p99"
hypothesis: "fewer\nhops"
cites:
  - title: "Queues: \"at\" scale"
    address: "https://etsy.example/queues"
    peer: "Etsy"
    published: 2026-02-01T08:00:00Z
links:
  - note: "[[2026-03-01-first-3]]"
  - title: "Design"
    address: "https://wiki.example/d"
  - quote: "one queue"
    of: 1
    before: "before "
    after: " after"
    start: 17
path:
  - "tried 2026-03-15T09:00:00.5Z"
---

As in [[2026-03-01-first-3]]:

---

no front matter
"#;

fn assert_reads_as_record(page: &str) {
    let record = record();
    let read = read_page(page, "x", today(), &names()).unwrap();
    assert_eq!(read.content, record.present().unwrap().content);
    assert_eq!((read.note, read.made), (Some(NoteId(12)), Some(record.made)));
    assert_eq!((read.revision, read.path), (Some(2), record.path));
}

#[test]
fn a_page_holds_all_of_a_note() {
    assert_eq!(write_page(&record(), &names()), PAGE);
    assert_reads_as_record(PAGE);
}

#[test]
fn a_page_is_read_as_other_programs_leave_it() {
    assert_reads_as_record(&PAGE.replace('\n', "\r\n"));
    assert_reads_as_record(&format!("\u{feff}{PAGE}"));
    let as_obsidian_does = PAGE
        .replace("title: \"Two towers\"", "title: Two towers")
        .replace("tags:\n  - \"2026\"\n  - queues", "tags: [\"2026\", '#queues']")
        .replace("hypothesis: \"fewer\\nhops\"", "hypothesis: |-\n  fewer\n  hops")
        .replace("owner: \"Ada\"", "owner: Ada # who else");
    assert_reads_as_record(&as_obsidian_does);
}

#[test]
fn a_page_that_somebody_began_is_called_by_its_file() {
    let read = |text: &str| read_page(text, "My page", today(), &names()).unwrap();
    let plain = read("# So\n\nand so\n");
    assert_eq!((plain.note, plain.content.text.as_str()), (None, "# So\n\nand so"));
    assert_eq!((plain.content.title.as_str(), plain.content.date), ("My page", today()));
    let with = read("---\ntags: queues, ml\naliases: [x]\ntype: design\n---\nand so");
    assert_eq!(with.content.tags.len(), 2);
    assert_eq!((with.content.r#type, with.foreign), (NoteType::Design, vec!["aliases".to_owned()]));
    let empty = read("---\ntitle:\ntags:\n---\n\nand so");
    assert_eq!((empty.content.title.as_str(), empty.content.tags.len()), ("My page", 0));
}

#[test]
fn what_is_wrong_with_a_page_is_told_with_its_line() {
    for (page, line, said) in [
        ("---\nid: 1\n", 1, "does not end"),
        ("---\nid: 1\ntype: thought\n---\n", 3, "thought"),
        ("---\nid: 0\n---\n", 2, "`0`"),
        ("---\ntitle: x\ntags: [\"a,b\"]\n---\n", 3, "`a,b` is not a tag"),
        ("---\ndate: 2026-02-30\n---\n", 2, "day"),
        ("---\ntitle: x\nlinks:\n  - quote: q\n---\n", 3, "one of the 0 cites"),
        ("---\npath: [soon]\n---\n", 2, "`soon`"),
        ("---\ntitle: \"x\n---\n", 2, ""),
    ] {
        let error = read_page(page, "x", today(), &names()).unwrap_err();
        let told = error.to_string();
        assert!(told.contains(said), "{page}: {told}");
        assert!(error.line.abs_diff(line) <= usize::from(said.is_empty()), "{page}: {told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn whatever_is_written_is_read_again(
        title in "[^\\s\\p{C}]?([ -~é推\u{202e}\u{2028}\u{7f}:#'\"\\\\]|---|\\[\\[|👩‍💻|שלום){0,12}",
        text in "([ -~\n\té推\u{202e}\r]|---\n|\\[\\[3\\]\\]|👩‍💻|שלום|\n\n){1,40}",
        outcome in "[ -~é推%\u{85}\u{feff}]{0,20}",
        tag in "[a-z0-9+é推:#'\"-]{1,20}",
    ) {
        let mut record = record();
        let content = &mut record.revisions[0].content;
        content.title = title;
        content.text = text.replace("\r\n", "\n");
        content.tags = tag.parse().into_iter().collect();
        prop_assume!(!tag.starts_with('#'));
        content.idea = Some(IdeaContent::from(&Idea { outcome, ..Idea::default() }));
        let page = write_page(&record, &names());
        let read = read_page(&page, "x", today(), &names()).unwrap();
        prop_assert_eq!(&read.content, &record.revisions[0].content);
        let again = NoteRecord { revisions: vec![RevisionRecord { content: read.content, ..record.revisions[0].clone() }], ..record };
        prop_assert_eq!(write_page(&again, &names()), page);
    }
}
