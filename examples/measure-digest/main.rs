//! Measures how well the digest chooses, on organisations that the model of `insight` was never trained on:
//! `cargo run --release --example measure-digest -- DIR [--texts FILE] [--weeks 240] [--seed 1] [--trained]`,
//! DIR laid out as for training. `--trained` takes the other organisations, to look at while weights are
//! thought about.
//!
//! Labelled posts are shuffled and dealt into four weeks in a row of 60 to 150 posts each, every post at a
//! time drawn anew within its week, until there are enough weeks. For each four weeks a library is made,
//! with the posts of all other organisations as what was there before; the posts are recorded as visits
//! would, put together into stories, read by the model and indexed. Then issues are prepared, composed and
//! kept week by week for readers of three profiles, as a service does. Labels are only looked at to count.
#![allow(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    dead_code,
    reason = "counts of posts; the terminal is the output; what is shared with training"
)]

mod chance;
#[path = "../labelled/mod.rs"]
mod labelled;
mod report;
mod weeks;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use peerscope::insight;

use self::{
    chance::Chance,
    labelled::Labelled,
    report::Tally,
    weeks::{Base, Season},
};

struct Options {
    folders: Vec<PathBuf>,
    texts: Vec<PathBuf>,
    weeks: usize,
    seed: u64,
    trained: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = options()?;
    let labels = labelled::read(&options.folders, &options.texts, |_| false)?;
    let model = insight::model();
    let is_measured = |it: &Labelled| model.was_trained_on(&it.org) == options.trained;
    let judged = labels.posts.iter().filter(|it| it.worth.is_some());
    let (measured, others): (Vec<&Labelled>, Vec<&Labelled>) =
        judged.partition(|it| is_measured(it));
    if measured.len() < 150 {
        bail!("{} labelled posts are too few for a week: name more folders", measured.len());
    }
    println!("{}", report::collection(&measured, others.len()));
    let mut chance = Chance(options.seed);
    let mut tally = Tally::default();
    let base = Base::new(&measured, &others, &mut chance).await?;
    while tally.weeks() < options.weeks {
        let season = Season::draw(&measured, &mut chance);
        season.measure(&base, &mut chance, &mut tally).await?;
        eprint!("\r{} weeks", tally.weeks());
    }
    eprintln!();
    println!("{}", tally.told(&mut chance));
    Ok(())
}

fn options() -> anyhow::Result<Options> {
    let (folders, texts) = (Vec::new(), Vec::new());
    let mut options = Options { folders, texts, weeks: 240, seed: 1, trained: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--texts" => options.texts.push(value()?.into()),
            "--weeks" => options.weeks = value()?.parse().context("--weeks needs a number")?,
            "--seed" => options.seed = value()?.parse().context("--seed needs a number")?,
            "--trained" => options.trained = true,
            _ if argument.starts_with('-') => bail!("there is no option {argument}"),
            _ => options.folders.push(argument.into()),
        }
    }
    if options.folders.is_empty() {
        bail!("name a folder of labels");
    }
    Ok(options)
}
