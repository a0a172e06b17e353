//! Preferences as people write them, on a page or on the command line, and what is wrong with them.

use super::{
    FRAME_LANGUAGES, MOST_MINUTES, MOST_READS, Preferences, plan_day, plan_time, plan_zone,
};
use crate::domain::{DigestPlan, Query, Slug};

/// Every field as it was written; an empty one stands for what is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    pub language: String,
    pub domains: Vec<String>,
    pub interests: Vec<String>,
    pub topics: Vec<String>,
    pub mute: Vec<String>,
    pub day: String,
    pub at: String,
    pub zone: String,
    pub reads: String,
    pub minutes: String,
}

/// What can be chosen at an installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choosable {
    pub domains: Vec<Slug>,
    pub topics: Vec<Slug>,
    /// What counts where nothing is said.
    pub usual: DigestPlan,
}

/// Something that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WishError {
    #[error("`{0}` is not a language of issues: choose en, de or zh")]
    Language(String),
    #[error("nobody who is followed here is in the domain `{0}`")]
    Domain(String),
    #[error("there is no topic `{0}` here")]
    Topic(String),
    #[error("`{0}` is not a day of the week like Monday")]
    Day(String),
    #[error("`{0}` is not a time of day like 08:00")]
    Time(String),
    #[error("`{0}` is not a time zone like Europe/Berlin")]
    Zone(String),
    #[error("`{0}` is not a number of reads from 1 to 100")]
    Reads(String),
    #[error("`{0}` is not a number of minutes from 1 to 600")]
    Minutes(String),
    #[error("these are too many interests: name at most 30")]
    ManyInterests,
    #[error("`{0}` is no interest: write a few words, at most 100 letters")]
    Interest(String),
    #[error("these are too many searches to leave out: name at most 30")]
    ManyMuted,
    #[error("`{0}` is no search in which nothing is odd")]
    Muted(String),
}

const MOST_PHRASES: usize = 30;
/// In characters.
const LONGEST_INTEREST: usize = 100;

impl Wishes {
    /// What somebody has, as they would write it.
    pub fn of(preferences: &Preferences) -> Self {
        let slugs = |slugs: &[Slug]| slugs.iter().map(Slug::to_string).collect();
        let plan = &preferences.plan;
        Self {
            language: preferences.language.to_string(),
            domains: slugs(&preferences.domains),
            interests: preferences.interests.clone(),
            topics: slugs(&preferences.topics),
            mute: preferences.mute.clone(),
            day: plan.day.clone(),
            at: plan.at.clone(),
            zone: plan.zone.clone(),
            reads: plan.reads.to_string(),
            minutes: plan.minutes.to_string(),
        }
    }

    /// The preferences that are meant, or everything that cannot be had.
    pub fn checked(&self, choosable: &Choosable) -> Result<Preferences, Vec<WishError>> {
        let mut wrong = Vec::new();
        let domains = among(&self.domains, &choosable.domains, WishError::Domain, &mut wrong);
        let topics = among(&self.topics, &choosable.topics, WishError::Topic, &mut wrong);
        let interests = self.phrases(&mut wrong);
        let mute = self.muted(&mut wrong);
        let plan = self.plan(&choosable.usual, &mut wrong);
        let language = or(&self.language, FRAME_LANGUAGES[0]);
        let known = FRAME_LANGUAGES.into_iter().find(|it| it.eq_ignore_ascii_case(language));
        let parsed = known.and_then(|it| it.parse().ok());
        match parsed {
            Some(language) if wrong.is_empty() => {
                Ok(Preferences { language, domains, interests, topics, mute, plan })
            }
            Some(_) => Err(wrong),
            None => {
                wrong.insert(0, WishError::Language(short(language)));
                Err(wrong)
            }
        }
    }

    fn plan(&self, usual: &DigestPlan, wrong: &mut Vec<WishError>) -> DigestPlan {
        let mut plan = usual.clone();
        match plan_day(or(&self.day, &usual.day)) {
            Some(day) => day.clone_into(&mut plan.day),
            None => wrong.push(WishError::Day(short(&self.day))),
        }
        match plan_time(or(&self.at, &usual.at)) {
            Some(at) => plan.at = at,
            None => wrong.push(WishError::Time(short(&self.at))),
        }
        // The usual one stands as feeds.toml has it, also where a machine knows no zones.
        match plan_zone(&self.zone) {
            Some(zone) => plan.zone = zone,
            None if self.zone.trim().is_empty() => {}
            None => wrong.push(WishError::Zone(short(&self.zone))),
        }
        match number(&self.reads, usual.reads, MOST_READS) {
            Some(reads) => plan.reads = reads,
            None => wrong.push(WishError::Reads(short(&self.reads))),
        }
        match number(&self.minutes, usual.minutes, MOST_MINUTES) {
            Some(minutes) => plan.minutes = minutes,
            None => wrong.push(WishError::Minutes(short(&self.minutes))),
        }
        plan
    }

    fn phrases(&self, wrong: &mut Vec<WishError>) -> Vec<String> {
        let interests = tidy(&self.interests);
        if interests.len() > MOST_PHRASES {
            wrong.push(WishError::ManyInterests);
        }
        let is_phrase = |it: &&String| {
            it.chars().count() <= LONGEST_INTEREST && it.chars().any(char::is_alphanumeric)
        };
        let odd = interests.iter().filter(|it| !is_phrase(it));
        wrong.extend(odd.map(|it| WishError::Interest(short(it))));
        interests
    }

    fn muted(&self, wrong: &mut Vec<WishError>) -> Vec<String> {
        let mute = tidy(&self.mute);
        if mute.len() > MOST_PHRASES {
            wrong.push(WishError::ManyMuted);
        }
        let is_sound = |it: &str| Query::parse_strictly(it).is_ok_and(|query| !query.is_empty());
        let odd = mute.iter().filter(|it| !is_sound(it));
        wrong.extend(odd.map(|it| WishError::Muted(short(it))));
        mute
    }
}

impl WishError {
    /// The field that it is about, and the word in the message catalogue.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Language(_) => "language",
            Self::Domain(_) => "domain",
            Self::Topic(_) => "topic",
            Self::Day(_) => "day",
            Self::Time(_) => "at",
            Self::Zone(_) => "zone",
            Self::Reads(_) => "reads",
            Self::Minutes(_) => "minutes",
            Self::ManyInterests => "many-interests",
            Self::Interest(_) => "interest",
            Self::ManyMuted => "many-muted",
            Self::Muted(_) => "muted",
        }
    }

    /// What was written, shortened; empty where it is the number of things that is wrong.
    pub fn found(&self) -> &str {
        match self {
            Self::ManyInterests | Self::ManyMuted => "",
            Self::Language(found)
            | Self::Domain(found)
            | Self::Topic(found)
            | Self::Day(found)
            | Self::Time(found)
            | Self::Zone(found)
            | Self::Reads(found)
            | Self::Minutes(found)
            | Self::Interest(found)
            | Self::Muted(found) => found,
        }
    }
}

/// Every slug once, as far as it can be chosen.
fn among(
    written: &[String],
    offered: &[Slug],
    refuse: fn(String) -> WishError,
    wrong: &mut Vec<WishError>,
) -> Vec<Slug> {
    let mut chosen: Vec<Slug> = Vec::new();
    for written in tidy(written) {
        match offered.iter().find(|it| Slug::of(&written).as_ref() == Some(*it)) {
            Some(slug) if !chosen.contains(slug) => chosen.push(slug.clone()),
            Some(_) => {}
            None => wrong.push(refuse(short(&written))),
        }
    }
    chosen
}

/// Without blanks around, empty ones and repetitions.
fn tidy(written: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in written {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_new = !kept.iter().any(|it| it.to_lowercase() == text.to_lowercase());
        if !text.is_empty() && is_new {
            kept.push(text);
        }
    }
    kept
}

fn or<'t>(written: &'t str, usual: &'t str) -> &'t str {
    Some(written.trim()).filter(|it| !it.is_empty()).unwrap_or(usual)
}

fn number(written: &str, usual: u32, most: u32) -> Option<u32> {
    let written = written.trim();
    if written.is_empty() {
        return Some(usual);
    }
    written.parse().ok().filter(|it| (1..=most).contains(it))
}

/// As much as is repeated in a message.
fn short(text: &str) -> String {
    text.trim().chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choosable() -> Choosable {
        let slugs = |slugs: &[&str]| slugs.iter().map(|it| it.parse().unwrap()).collect();
        Choosable {
            domains: slugs(&["ecommerce", "food-delivery"]),
            topics: slugs(&["ranking"]),
            usual: DigestPlan::default(),
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn who_writes_nothing_gets_what_is_usual() {
        let usual = Wishes::default().checked(&choosable()).unwrap();
        assert_eq!(usual.language.as_str(), "en");
        assert_eq!(usual.plan, DigestPlan::default());
        assert!(usual.domains.is_empty() && usual.topics.is_empty());
    }

    #[test]
    fn wishes_are_tidied_and_survive_the_way_back() {
        let wishes = Wishes {
            language: "DE".to_owned(),
            domains: texts(&["Food Delivery", "food-delivery"]),
            interests: texts(&["", "  dynamic   pricing ", "Dynamic pricing", "搜索排序"]),
            topics: texts(&["ranking"]),
            mute: texts(&["kind:release"]),
            day: "friday".to_owned(),
            at: "7:30".to_owned(),
            zone: "UTC".to_owned(),
            reads: "5".to_owned(),
            minutes: String::new(),
        };
        let met = wishes.checked(&choosable()).unwrap();
        assert_eq!(met.interests, ["dynamic pricing", "搜索排序"]);
        assert_eq!(met.domains.len(), 1);
        assert_eq!((met.plan.day.as_str(), met.plan.at.as_str()), ("Friday", "07:30"));
        assert_eq!((met.plan.reads, met.plan.minutes), (5, 60));
        assert_eq!(Wishes::of(&met).checked(&choosable()), Ok(met));
    }

    #[test]
    fn everything_that_cannot_be_had_is_told_at_once() {
        let wishes = Wishes {
            language: "fr".to_owned(),
            domains: texts(&["banking"]),
            interests: texts(&["!?", &"x".repeat(101)]),
            topics: texts(&["none"]),
            mute: texts(&["kind:nothing-of-ours"]),
            day: "soon".to_owned(),
            at: "8".to_owned(),
            zone: "Middle/Earth".to_owned(),
            reads: "0".to_owned(),
            minutes: "601".to_owned(),
        };
        let wrong = wishes.checked(&choosable()).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(WishError::field).collect();
        assert_eq!(
            fields,
            [
                "language", "domain", "topic", "interest", "interest", "muted", "day", "at",
                "zone", "reads", "minutes"
            ]
        );
        assert!(wrong.iter().all(|it| it.to_string().contains(&format!("`{}`", it.found()))));
        let many: Vec<String> = (0..31).map(|it| format!("phrase {it}")).collect();
        let many = Wishes { interests: many.clone(), mute: many, ..Wishes::default() };
        let wrong = many.checked(&choosable()).unwrap_err();
        assert_eq!(wrong, [WishError::ManyInterests, WishError::ManyMuted]);
    }
}
