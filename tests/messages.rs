//! Whatever can go wrong has a text that a person understands.

use peerscope::{
    domain::{
        ArticleState, BreakKind, ComplaintKind, FailureKind, FoundBy, IdeaState, Kind, NoteType,
        Role, SourceType,
    },
    messages,
};

#[test]
fn every_failure_has_a_name_and_a_next_step() {
    for kind in FailureKind::ALL {
        for part in ["name", "step"] {
            let key = format!("failure.{}.{part}", kind.as_str());
            assert!(messages::has(&key), "{key} has no text");
        }
    }
}

#[test]
fn whatever_an_article_comes_to_has_a_name_and_a_meaning() {
    for state in ArticleState::ALL {
        for part in ["name", "meaning"] {
            let key = format!("article.{}.{part}", state.as_str());
            assert!(messages::has(&key), "{key} has no text");
        }
    }
}

#[test]
fn every_kind_of_post_and_every_role_has_a_name() {
    let kinds = Kind::ALL.map(|it| format!("kind.{}", it.as_str()));
    for key in kinds.into_iter().chain(Role::ALL.map(|it| format!("role.{}", it.as_str()))) {
        assert!(messages::has(&key), "{key} has no text");
    }
}

#[test]
fn whatever_a_pack_counts_has_a_text() {
    for note_type in NoteType::ALL.map(NoteType::as_str) {
        let heading = format!("web.pack.heading.{note_type}");
        let forms = ["one", "other"].map(|it| format!("web.pack.types.{note_type}.{it}"));
        for key in forms.into_iter().chain([heading]) {
            assert!(messages::has(&key), "{key} has no text");
        }
    }
    for state in IdeaState::ALL {
        let key = format!("web.pack.state.{}", state.as_str());
        assert!(messages::has(&key), "{key} has no text");
    }
    for of in ["notes", "ideas", "sources", "peers", "posts", "read"] {
        for form in ["one", "other"] {
            assert!(messages::has(&format!("web.pack.figures.{of}.{form}")), "{of}.{form}");
        }
    }
}

#[test]
fn wherever_a_journal_and_its_ledger_part_has_a_text() {
    for kind in BreakKind::ALL {
        let key = format!("journal.break.{}", kind.as_str());
        assert!(messages::has(&key), "{key} has no text");
    }
}

#[test]
fn every_complaint_has_a_text() {
    let kinds = [
        ComplaintKind::CutOff,
        ComplaintKind::Charset,
        ComplaintKind::Malformed,
        ComplaintKind::EntriesLost,
        ComplaintKind::Date,
        ComplaintKind::Link,
        ComplaintKind::Guid,
        ComplaintKind::Format,
    ];
    for kind in kinds {
        let word = serde_json::to_value(kind).unwrap();
        let key = format!("complaint.{}", word.as_str().unwrap());
        assert!(messages::has(&key), "{key} has no text");
    }
}

#[test]
fn whatever_leads_to_the_posts_of_a_site_has_a_name() {
    for found in FoundBy::ALL {
        let key = format!("found-by.{}", found.as_str());
        assert!(messages::has(&key), "{key} has no text");
        assert_eq!(serde_json::to_value(found).unwrap(), found.as_str());
    }
    for kind in SourceType::ALL {
        let key = format!("reads-as.{}", kind.as_str());
        assert!(messages::has(&key), "{key} has no text");
    }
}
