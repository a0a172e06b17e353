//! Journeys of a reader in a real browser. Ignored by `cargo test`, since they need Chromium and its driver; `.ci/run` installs
//! both and calls them. Where one is missing they fail.

mod axe;
mod driver;
mod journeys;
mod looks;
mod seeded;
