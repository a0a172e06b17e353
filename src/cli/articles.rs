//! The part of `peerscope crawl` that asks for whole articles, and how it is told.

use std::{str::FromStr, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Output, bytes, count, harmless};
use crate::{
    crawl::{ArticleBudget, ArticleRound, PageVisit},
    domain::{ArticleState, Slug},
    messages,
};

/// How many pages one crawl asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Pages {
    /// A budget for each host and for all, so that a first crawl ends within minutes.
    #[default]
    Usual,
    All,
    AtMost(u32),
    None,
}

impl FromStr for Pages {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        match written {
            "usual" => Ok(Self::Usual),
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ => match written.parse() {
                Ok(0) => Ok(Self::None),
                Ok(number) => Ok(Self::AtMost(number)),
                Err(_) => Err("it is a number of pages, `all`, `usual` or `none`".to_owned()),
            },
        }
    }
}

/// When nobody wants to wait for the last page of the slowest host.
const NO_LIMIT: Duration = Duration::from_hours(24 * 7);

impl Pages {
    /// `None` where no page is wanted.
    pub(super) fn budget(self, peer: Option<Slug>) -> Option<ArticleBudget> {
        let usual = ArticleBudget { peer, ..ArticleBudget::default() };
        let of = |total| ArticleBudget { per_host: total, total, time: NO_LIMIT, ..usual.clone() };
        match self {
            Self::Usual => Some(usual),
            Self::All => Some(of(u32::MAX)),
            Self::AtMost(number) => Some(of(number)),
            Self::None => None,
        }
    }
}

/// What a person sees while pages are asked for.
pub(super) struct PageProgress(Option<ProgressBar>);

impl PageProgress {
    pub(super) fn new(output: &Output) -> Self {
        let style = ProgressStyle::with_template("{spinner} {pos} articles  {elapsed}  {msg}");
        Self(style.ok().filter(|_| output.is_interactive()).map(|style| {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
        }))
    }

    pub(super) fn tell(&self, visit: &PageVisit) {
        let Some(bar) = &self.0 else {
            if let Some(line) = line_about(visit) {
                super::crawl::print_note(&line);
            }
            return;
        };
        bar.inc(1);
        bar.set_message(harmless(&visit.page.peer_name));
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// A line for a page that a person may want to know of; nothing for one that was read.
fn line_about(visit: &PageVisit) -> Option<String> {
    let told = matches!(
        visit.state,
        ArticleState::Forbidden
            | ArticleState::Paywall
            | ArticleState::BotWall
            | ArticleState::Gone
            | ArticleState::Failed
    );
    told.then(|| {
        let name = harmless(&visit.page.peer_name);
        let link = visit.page.link.as_str();
        let reason = visit.reason.as_deref().map(|it| format!(" ({})", harmless(it)));
        let state = state_name(visit.state);
        format!("{name}: {link}: {state}{}", reason.unwrap_or_default())
    })
}

pub(super) fn state_name(state: ArticleState) -> String {
    messages::text(&format!("article.{}.name", state.as_str())).to_owned()
}

pub(super) fn tell(round: &ArticleRound, took: Duration, output: &Output) {
    let pages = count(round.pages, "article", "articles");
    output.line(&format!("looked for {pages} in {:.1} s", took.as_secs_f64()));
    if round.unchanged > 0 {
        output.line(&format!("  {:>6}  unchanged", round.unchanged));
    }
    for (state, number) in &round.states {
        output.line(&format!("  {number:>6}  {}", state_name(*state)));
    }
    if round.rules_unknown > 0 {
        output.line(&format!(
            "  {:>6}  not now: the robots.txt of their sites cannot be reached",
            round.rules_unknown
        ));
    }
    if round.received_bytes > 0 {
        output.line(&format!("  received {}", bytes(round.received_bytes)));
    }
    if round.waiting > 0 {
        output.line(&format!(
            "  {:>6}  left for the next crawls, so that no host is asked for too much at once; \
             `peerscope crawl --articles all` asks for all of them now",
            round.waiting
        ));
    }
    if round.outage {
        output.warning("no host of an article could be reached: nothing is counted against them");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_pages_is_told_from_the_words_for_it() {
        for (written, expected) in [
            ("all", Ok(Pages::All)),
            ("none", Ok(Pages::None)),
            ("usual", Ok(Pages::Usual)),
            ("0", Ok(Pages::None)),
            ("25", Ok(Pages::AtMost(25))),
        ] {
            assert_eq!(written.parse(), expected);
        }
        assert!("-1".parse::<Pages>().is_err() && "some".parse::<Pages>().is_err());
    }
}
