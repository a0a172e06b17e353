//! `/list/import`: brings a list along from elsewhere; `/list/export.json` and `.csv` take this one away.

use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    Answer, Frame, Place, html,
    words::{counted, grouped},
};
use crate::{
    exchange::{self, LineProblem, ListFile, ListFormat, read_list},
    reading::{self, ImportCounts},
    web::{Web, problem::Problem, say},
};

/// Largest list that is taken, in bytes: tens of thousands of readings, with the texts that some put beside them.
pub(in crate::web) const LARGEST_LIST: usize = 32 * 1024 * 1024;
/// Problems that are told one by one.
const MOST_PROBLEMS: usize = 100;

#[derive(Template)]
#[template(path = "list-import.html")]
struct ImportPage {
    frame: Frame,
    formats: Vec<&'static str>,
    /// Why nothing of the file could be read.
    refused: Option<&'static str>,
    came: Option<Came>,
}

/// What an import came to.
struct Came {
    lines: Vec<String>,
    problems: Vec<Told>,
    /// Problems that are not told one by one.
    others: Option<String>,
}

struct Told {
    line: String,
    reason: String,
}

/// `GET /list/import`
pub(in crate::web) async fn import(State(web): State<Web>) -> Answer {
    html(&ImportPage::of(&web))
}

/// `POST /list/import`: a file, or what was pasted. The same again changes nothing, so that the answer may be sent
/// again.
pub(in crate::web) async fn post_import(
    State(web): State<Web>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let bytes = list_in(sent.map_err(|it| refused(it.status()))?).await?;
    let now = web.clock().now();
    let read = move || read_list(&bytes, now);
    let read = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::OurFault)?;
    let page = match read {
        Err(error) => {
            let key = format!("list.file.{}", error.as_str());
            let refused = match key.as_str() {
                "list.file.empty" => say::text("list.file.empty"),
                "list.file.archive" => say::text("list.file.archive"),
                _ => say::text("list.file.unknown"),
            };
            let page = ImportPage { refused: Some(refused), ..ImportPage::of(&web) };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
        }
        Ok(ListFile { format, readings, problems }) => {
            let store = &web.library().store;
            let counts = reading::import_list(store, web.reader(), readings, now).await?;
            ImportPage { came: Some(Came::of(format, counts, &problems)), ..ImportPage::of(&web) }
        }
    };
    Ok(html(&page)?.into_response())
}

fn refused(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::TooLarge;
    }
    Problem::Content(say::text("web.list.import.no-form").to_owned())
}

/// The file, else what was pasted.
async fn list_in(mut sent: Multipart) -> Result<Vec<u8>, Problem> {
    let mut pasted = Vec::new();
    while let Some(field) = sent.next_field().await.map_err(|it| refused(it.status()))? {
        let is_file = field.name() == Some("file");
        let bytes = field.bytes().await.map_err(|it| refused(it.status()))?;
        if is_file && !bytes.is_empty() {
            return Ok(bytes.to_vec());
        }
        if !is_file {
            pasted = bytes.to_vec();
        }
    }
    Ok(pasted)
}

impl ImportPage {
    fn of(web: &Web) -> Self {
        let formats = ListFormat::ALL.map(|it| say::text(format_key(it)));
        Self {
            frame: Frame::new(web, say::text("web.list.import.heading"), Place::List),
            formats: formats.into(),
            refused: None,
            came: None,
        }
    }
}

fn format_key(format: ListFormat) -> &'static str {
    match format {
        ListFormat::OwnJson => "list.format.own-json",
        ListFormat::OwnCsv => "list.format.own-csv",
        ListFormat::PocketHtml => "list.format.pocket-html",
        ListFormat::PocketCsv => "list.format.pocket-csv",
        ListFormat::Instapaper => "list.format.instapaper",
        ListFormat::Wallabag => "list.format.wallabag",
        ListFormat::Readwise => "list.format.readwise",
        ListFormat::Bookmarks => "list.format.bookmarks",
    }
}

impl Came {
    fn of(format: ListFormat, counts: ImportCounts, problems: &[LineProblem]) -> Self {
        let ImportCounts { added, united, same, new_pages, .. } = counts;
        let format = say::text(format_key(format));
        let mut lines = vec![
            say::fill("web.list.import.read-as", &[("format", format)]),
            counted("web.list.import.added", added),
        ];
        if united > 0 {
            lines.push(counted("web.list.import.united", united));
        }
        if same > 0 {
            lines.push(counted("web.list.import.same", same));
        }
        if new_pages > 0 {
            lines.push(counted("web.list.import.pages", new_pages));
        }
        let told = |it: &LineProblem| {
            let key = format!("list.problem.{}", it.reason.as_str());
            let line = say::fill("web.list.import.line", &[("n", &grouped(it.line))]);
            Told { line, reason: say::fill(&key, &[("found", it.reason.found())]) }
        };
        let others = problems.len().saturating_sub(MOST_PROBLEMS) as u64;
        Self {
            lines,
            problems: problems.iter().take(MOST_PROBLEMS).map(told).collect(),
            others: (others > 0).then(|| counted("web.list.import.others", others)),
        }
    }
}

/// `GET /list/export.json`
pub(in crate::web) async fn export_json(State(web): State<Web>) -> Result<Response, Problem> {
    let list = reading::export_list(&web.library().store, web.reader()).await?;
    Ok(file(exchange::json(&list), "application/json", "reading-list.json"))
}

/// `GET /list/export.csv`
pub(in crate::web) async fn export_csv(State(web): State<Web>) -> Result<Response, Problem> {
    let list = reading::export_list(&web.library().store, web.reader()).await?;
    Ok(file(exchange::csv(&list), "text/csv; charset=utf-8", "reading-list.csv"))
}

fn file(content: String, content_type: &'static str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let about = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (about, content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exchange::LineReason, messages};

    #[test]
    fn every_format_and_every_problem_of_a_list_has_a_text() {
        for format in ListFormat::ALL {
            assert_eq!(format_key(format), format!("list.format.{}", format.as_str()));
            assert!(messages::has(format_key(format)), "{format:?}");
        }
        let reasons = [
            LineReason::NoAddress,
            LineReason::NotAnAddress(String::new()),
            LineReason::NotATime(String::new()),
            LineReason::NotATag(String::new()),
            LineReason::OnlyInAFeed,
            LineReason::Unreadable(String::new()),
        ];
        for reason in reasons {
            assert!(messages::has(&format!("list.problem.{}", reason.as_str())), "{reason:?}");
        }
    }
}
