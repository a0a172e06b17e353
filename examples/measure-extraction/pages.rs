//! The pages of a suite, in either of its two layouts.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use peerscope::{domain::Address, extract};
use serde_json::Value;

/// One page, and what is known of it.
pub(crate) struct Example {
    pub(crate) id: String,
    file: PathBuf,
    pub(crate) address: Address,
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    /// As written; only the day is compared.
    pub(crate) published: Option<String>,
}

impl Example {
    /// The page's bytes, unpacked.
    pub(crate) fn page(&self) -> Result<Vec<u8>, String> {
        let packed = fs::read(&self.file).map_err(|it| format!("{}: {it}", self.file.display()))?;
        if !packed.starts_with(&[0x1f, 0x8b]) {
            return Ok(packed);
        }
        let mut page = Vec::new();
        GzDecoder::new(&*packed).read_to_end(&mut page).map_err(|it| it.to_string())?;
        Ok(page)
    }
}

pub(crate) fn examples_in(folder: &Path) -> Result<Vec<Example>, String> {
    let truth = folder.join("ground-truth.jsonl");
    if truth.is_file() {
        let lines =
            fs::read_to_string(&truth).map_err(|it| format!("{}: {it}", truth.display()))?;
        let mut examples = Vec::new();
        for (number, line) in lines.lines().enumerate().filter(|it| !it.1.trim().is_empty()) {
            let example = from_line(folder, line);
            examples.push(example.map_err(|it| format!("line {} of the truth {it}", number + 1))?);
        }
        return Ok(examples);
    }
    from_folders(folder)
}

fn from_line(folder: &Path, line: &str) -> Result<Example, String> {
    let truth: Value = serde_json::from_str(line).map_err(|it| format!("is not JSON: {it}"))?;
    let id = text(&truth, "id").ok_or("has no `id`")?;
    let pages = folder.join("pages");
    let file = ["html.gz", "html"].map(|ending| pages.join(format!("{id}.{ending}")));
    let file = file.into_iter().find(|it| it.is_file());
    Ok(Example {
        file: file
            .ok_or_else(|| format!("names page {id}, which is not in {}", pages.display()))?,
        address: address(text(&truth, "url").as_deref())?,
        text: text(&truth, "text").ok_or("has no `text`")?,
        title: text(&truth, "title"),
        published: text(&truth, "published"),
        id,
    })
}

fn from_folders(folder: &Path) -> Result<Vec<Example>, String> {
    let entries = fs::read_dir(folder).map_err(|it| format!("{}: {it}", folder.display()))?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
    folders.retain(|it| it.join("source.html").is_file());
    folders.sort();
    if folders.is_empty() {
        return Err(format!("{} has neither ground-truth.jsonl nor pages", folder.display()));
    }
    folders.iter().map(|it| from_folder(it)).collect()
}

fn from_folder(folder: &Path) -> Result<Example, String> {
    let expected = folder.join("expected.html");
    let html =
        fs::read_to_string(&expected).map_err(|it| format!("{}: {it}", expected.display()))?;
    let known = fs::read_to_string(folder.join("expected-metadata.json")).unwrap_or_default();
    let known: Value = serde_json::from_str(&known).unwrap_or_default();
    let address = address(None)?;
    let body = extract::clean_body(&peerscope::domain::Markup::Html(html), &address);
    Ok(Example {
        id: folder.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default(),
        file: folder.join("source.html"),
        address,
        text: extract::text_without_pictures(&body.html),
        title: text(&known, "title"),
        published: text(&known, "publishedTime"),
    })
}

/// Pages of which it is not known where they came from.
const SOMEWHERE: &str = "http://fakehost/test/page.html";

fn address(written: Option<&str>) -> Result<Address, String> {
    let written = written.unwrap_or(SOMEWHERE);
    written.parse().map_err(|it| format!("`{written}`: {it}"))
}

fn text(truth: &Value, name: &str) -> Option<String> {
    truth.get(name)?.as_str().map(str::to_owned)
}
