//! Trains the model of `insight` on labelled posts and writes its weights:
//! `cargo run --release --example train-insight -- DIR [DIR…] [--texts FILE] --out src/insight/weights.bin`.
//! Organisations that are held out are never looked at. What it prints was measured across the others, each
//! part by a model that was trained on the rest.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    dead_code,
    reason = "counts of words, weights of 32 bits; the terminal is the output; what is shared with measuring"
)]

#[path = "../labelled/mod.rs"]
mod labelled;
mod logistic;
#[path = "../labelled/scores.rs"]
mod scores;
mod stages;
mod vectors;

use std::{path::PathBuf, time::Instant};

use anyhow::{Context as _, bail};
use peerscope::insight::training::{Model, Words};

use self::{
    labelled::{Labels, is_held_out},
    stages::Learning,
};

struct Options {
    folders: Vec<PathBuf>,
    texts: Vec<PathBuf>,
    out: Option<PathBuf>,
    /// A model whose words are taken instead of learning them.
    words: Option<PathBuf>,
    /// How much a label of all folders but the first counts.
    others: f32,
}

fn main() -> anyhow::Result<()> {
    let options = options()?;
    let began = Instant::now();
    let told = |what: &str| println!("{:7.1} s  {what}", began.elapsed().as_secs_f32());
    let keep = |org: &str| options.words.is_none() && !is_held_out(org);
    let mut labels = labelled::read(&options.folders, &options.texts, keep)?;
    labels.posts.retain(|it| !is_held_out(&it.org));
    told(&format!(
        "{} labelled posts, {} of {} sentences found, {} posts for words",
        labels.posts.len(),
        labels.found,
        labels.sentences,
        labels.background.len()
    ));
    let words = words(&labels, &options)?;
    told(&format!("{} words", words.words.len()));
    let learning = Learning::of(&labels.posts, &words, options.others);
    told("looked at all sentences");
    let model = learning.model(&words, &told);
    let bytes = model.to_bytes();
    told(&format!("{} bytes of weights", bytes.len()));
    if let Some(out) = &options.out {
        std::fs::write(out, bytes).with_context(|| format!("could not write {}", out.display()))?;
    }
    Ok(())
}

fn words(labels: &Labels, options: &Options) -> anyhow::Result<Words> {
    let Some(file) = &options.words else {
        return Ok(vectors::learn(labels.posts.iter().chain(&labels.background)));
    };
    let bytes =
        std::fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    let model = Model::from_bytes(&bytes);
    Ok(model.with_context(|| format!("{} holds no model", file.display()))?.words)
}

fn options() -> anyhow::Result<Options> {
    let mut options =
        Options { folders: Vec::new(), texts: Vec::new(), out: None, words: None, others: 1.0 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--texts" => options.texts.push(value()?.into()),
            "--out" => options.out = Some(value()?.into()),
            "--words" => options.words = Some(value()?.into()),
            "--others" => options.others = value()?.parse().context("--others needs a number")?,
            _ if argument.starts_with('-') => bail!("there is no option {argument}"),
            _ => options.folders.push(argument.into()),
        }
    }
    if options.folders.is_empty() {
        bail!("name a folder of labels");
    }
    Ok(options)
}
