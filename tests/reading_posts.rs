//! What is read out of posts: kind, worth, passages, key phrases and numbers.

use peerscope::{
    domain::{Block, BlockKind, Insight, Kind, Role},
    insight::{self, Post, sentences_of},
};
use proptest::prelude::*;

fn blocks(text: &str) -> Vec<Block> {
    let block = |line: &str| match line.trim().split_once(' ') {
        Some(("#", heading)) => Block { kind: BlockKind::Heading, text: heading.to_owned() },
        Some(("-", entry)) => Block { kind: BlockKind::ListItem, text: entry.to_owned() },
        _ => Block { kind: BlockKind::Paragraph, text: line.trim().to_owned() },
    };
    text.lines().filter(|it| !it.trim().is_empty()).map(block).collect()
}

fn read(title: &str, blocks: &[Block]) -> Insight {
    let post = Post { title, peer: "Harbour Market", categories: &[], language: None, blocks };
    insight::read(&post)
}

const TITLE: &str = "How we moved nine million prices from a nightly batch to a stream";
const CASE_STUDY: &str = "
    Two years ago every price in our shop was computed by one nightly batch job. As the catalogue grew to
    nine million offers, the job took eleven hours and often failed halfway, so that customers saw prices of
    the day before.
    # Why the batch could not be saved
    The main problem was that a single slow supplier file blocked all others. We also struggled with memory:
    the process needed 180 GB and was killed by the kernel about once a week.
    # What we built instead
    We decided to replace the job with a stream of price events. We built a service that reads supplier
    changes from Kafka, keeps the state of each offer in RocksDB, and recomputes only what has changed. We
    chose to shard by supplier, so that one bad file can no longer hold up the rest.
    # How it went
    After the migration the time from a supplier's change to the shop fell from eleven hours to 40 seconds at
    p99. Memory use dropped by 85 %, and we have not missed a single update since March.
    # What is still open
    The new service does not handle bundles yet, and replaying a whole supplier still takes about three hours.
    In the future we plan to move the replay to snapshots.
";

const RELEASE: &str = "
    We are happy to announce Sextant 4.2.0, which is available for download today.
    # Changes
    - Add a flag to print timings as JSON (#1042)
    - Fix a crash when the configuration file is empty (#1051)
    - Update dependencies
    # Upgrading
    See the documentation for how to upgrade. Thanks to everyone who contributed to this release.
";

#[test]
fn a_case_study_is_told_from_a_release() {
    let story = read(TITLE, &blocks(CASE_STUDY));
    let release = read("Sextant 4.2.0 released", &blocks(RELEASE));
    let (story, release) = (story.verdict.unwrap(), release.verdict.unwrap());
    assert!(story.kind.is_of_substance(), "{story:?}");
    assert_eq!(release.kind, Kind::Release);
    assert!(story.worth > release.worth, "{story:?} {release:?}");
    assert!(story.expected > release.expected + 0.5, "{story:?} {release:?}");
}

#[test]
fn passages_quote_the_challenge_the_approach_the_result_and_the_limits() {
    let story = read(TITLE, &blocks(CASE_STUDY));
    let quotes = |role: Role| -> Vec<&str> {
        story.passages.iter().filter(|it| it.role == role).map(|it| it.text.as_str()).collect()
    };
    assert!(quotes(Role::Approach).iter().any(|it| it.starts_with("We ")), "{story:#?}");
    assert!(!quotes(Role::Challenge).is_empty(), "{story:#?}");
    assert!(
        quotes(Role::Result).iter().any(|it| it.contains("fell") || it.contains("dropped")),
        "{story:#?}"
    );
    assert!(!quotes(Role::Limitation).is_empty(), "{story:#?}");
}

#[test]
fn numbers_that_tell_a_change_are_shown() {
    let story = read(TITLE, &blocks(CASE_STUDY));
    let texts: Vec<&str> = story.measures.iter().map(|it| it.text.as_str()).collect();
    assert!(texts.iter().any(|it| it.contains("40 seconds") || it.contains("85 %")), "{texts:?}");
}

#[test]
fn key_phrases_are_what_the_post_speaks_of() {
    let text =
        "Our feature store serves the ranking model. The feature store keeps every feature twice.
        A feature store that lags behind hurts ranking more than a wrong feature.";
    let read = read("Why our feature store keeps features twice", &blocks(text));
    assert_eq!(
        read.phrases.first().map(|it| it.text.as_str()),
        Some("feature store"),
        "{:?}",
        read.phrases
    );
}

/// Changes only with the model, never with the machine, nor with how the program was built.
#[test]
fn the_same_post_has_the_same_values_to_the_last_digit() {
    let story = read(TITLE, &blocks(CASE_STUDY));
    let confidences: Vec<f32> = story.passages.iter().map(|it| it.confidence).collect();
    let told = format!("{:?} {confidences:?}", story.verdict.unwrap().expected);
    assert_eq!(
        told,
        "2.2406425 [0.95783395, 0.9742786, 0.6142384, 0.78752506, 0.85358125, 0.32654917, 0.43944612]"
    );
}

#[test]
fn a_post_in_another_language_is_not_judged() {
    let blocks = blocks("Wir haben den Suchdienst umgezogen, und es war schwieriger als gedacht.");
    let language = "de".parse().unwrap();
    let post = Post {
        title: "Umzug",
        peer: "Beispiel",
        categories: &[],
        language: Some(&language),
        blocks: &blocks,
    };
    let read = insight::read(&post);
    assert_eq!(read, Insight { model: insight::MODEL, ..Insight::default() });
}

#[test]
fn an_empty_post_is_read_like_any_other() {
    let read = read("", &[]);
    assert!(read.verdict.is_some());
    assert!(read.passages.is_empty() && read.measures.is_empty() && read.phrases.is_empty());
}

fn any_blocks() -> impl Strategy<Value = Vec<Block>> {
    let kind = prop_oneof![
        Just(BlockKind::Paragraph),
        Just(BlockKind::Heading),
        Just(BlockKind::ListItem),
        Just(BlockKind::Quote),
        Just(BlockKind::Row),
        Just(BlockKind::Code),
    ];
    let words = prop_oneof![
        "[A-Za-z]{1,9}",
        "[0-9]{1,4}(\\.[0-9]{1,2})?",
        "(we|problem|reduced|from|to|ms|%|however|not yet|e\\.g\\.|v1\\.2|’|…)",
        "\\PC{1,4}",
    ];
    let text = proptest::collection::vec((words, "[ .,!?\u{a0}]{1,2}"), 1..40)
        .prop_map(|words| words.into_iter().map(|(word, gap)| word + &gap).collect::<String>());
    let block = (kind, text).prop_map(|(kind, text)| Block { kind, text });
    proptest::collection::vec(block, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_written_quotes_are_word_for_word_and_in_order(title in "\\PC{0,60}", blocks in any_blocks()) {
        let first = read(&title, &blocks);
        prop_assert_eq!(&first, &read(&title, &blocks));
        let at = |place: peerscope::domain::Place| &blocks[place.block as usize].text[place.start as usize..];
        for passage in &first.passages {
            prop_assert!(at(passage.place).starts_with(&passage.text));
            prop_assert!((0.0..=1.0).contains(&passage.confidence));
        }
        for measure in &first.measures {
            prop_assert!(at(measure.place).starts_with(&measure.text), "{:?}", measure);
        }
        prop_assert!(first.passages.is_sorted_by_key(|it| it.place));
        for role in Role::ALL {
            prop_assert!(first.passages.iter().filter(|it| it.role == role).count() <= 3);
        }
        let verdict = first.verdict.unwrap();
        prop_assert!((0.0..=3.0).contains(&verdict.expected));
        prop_assert!(first.phrases.iter().all(|it| it.weight > 0.0 && !it.text.is_empty()));
    }

    #[test]
    fn sentences_hold_all_words_of_the_prose(blocks in any_blocks()) {
        let letters = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
        let prose = blocks.iter().filter(|it| {
            matches!(it.kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote)
        });
        let whole: String = prose.map(|it| letters(&it.text)).collect();
        let split: String = sentences_of(&blocks).iter().map(|it| letters(it.text)).collect();
        prop_assert_eq!(whole, split);
    }
}
