//! Labelled posts in the layout that training and measuring share: `posts.tsv` (id, org, kind, worth),
//! `sentences.jsonl` (id, org, title, sentences with text and role) or `sentences.tsv` (digests), and
//! the posts' texts in `*.jsonl` (id, org, title, tags, html), each also packed as `.xz`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use peerscope::{
    domain::{Address, Block, Kind, Markup, Role},
    extract,
    insight::{Post, sentences_of},
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// A post with all that was said of it.
pub(crate) struct Labelled {
    pub(crate) id: String,
    pub(crate) org: String,
    pub(crate) title: String,
    pub(crate) categories: Vec<String>,
    pub(crate) blocks: Vec<Block>,
    /// Sanitised; of those posts whose worth was labelled.
    pub(crate) html: String,
    pub(crate) kind: Option<Kind>,
    pub(crate) worth: Option<u8>,
    /// Whether its kind, and its sentences, were labelled in another folder than the first.
    pub(crate) is_kind_added: bool,
    pub(crate) are_roles_added: bool,
    /// Of each sentence, if it was labelled: 0 for no role, else 1 more than the role's place.
    pub(crate) roles: Vec<Option<usize>>,
}

impl Labelled {
    pub(crate) fn post(&self) -> Post<'_> {
        Post {
            title: &self.title,
            peer: &self.org,
            categories: &self.categories,
            language: None,
            blocks: &self.blocks,
        }
    }
}

/// Everything of one or more folders.
#[derive(Default)]
pub(crate) struct Labels {
    /// In the order of their ids.
    pub(crate) posts: Vec<Labelled>,
    /// Posts without labels, of organisations that `keep_text` said yes to.
    pub(crate) background: Vec<Labelled>,
    /// Labelled sentences, and those of them that were found again in the texts.
    pub(crate) sentences: usize,
    pub(crate) found: usize,
}

#[derive(Deserialize)]
struct Text {
    id: String,
    org: String,
    title: String,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    lang: Option<String>,
    html: String,
}

#[derive(Deserialize)]
struct Sentences {
    id: String,
    sentences: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    #[serde(default)]
    text: Option<String>,
    /// See [`digest`].
    #[serde(skip)]
    words: Option<String>,
    role: String,
}

/// Reads folders of labels; texts are taken from `texts` and from whatever lies in the folders.
pub(crate) fn read(
    folders: &[PathBuf],
    texts: &[PathBuf],
    keep_text: impl Fn(&str) -> bool,
) -> anyhow::Result<Labels> {
    let mut kinds: HashMap<String, Said> = HashMap::new();
    let mut roles: BTreeMap<String, (bool, Vec<Sentence>)> = BTreeMap::new();
    for (number, folder) in folders.iter().enumerate() {
        let is_added = number > 0;
        read_kinds(&folder.join("posts.tsv"), is_added, &mut kinds)?;
        read_digests(&folder.join("sentences.tsv"), &mut roles)?;
        if let Some(path) = plain_or_packed(&folder.join("sentences.jsonl")) {
            each_line(&path, |line| {
                let Sentences { id, sentences } = serde_json::from_str(line)?;
                let said = roles.entry(id).or_insert_with(|| (is_added, Vec::new()));
                said.1.extend(sentences);
                Ok(())
            })?;
        }
    }
    let mut labels = Labels::default();
    let mut seen = HashSet::new();
    for path in text_files(folders, texts)? {
        each_line(&path, |line| {
            let text: Text = serde_json::from_str(line)?;
            let (kind, said) = (kinds.get(&text.id), roles.remove(&text.id));
            let is_labelled = kind.is_some() || said.is_some();
            let is_english = text.lang.as_deref().is_none_or(|it| it == "en");
            if !seen.insert(text.id.clone()) || !(is_labelled || is_english && keep_text(&text.org))
            {
                return Ok(());
            }
            let post = labelled(text, kind.copied(), said.unwrap_or_default(), &mut labels)?;
            if is_labelled {
                labels.posts.push(post);
            } else {
                labels.background.push(post);
            }
            Ok(())
        })?;
    }
    if labels.posts.is_empty() {
        bail!("none of the labelled posts has a text: name the file of the texts with --texts");
    }
    labels.posts.sort_by(|one, other| one.id.cmp(&other.id));
    labels.background.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(labels)
}

fn labelled(
    text: Text,
    kind: Option<Said>,
    (are_roles_added, said): (bool, Vec<Sentence>),
    labels: &mut Labels,
) -> anyhow::Result<Labelled> {
    let base: Address = "https://labels.invalid/".parse().context("the base address")?;
    let body = extract::clean_body(&Markup::Html(text.html), &base);
    let blocks = extract::blocks_of(&body.html);
    let roles = found_again(&blocks, &said, labels)?;
    Ok(Labelled {
        id: text.id,
        org: text.org,
        title: text.title,
        categories: text.tags.unwrap_or_default(),
        blocks,
        html: if kind.is_some() { body.html } else { String::new() },
        kind: kind.map(|it| it.kind),
        worth: kind.map(|it| it.worth),
        is_kind_added: kind.is_some_and(|it| it.is_added),
        are_roles_added,
        roles,
    })
}

/// Finds each labelled sentence among those of the post: it has most of its words, in about the same
/// place. Labelled texts may lack inline code.
fn found_again(
    blocks: &[Block],
    said: &[Sentence],
    labels: &mut Labels,
) -> anyhow::Result<Vec<Option<usize>>> {
    let sentences = sentences_of(blocks);
    let mut roles = vec![None; sentences.len()];
    let words: Vec<HashSet<String>> = sentences.iter().map(|it| words_of(it.text)).collect();
    let digests: HashMap<String, usize> =
        sentences.iter().enumerate().rev().map(|(at, it)| (digest(it.text), at)).collect();
    let mut last = None;
    for sentence in said {
        labels.sentences += 1;
        let role = number_of(&sentence.role)?;
        let at = match (&sentence.words, &sentence.text) {
            (Some(words), _) => digests.get(words).copied(),
            (None, Some(text)) => most_alike(&words_of(text), &words, &roles, last),
            (None, None) => bail!("a labelled sentence has neither `text` nor `words`"),
        };
        if let Some(at) = at.filter(|at| roles[*at].is_none()) {
            roles[at] = Some(role);
            labels.found += 1;
            last = Some(at);
        }
    }
    Ok(roles)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn most_alike(
    wanted: &HashSet<String>,
    sentences: &[HashSet<String>],
    taken: &[Option<usize>],
    last: Option<usize>,
) -> Option<usize> {
    let likeness = |at: usize| {
        let shared = wanted.intersection(&sentences[at]).count() as f64;
        let more = sentences[at].difference(wanted).count() as f64;
        let is_next = last.map_or(at < 15, |last| at > last && at < last + 15);
        shared / (wanted.len().max(1) as f64) - 0.02 * more / (sentences[at].len().max(1) as f64)
            + if is_next { 0.03 } else { 0.0 }
    };
    let free = (0..sentences.len()).filter(|at| taken[*at].is_none());
    let best = free.map(|at| (likeness(at), at));
    let best = best.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))?;
    (best.0 >= 0.75).then_some(best.1)
}

/// 0 for `none`, else 1 more than the role's place.
fn number_of(role: &str) -> anyhow::Result<usize> {
    if role == "none" {
        return Ok(0);
    }
    let role = Role::from_word(role).with_context(|| format!("there is no role {role}"))?;
    Ok(role as usize + 1)
}

fn words_of(text: &str) -> HashSet<String> {
    let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.filter(|it| !it.is_empty()).map(str::to_lowercase).collect()
}

/// Names a sentence without saying it: the first eight hexadecimal digits of the SHA-256 of its runs
/// of ASCII letters and digits in lower case, joined by blanks.
pub(crate) fn digest(text: &str) -> String {
    let text = text.to_lowercase();
    let words = text.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let digest = Sha256::digest(words.collect::<Vec<_>>().join(" "));
    let first = digest.first_chunk().map_or(0, |it| u32::from_be_bytes(*it));
    format!("{first:08x}")
}

/// The organisations that are never trained on: by the SHA-256 of their name, three of ten.
pub(crate) fn is_held_out(org: &str) -> bool {
    Sha256::digest(org).first().is_some_and(|it| it % 10 < 3)
}

/// What a line of `posts.tsv` says.
#[derive(Clone, Copy)]
struct Said {
    kind: Kind,
    worth: u8,
    is_added: bool,
}

fn read_kinds(
    path: &Path,
    is_added: bool,
    kinds: &mut HashMap<String, Said>,
) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("could not read {}", path.display()))?;
    for (number, line) in text.lines().enumerate().skip(1) {
        let place = || format!("{}, line {}", path.display(), number + 1);
        let [id, _, kind, worth] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("{}: not four columns", place());
        };
        let kind = Kind::from_word(kind).with_context(|| format!("{}: no kind {kind}", place()))?;
        let worth = worth.parse().with_context(|| format!("{}: no worth {worth}", place()))?;
        kinds.entry(id.to_owned()).or_insert(Said { kind, worth, is_added });
    }
    Ok(())
}

/// Sentences by their digests: id, organisation, then for each sentence its [`digest`] and the first
/// letter of its role.
fn read_digests(
    path: &Path,
    roles: &mut BTreeMap<String, (bool, Vec<Sentence>)>,
) -> anyhow::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    each_line(path, |line| {
        let [id, _, sentences] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("not three columns");
        };
        let said = roles.entry(id.to_owned()).or_insert_with(|| (true, Vec::new()));
        for sentence in sentences.split(' ') {
            let (words, letter) = sentence.split_at_checked(8).context("a digest is too short")?;
            let role = ["none", "challenge", "approach", "result", "limitation"];
            let role = role.iter().find(|it| it.starts_with(letter)).context("no such role")?;
            let (words, role) = (Some(words.to_owned()), (*role).to_owned());
            said.1.push(Sentence { text: None, words, role });
        }
        Ok(())
    })
}

/// All files of texts in the folders and beside them, then those that were named.
fn text_files(folders: &[PathBuf], named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = named.to_vec();
    for folder in folders {
        let entries = std::fs::read_dir(folder)
            .with_context(|| format!("could not read {}", folder.display()))?;
        let mut paths: Vec<PathBuf> =
            entries.map(|it| Ok(it?.path())).collect::<std::io::Result<_>>()?;
        paths.sort();
        let name = |path: &Path| path.file_name().map(|it| it.to_string_lossy().into_owned());
        files.extend(paths.into_iter().filter(|path| {
            let name = name(path).unwrap_or_default();
            [".jsonl", ".jsonl.xz"].iter().any(|it| name.ends_with(it))
                && !name.starts_with("sentences.")
        }));
        files.extend(plain_or_packed(&folder.join("../webbox/data/posts.jsonl")));
    }
    Ok(files)
}

fn plain_or_packed(path: &Path) -> Option<PathBuf> {
    let packed = path.with_extension("jsonl.xz");
    [path.to_path_buf(), packed].into_iter().find(|it| it.exists())
}

fn each_line(path: &Path, mut with: impl FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let reader: Box<dyn Read> = if path.extension().is_some_and(|it| it == "xz") {
        Box::new(lzma_rust2::XzReader::new(BufReader::new(file), true))
    } else {
        Box::new(file)
    };
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let place = || format!("{}, line {}", path.display(), number + 1);
        let line = line.with_context(place)?;
        if !line.trim().is_empty() {
            with(&line).with_context(place)?;
        }
    }
    Ok(())
}
