//! Numbers for a monitoring system, in the text format of Prometheus (version 0.0.4).

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::State,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Web, problem::Problem, standing::Standing};
use crate::{
    crawl::Snapshot,
    domain::SourceId,
    insight::MODEL,
    store::{SourceCounts, SourceReport, StoreError},
};

/// Upper bounds of the classes of answering times, in seconds.
const BOUNDS: [f64; 8] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/// Requests that were answered, by route, method and status.
#[derive(Debug, Default)]
pub(super) struct Requests(Mutex<BTreeMap<(String, String, u16), Answers>>);

#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    count: u64,
    seconds: f64,
    /// How many took no longer than each of [`BOUNDS`].
    within: [u64; BOUNDS.len()],
}

impl Requests {
    pub(super) fn count(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let key = (route.to_owned(), method_word(method).to_owned(), status.as_u16());
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = requests.entry(key).or_default();
        answers.count += 1;
        answers.seconds += took.as_secs_f64();
        for (within, bound) in answers.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(took.as_secs_f64() <= bound);
        }
    }

    fn write(&self, text: &mut Exposition) {
        let requests = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        text.head(
            "peerscope_http_request_seconds",
            "histogram",
            "time until a request was answered",
        );
        for ((route, method, status), answers) in requests {
            let status = status.to_string();
            let labels = [("route", route.as_str()), ("method", &method), ("status", &status)];
            let bounds = BOUNDS.map(|it| it.to_string());
            let classes = bounds.iter().map(String::as_str).zip(answers.within);
            for (bound, within) in classes.chain([("+Inf", answers.count)]) {
                let labels = [labels[0], labels[1], labels[2], ("le", bound)];
                text.line("peerscope_http_request_seconds_bucket", &labels, within);
            }
            text.line("peerscope_http_request_seconds_sum", &labels, answers.seconds);
            text.line("peerscope_http_request_seconds_count", &labels, answers.count);
        }
    }
}

/// Made-up methods would make up series without end.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

pub(super) async fn metrics(State(web): State<Web>) -> Result<Response, Problem> {
    let text = gathered(&web).await?;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text.0).into_response())
}

async fn gathered(web: &Web) -> Result<Exposition, StoreError> {
    let store = &web.library().store;
    let (sources, last_change) = (store.sources().await?, store.last_change().await?);
    let insights = store.insight_counts(MODEL).await?;
    let mut text = Exposition::default();
    text.head("peerscope_build_info", "gauge", "the version that runs");
    text.line("peerscope_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    let ids: Vec<SourceId> = sources.iter().map(|it| it.source.id).collect();
    let counts = store.source_counts(&ids).await?.into_values().collect::<Vec<_>>();
    write_sources(&mut text, &sources, &counts);
    let index = &web.library().index;
    text.gauge("peerscope_index_entries", "entries in the index", index.document_count());
    let behind = last_change - index.position();
    text.gauge("peerscope_index_behind_changes", "changes the index has yet to follow", behind);
    text.gauge("peerscope_insights", "entries read for what they are about", insights.read);
    text.gauge("peerscope_insights_waiting", "entries yet to be read so", insights.waiting);
    write_crawl(&mut text, &web.status().snapshot());
    web.0.requests.write(&mut text);
    Ok(text)
}

fn write_sources(text: &mut Exposition, sources: &[SourceReport], counts: &[SourceCounts]) {
    let followed: Vec<&SourceReport> = sources.iter().filter(|it| it.followed).collect();
    let entries: u64 = counts.iter().map(|it| it.entries).sum();
    text.gauge("peerscope_entries", "entries in the library", entries);
    let mut articles: BTreeMap<&str, u64> = BTreeMap::new();
    for (state, count) in counts.iter().flat_map(|it| &it.articles) {
        *articles.entry(state.as_str()).or_default() += count;
    }
    text.head("peerscope_articles", "gauge", "articles by what asking for their pages came to");
    for (state, count) in &articles {
        text.line("peerscope_articles", &[("state", state)], count);
    }
    text.head("peerscope_sources", "gauge", "followed sources by how they are doing");
    for standing in Standing::ALL {
        let count = followed.iter().filter(|it| Standing::of(it) == standing).count();
        text.line("peerscope_sources", &[("state", standing.as_str())], count);
    }
    text.head("peerscope_failing_sources", "gauge", "followed sources by what went wrong last");
    let mut failures: BTreeMap<&str, u64> = BTreeMap::new();
    for failure in followed.iter().filter_map(|it| it.source.state.failure.as_ref()) {
        *failures.entry(failure.kind.as_str()).or_default() += 1;
    }
    for (failure, count) in &failures {
        text.line("peerscope_failing_sources", &[("failure", failure)], count);
    }
    let broken = followed.iter().filter(|it| Standing::of(it).is_broken()).count();
    text.gauge("peerscope_broken_feeds", "sources that someone may have to look after", broken);
}

fn write_crawl(text: &mut Exposition, crawl: &Snapshot) {
    text.head("peerscope_rounds_total", "counter", "rounds of visits since the start");
    text.line("peerscope_rounds_total", &[], crawl.rounds);
    let running = u8::from(crawl.running_since.is_some());
    text.gauge("peerscope_round_running", "whether a round is under way", running);
    if let Some((ended, round)) = &crawl.last_articles {
        text.gauge(
            "peerscope_last_articles_timestamp_seconds",
            "when articles were last asked for",
            ended.as_second(),
        );
        text.gauge(
            "peerscope_articles_waiting",
            "pages that could be asked for then",
            round.waiting,
        );
    }
    let Some((ended, round)) = &crawl.last_round else { return };
    text.gauge(
        "peerscope_last_round_timestamp_seconds",
        "end of the last round",
        ended.as_second(),
    );
    text.gauge("peerscope_last_round_new_entries", "entries it found", round.new);
    text.gauge("peerscope_last_round_edited_entries", "entries it found changed", round.edited);
    text.head("peerscope_last_round_visits", "gauge", "visits of it by what came of them");
    let read = round.visited.saturating_sub(round.unchanged + round.failures());
    text.line("peerscope_last_round_visits", &[("outcome", "read")], read);
    text.line("peerscope_last_round_visits", &[("outcome", "unchanged")], round.unchanged);
    for (kind, count) in &round.failed {
        text.line("peerscope_last_round_visits", &[("outcome", kind.as_str())], count);
    }
    text.gauge("peerscope_last_round_received_bytes", "bodies it received", round.received_bytes);
    text.gauge(
        "peerscope_last_round_saved_bytes",
        "saved by conditional requests",
        round.saved_bytes,
    );
}

/// A text that grows by metrics.
#[derive(Debug, Default)]
struct Exposition(String);

impl Exposition {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.head(name, "gauge", help);
        self.line(name, &[], value);
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.0.push_str(name);
        for (at, (label, text)) in labels.iter().enumerate() {
            let open = if at == 0 { '{' } else { ',' };
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{open}{label}=\"{text}\"");
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{close} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_classes_add_up() {
        let mut text = Exposition::default();
        text.line("name", &[("label", "a\"b\\c\nd")], 1);
        assert_eq!(text.0, "name{label=\"a\\\"b\\\\c\\nd\"} 1\n");
        let requests = Requests::default();
        for millis in [1, 3, 30, 9000] {
            requests.count("/", &Method::GET, StatusCode::OK, Duration::from_millis(millis));
        }
        let mut text = Exposition::default();
        requests.write(&mut text);
        let line = |le: &str, count: u64| {
            format!("route=\"/\",method=\"GET\",status=\"200\",le=\"{le}\"}} {count}")
        };
        for (le, count) in [("0.001", 1), ("0.005", 2), ("0.1", 3), ("+Inf", 4)] {
            assert!(text.0.contains(&line(le, count)), "{}", text.0);
        }
    }
}
