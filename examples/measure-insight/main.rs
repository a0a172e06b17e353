//! Measures how well `insight` reads posts, on organisations that its model was never trained on:
//! `cargo run --release --example measure-insight -- DIR [--texts FILE]`, DIR laid out as for training.
//! Prints each figure for the model and for the baseline, with 95 % intervals over organisations, tables of
//! confusion, and the worst errors.
#![allow(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    dead_code,
    reason = "counts of sentences; the terminal is the output; what is shared with training"
)]

mod baseline;
#[path = "../labelled/mod.rs"]
mod labelled;
#[path = "../labelled/scores.rs"]
mod scores;

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use anyhow::{Context as _, bail};
use peerscope::{
    domain::{Kind, Role},
    insight::{
        self,
        training::{
            ROLES, Shares, Split, alone, in_context, post_features, role_of, shares_of, summed_up,
            verdict_of,
        },
    },
};

use self::{
    labelled::Labelled,
    scores::{auc, f1, mean, spearman},
};

/// A labelled sentence: what it is, and what it was taken for.
struct Sentence {
    text: String,
    truth: usize,
    told: usize,
    by_cues: usize,
    shares: Shares,
}

/// A labelled post: what it is, and what it was taken for.
struct Read {
    org: String,
    title: String,
    /// Kind and worth.
    truth: Option<(usize, f64)>,
    kind: usize,
    by_cues: usize,
    substance: f64,
    expected: f64,
    length: f64,
    sentences: Vec<Sentence>,
    /// Whether the surest challenge among the labelled sentences is one, if one would be quoted at all.
    first_challenge: Option<bool>,
    first_challenge_by_cues: Option<bool>,
}

fn main() -> anyhow::Result<()> {
    let (folders, texts) = options()?;
    let labels = labelled::read(&folders, &texts, |_| false)?;
    let model = insight::model();
    let unseen: Vec<&Labelled> =
        labels.posts.iter().filter(|it| !model.was_trained_on(&it.org)).collect();
    println!(
        "{} labelled posts, {} of them of organisations that were never trained on; {} of {} labelled sentences found in the texts",
        labels.posts.len(),
        unseen.len(),
        labels.found,
        labels.sentences,
    );
    if unseen.is_empty() {
        bail!("the model was trained on every organisation of these labels");
    }
    let began = Instant::now();
    let read: Vec<Read> = unseen.iter().map(|it| read_post(it)).collect();
    println!("read at {:.0} posts per second", read.len() as f64 / began.elapsed().as_secs_f64());
    let mut by_org: BTreeMap<&str, Vec<&Read>> = BTreeMap::new();
    for post in &read {
        by_org.entry(&post.org).or_default().push(post);
    }
    println!("organisations: {}\n", by_org.keys().copied().collect::<Vec<_>>().join(", "));
    tell_figures(&by_org);
    let all: Vec<&Read> = read.iter().collect();
    tell_roles(&all);
    tell_kinds(&all);
    tell_errors(&all);
    Ok(())
}

fn options() -> anyhow::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut folders, mut texts) = (Vec::new(), Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--texts" => texts.push(arguments.next().context("--texts needs a file")?.into()),
            _ if argument.starts_with('-') => bail!("there is no option {argument}"),
            _ => folders.push(argument.into()),
        }
    }
    if folders.is_empty() {
        bail!("name a folder of labels");
    }
    Ok((folders, texts))
}

fn read_post(labelled: &Labelled) -> Read {
    let model = insight::model();
    let post = labelled.post();
    let split = Split::of(post);
    let first = alone(&split, model);
    let shares = in_context(&split, &first, model);
    let summary = summed_up(&first, &shares);
    let scores = model.post.scores(&post_features(&split, &summary, &model.words));
    let verdict = verdict_of(&scores, model);
    let number = |role: Option<Role>| role.map_or(0, |it| it as usize + 1);
    let labelled_roles = labelled.roles.iter().enumerate();
    let sentences: Vec<Sentence> = labelled_roles
        .filter_map(|(at, role)| {
            let text = split.sentences[at].text;
            Some(Sentence {
                text: text.to_owned(),
                truth: (*role)?,
                told: number(role_of(&shares[at], model)),
                by_cues: number(baseline::role(text)),
                shares: shares[at],
            })
        })
        .collect();
    let quoted = sentences.iter().filter(|it| it.told == 1 && it.shares[1] >= model.role_floor[0]);
    let surest = quoted.max_by(|one, other| one.shares[1].total_cmp(&other.shares[1]));
    let substance: f32 = shares_of(&scores[..Kind::ALL.len()])[..3].iter().sum();
    Read {
        org: labelled.org.clone(),
        title: labelled.title.clone(),
        truth: labelled.kind.zip(labelled.worth).map(|it| (it.0 as usize, f64::from(it.1))),
        kind: verdict.kind as usize,
        by_cues: baseline::kind(&post) as usize,
        substance: f64::from(substance),
        expected: f64::from(verdict.expected),
        length: baseline::length(&post) as f64,
        first_challenge: surest.map(|it| it.truth == 1),
        first_challenge_by_cues: sentences
            .iter()
            .find(|it| it.by_cues == 1)
            .map(|it| it.truth == 1),
        sentences,
    }
}

/// A figure of some posts.
type Figure = (&'static str, fn(&[&Read]) -> f64);

const FIGURES: &[Figure] = &[
    ("roles, macro-F1 over four", |posts| roles_f1(posts, |it| it.told)),
    ("   by cue phrases", |posts| roles_f1(posts, |it| it.by_cues)),
    ("first challenge quote right", |posts| share(posts, |it| it.first_challenge)),
    ("   posts with one / with a challenge", |posts| {
        let shown = posts.iter().filter(|it| it.first_challenge.is_some()).count();
        let has = posts.iter().filter(|it| it.sentences.iter().any(|it| it.truth == 1)).count();
        shown as f64 / has.max(1) as f64
    }),
    ("   by cue phrases", |posts| share(posts, |it| it.first_challenge_by_cues)),
    ("kinds, macro-F1", |posts| kinds_f1(posts, |it| it.kind)),
    ("   by cue phrases", |posts| kinds_f1(posts, |it| it.by_cues)),
    ("substance, AUC", |posts| of_posts(posts, |it, truth| (it.substance, truth.0 < 3), auc)),
    ("   by length", |posts| of_posts(posts, |it, truth| (it.length, truth.0 < 3), auc)),
    ("worth 3, AUC", |posts| of_posts(posts, |it, truth| (it.expected, truth.1 > 2.5), auc)),
    ("   by length", |posts| of_posts(posts, |it, truth| (it.length, truth.1 > 2.5), auc)),
    ("worth, Spearman", |posts| of_posts(posts, |it, truth| (it.expected, truth.1), spearman)),
    ("   by length", |posts| of_posts(posts, |it, truth| (it.length, truth.1), spearman)),
];

fn of_posts<T>(
    posts: &[&Read],
    pair: impl Fn(&Read, (usize, f64)) -> (f64, T),
    figure: impl Fn(&[f64], &[T]) -> f64,
) -> f64 {
    let (scores, truth): (Vec<f64>, Vec<T>) =
        posts.iter().filter_map(|it| Some(pair(it, it.truth?))).unzip();
    figure(&scores, &truth)
}

fn share(posts: &[&Read], of: impl Fn(&Read) -> Option<bool>) -> f64 {
    let told: Vec<f64> =
        posts.iter().filter_map(|it| of(it)).map(|it| f64::from(u8::from(it))).collect();
    mean(&told)
}

fn roles_f1(posts: &[&Read], told: impl Fn(&Sentence) -> usize) -> f64 {
    let sentences = posts.iter().flat_map(|it| &it.sentences);
    let (truth, told): (Vec<usize>, Vec<usize>) = sentences.map(|it| (it.truth, told(it))).unzip();
    mean(&f1(&truth, &told, ROLES)[1..])
}

fn kinds_f1(posts: &[&Read], told: impl Fn(&Read) -> usize) -> f64 {
    let (truth, told): (Vec<usize>, Vec<usize>) =
        posts.iter().filter_map(|it| Some((it.truth?.0, told(it)))).unzip();
    mean(&f1(&truth, &told, Kind::ALL.len()))
}

/// Samples of organisations, drawn with replacement (Efron, 1979).
const SAMPLES: usize = 1_000;

fn tell_figures(by_org: &BTreeMap<&str, Vec<&Read>>) {
    let orgs: Vec<&Vec<&Read>> = by_org.values().collect();
    let all: Vec<&Read> = orgs.iter().copied().flatten().copied().collect();
    let mut seed = 88_172_645_463_325_252_u64;
    let mut draw = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap_or_default() % orgs.len()
    };
    let samples: Vec<Vec<&Read>> = (0..SAMPLES)
        .map(|_| (0..orgs.len()).flat_map(|_| orgs[draw()].iter().copied()).collect())
        .collect();
    for (name, figure) in FIGURES {
        let mut values: Vec<f64> =
            samples.iter().map(|it| figure(it)).filter(|it| it.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let at = |share: usize| values[(values.len() - 1) * share / 1000];
        println!("{name:38} {:.3}  [{:.3}, {:.3}]", figure(&all), at(25), at(975));
    }
}

fn tell_roles(posts: &[&Read]) {
    let names: Vec<&str> = ["none"].into_iter().chain(Role::ALL.map(Role::as_str)).collect();
    let sentences = posts.iter().flat_map(|it| &it.sentences);
    tell_confusion("role", &names, sentences.map(|it| (it.truth, it.told)));
}

fn tell_kinds(posts: &[&Read]) {
    let names: Vec<&str> = Kind::ALL.map(Kind::as_str).to_vec();
    tell_confusion("kind", &names, posts.iter().filter_map(|it| Some((it.truth?.0, it.kind))));
}

fn tell_confusion(what: &str, names: &[&str], pairs: impl Iterator<Item = (usize, usize)>) {
    let pairs: Vec<(usize, usize)> = pairs.collect();
    let (truth, told): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
    let each = f1(&truth, &told, names.len());
    println!("\nis (down), told (across): {what}");
    print!("{:12}", "");
    for it in names {
        print!("{it:>11}");
    }
    println!("{:>8}", "F1");
    for (row, name) in names.iter().enumerate() {
        print!("{name:12}");
        for column in 0..names.len() {
            print!("{:>11}", pairs.iter().filter(|it| **it == (row, column)).count());
        }
        println!("{:>8.3}", each[row]);
    }
}

fn tell_errors(posts: &[&Read]) {
    println!("\nworst errors of worth: title, worth, expected");
    let mut worst: Vec<(f64, &&Read, f64)> = posts
        .iter()
        .filter_map(|it| Some(((it.truth?.1 - it.expected).abs(), it, it.truth?.1)))
        .collect();
    worst.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (_, post, worth) in worst.iter().take(10) {
        println!("  {worth:.0} {:4.1}  {} ({})", post.expected, post.title, post.org);
    }
    println!("\nworst errors of roles: is, told, how sure, sentence");
    let names = ["none", "challenge", "approach", "result", "limitation"];
    let mut worst: Vec<&Sentence> =
        posts.iter().flat_map(|it| &it.sentences).filter(|it| it.truth != it.told).collect();
    worst.sort_by(|one, other| other.shares[other.told].total_cmp(&one.shares[one.told]));
    for it in worst.iter().take(10) {
        let text: String = it.text.chars().take(160).collect();
        println!(
            "  {:10} {:10} {:.2}  {text}",
            names[it.truth], names[it.told], it.shares[it.told]
        );
    }
}
