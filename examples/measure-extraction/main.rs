//! Measures how well articles are read from pages whose true text is known.
//!
//! `cargo run --release --example measure-extraction -- DIR [--worst N]`
//!
//! DIR is laid out in one of two ways. Either `ground-truth.jsonl` has a line for each page (`id`,
//! `text`, and where known `url`, `title`, `published`) and `pages/` has `ID.html` or `ID.html.gz`; or
//! each folder in DIR has `source.html` and `expected.html`, and where known
//! `expected-metadata.json`.
//!
//! Words are runs of letters and digits, in lower case; a CJK letter is a word of its own.

#![allow(clippy::print_stdout, reason = "what it measures goes to the terminal")]

mod compare;
mod pages;
mod pieces;
mod report;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use peerscope::{
    domain::PageRules,
    extract::{self, Page},
};

use self::{compare::Comparison, pages::Example, report::Report};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut folder = None;
    let mut worst = 0;
    while let Some(argument) = arguments.next() {
        if argument == "--worst" {
            worst = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(10);
        } else {
            folder = Some(PathBuf::from(argument));
        }
    }
    let Some(folder) = folder else {
        eprintln!("usage: measure-extraction DIR [--worst N]");
        return ExitCode::from(2);
    };
    let examples = match pages::examples_in(&folder) {
        Ok(examples) => examples,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut report = Report::default();
    for example in &examples {
        match measured(example) {
            Ok(comparison) => report.add(comparison),
            Err(error) => report.skip(&format!("{}: {error}", example.id)),
        }
    }
    report.print(worst);
    ExitCode::SUCCESS
}

fn measured(example: &Example) -> Result<Comparison, String> {
    let body = example.page()?;
    let page = Page { body: &body, charset: None, address: &example.address };
    let began = Instant::now();
    let article =
        extract::read_article(&page, &PageRules::default()).map_err(|error| error.to_string())?;
    Ok(Comparison::of(example, &body, &article, began.elapsed()))
}
