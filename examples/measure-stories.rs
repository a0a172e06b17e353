//! Measures which entries of a set of our own are brought together as one story, and tells what was
//! brought together wrongly and what was missed: `cargo run --release --example measure-stories`.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "an example tells or fails")]

#[path = "../tests/support/story_runs.rs"]
mod story_runs;
#[path = "../tests/support/story_set.rs"]
mod story_set;

#[tokio::main]
async fn main() {
    let samples = story_set::samples();
    let folder = tempfile::tempdir().unwrap();
    let store = story_runs::library(&folder).await;
    story_runs::record(&store, &samples, false).await;
    let stories = story_runs::stories(&store, &samples).await;
    let outcomes = story_runs::compared(&samples, &stories);
    for (what, pairs) in [("wrong", &outcomes.wrong), ("missed", &outcomes.missed)] {
        for (one, other) in pairs {
            println!("{what}\n  {one}\n  {other}");
        }
    }
    println!(
        "{} entries: {} pairs right, {} wrong, {} missed; precision {:.3}, recall {:.3}",
        samples.len(),
        outcomes.right,
        outcomes.wrong.len(),
        outcomes.missed.len(),
        outcomes.precision(),
        outcomes.recall()
    );
    store.close().await;
}
