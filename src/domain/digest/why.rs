//! Why a story was chosen, in the order in which that counts.

use super::{Part, Parts, Why};
use crate::domain::Kind;

/// What speaks for a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds<'a> {
    pub parts: Parts,
    pub kind: Option<Kind>,
    pub is_measured: bool,
    pub tellers: u32,
    /// Whether nothing in the window is expected to be of more worth, save one or two.
    pub is_among_best: bool,
    /// Whether its peer published nothing else in the window.
    pub is_only_of_peer: bool,
    /// Subjects that it is on, the best fit first.
    pub subjects: Vec<OnSubject<'a>>,
}

/// A subject that a story is on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnSubject<'a> {
    pub name: &'a str,
    pub silence: Silence,
    pub is_rising: bool,
}

/// For how long a peer had not written about a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It did lately, or nobody knows.
    None,
    /// It published enough, and nothing of that was on it.
    Ever,
    Months(u32),
}

/// A peer that publishes its first posts writes about everything for the first time.
const FEWEST_OLDER_STORIES: usize = 10;
/// Shorter ones tell nothing.
const LEAST_MONTHS: u32 = 6;
const HOURS_OF_A_MONTH: i64 = 730;

/// Told of a story at most: one sentence.
const MOST: usize = 4;
const MOST_SUBJECTS: usize = 2;

impl Silence {
    /// By the hours since the last post on the subject, if there is one, and how many older stories the
    /// peer has.
    pub fn of(hours: Option<i64>, older_stories: usize) -> Self {
        let Some(hours) = hours else {
            let is_telling = older_stories >= FEWEST_OLDER_STORIES;
            return if is_telling { Self::Ever } else { Self::None };
        };
        let months = u32::try_from(hours / HOURS_OF_A_MONTH).unwrap_or_default();
        if months >= LEAST_MONTHS { Self::Months(months) } else { Self::None }
    }
}

/// The strongest first; never empty.
pub fn whys(of: &Grounds<'_>) -> Vec<Why> {
    let mut whys: Vec<(f32, Why)> = Vec::new();
    let mut push = |strength: f32, why: Why| whys.push((strength, why));
    let fit = of.parts.get(Part::Match);
    for (at, subject) in (0_u8..).zip(of.subjects.iter().take(MOST_SUBJECTS)) {
        let (fit, name) = (fit / f32::from(at + 1), subject.name.to_owned());
        push(fit + 0.02, Why::Matches { name: name.clone() });
        let first = |months| Why::FirstOfPeer { name: name.clone(), months };
        match subject.silence {
            Silence::Ever if at == 0 => push(fit + 0.01, first(None)),
            Silence::Months(months) if at == 0 => push(fit + 0.01, first(Some(months))),
            _ => {}
        }
        if subject.is_rising {
            push(fit / 2.0, Why::Rising { name });
        }
    }
    if of.is_among_best {
        push(0.3, Why::Worth);
    }
    if let Some(kind) = of.kind.filter(|it| it.is_of_substance()) {
        push(of.parts.get(Part::Kind), Why::Substance { kind });
    }
    if of.tellers > 1 {
        push(of.parts.get(Part::ToldBy) + 0.05, Why::ToldBy { peers: of.tellers });
    }
    if of.is_measured {
        push(of.parts.get(Part::Measured), Why::Measured);
    }
    if of.is_only_of_peer {
        push(0.01, Why::Peer);
    }
    whys.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut whys: Vec<Why> = whys.into_iter().map(|(_, why)| why).take(MOST).collect();
    if whys.is_empty() {
        whys.push(Why::New);
    }
    whys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grounds(fit: f32) -> Grounds<'static> {
        Grounds {
            parts: Parts::default().with(Part::Match, fit).with(Part::Kind, 0.15),
            kind: Some(Kind::CaseStudy),
            is_measured: false,
            tellers: 1,
            is_among_best: false,
            is_only_of_peer: false,
            subjects: Vec::new(),
        }
    }

    #[test]
    fn what_it_is_about_comes_first_where_it_counted_most() {
        let on = OnSubject { name: "pricing", silence: Silence::Months(14), is_rising: false };
        let name = || "pricing".to_owned();
        let told = whys(&Grounds { subjects: vec![on], ..grounds(0.4) });
        let substance = Why::Substance { kind: Kind::CaseStudy };
        let first = Why::FirstOfPeer { name: name(), months: Some(14) };
        assert_eq!(told, [Why::Matches { name: name() }, first, substance.clone()]);
        let hardly = Grounds { subjects: vec![on], is_among_best: true, ..grounds(0.05) };
        assert_eq!(whys(&hardly)[..2], [Why::Worth, substance]);
    }

    #[test]
    fn there_is_always_a_reason_and_never_a_list_of_them() {
        let nothing = Grounds { kind: None, ..grounds(0.0) };
        assert_eq!(whys(&nothing), [Why::New]);
        let on = |name| OnSubject { name, silence: Silence::Ever, is_rising: true };
        let subjects = vec![on("a"), on("b"), on("c")];
        let much = Grounds {
            subjects,
            tellers: 3,
            is_measured: true,
            is_among_best: true,
            ..grounds(0.5)
        };
        assert_eq!(whys(&much).len(), MOST);
    }

    #[test]
    fn a_peer_is_silent_when_it_wrote_of_other_things_for_half_a_year() {
        let month = HOURS_OF_A_MONTH;
        assert_eq!(Silence::of(Some(5 * month), 100), Silence::None);
        assert_eq!(Silence::of(Some(14 * month), 1), Silence::Months(14));
        assert_eq!(Silence::of(None, 100), Silence::Ever);
        assert_eq!(Silence::of(None, 3), Silence::None);
    }
}
