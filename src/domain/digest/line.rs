//! Subscribers as lines of a file, to move them from one installation to another.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Choosable, MailAddress, Preferences, Subscriber, SubscriberState, Wishes};

/// A subscriber as one line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubscriberLine {
    pub address: MailAddress,
    pub state: SubscriberState,
    pub preferences: Preferences,
    pub made: Timestamp,
    pub confirmed: Option<Timestamp>,
}

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {number}: {said}")]
pub struct LineError {
    /// From 1.
    pub number: usize,
    pub said: String,
}

impl SubscriberLine {
    /// `None` for whoever has no address, and for readers of this installation, who stand in
    /// `feeds.toml`.
    pub fn of(subscriber: &Subscriber) -> Option<Self> {
        let address = subscriber.address.clone().filter(|_| subscriber.reader.is_none())?;
        let Subscriber { state, preferences, made, confirmed, .. } = subscriber.clone();
        Some(Self { address, state, preferences, made, confirmed })
    }
}

/// Reads lines of JSON, or addresses in the first column of a table with commas; whoever has an address
/// alone receives what is usual from `now` on. Gives all of them, or everything that is wrong.
pub fn subscriber_lines(
    text: &str,
    usual: &Preferences,
    now: Timestamp,
) -> Result<Vec<SubscriberLine>, Vec<LineError>> {
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, text) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = at + 1;
        let read = match text.trim() {
            "" => continue,
            text if text.starts_with('{') => line_of_json(text),
            text if number == 1 && is_heading(text) => continue,
            text => line_of_table(text, usual, now),
        };
        let told = read.and_then(|line| match places.insert(line.address.key(), number) {
            Some(twin) => Err(format!("{} stands in line {twin} already", line.address)),
            None => Ok(line),
        });
        match told {
            Ok(line) => lines.push(line),
            Err(said) => wrong.push(LineError { number, said }),
        }
    }
    if wrong.is_empty() { Ok(lines) } else { Err(wrong) }
}

fn line_of_json(text: &str) -> Result<SubscriberLine, String> {
    let line: SubscriberLine = serde_json::from_str(text).map_err(|error| error.to_string())?;
    // Fields and topics may come later than those who wait for them.
    let Preferences { domains, topics, plan, .. } = line.preferences.clone();
    let choosable = Choosable { domains, topics, usual: plan };
    match Wishes::of(&line.preferences).checked(&choosable) {
        Ok(preferences) => Ok(SubscriberLine { preferences, ..line }),
        Err(wrong) => Err(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    }
}

fn line_of_table(
    text: &str,
    usual: &Preferences,
    now: Timestamp,
) -> Result<SubscriberLine, String> {
    let address: MailAddress = first_cell(text).parse().map_err(|it| format!("{it}"))?;
    Ok(SubscriberLine {
        address,
        state: SubscriberState::Active,
        preferences: usual.clone(),
        made: now,
        confirmed: Some(now),
    })
}

/// No address has a comma in it.
fn first_cell(text: &str) -> &str {
    let cell = text.split([',', ';', '\t']).next().unwrap_or_default();
    cell.trim().trim_matches('"').trim()
}

fn is_heading(text: &str) -> bool {
    !first_cell(text).contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DigestPlan;

    fn now() -> Timestamp {
        "2026-11-26T12:00:00Z".parse().unwrap()
    }

    fn usual() -> Preferences {
        Wishes::default()
            .checked(&Choosable { usual: DigestPlan::default(), ..Choosable::default() })
            .unwrap()
    }

    #[test]
    fn lines_of_json_survive_the_way_out_and_back() {
        let domains = vec!["ecommerce".parse().unwrap()];
        let line = SubscriberLine {
            address: "ada@example.com".parse().unwrap(),
            state: SubscriberState::Left,
            preferences: Preferences { domains, ..usual() },
            made: now(),
            confirmed: Some(now()),
        };
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(subscriber_lines(&format!("\n{text}\n"), &usual(), now()), Ok(vec![line]));
    }

    #[test]
    fn a_table_of_addresses_is_taken_with_or_without_its_heading() {
        let text = "\u{feff}Email,Name\n\"ada@example.com\",Ada\r\neve@example.com\n\n";
        let lines = subscriber_lines(text, &usual(), now()).unwrap();
        let addresses: Vec<&str> = lines.iter().map(|it| it.address.as_str()).collect();
        assert_eq!(addresses, ["ada@example.com", "eve@example.com"]);
        assert!(lines.iter().all(|it| it.state == SubscriberState::Active));
        assert_eq!(subscriber_lines("ada@example.com", &usual(), now()).unwrap().len(), 1);
    }

    #[test]
    fn every_line_that_cannot_be_used_is_told_by_number() {
        let mut strange = serde_json::to_value(SubscriberLine {
            address: "zoe@example.com".parse().unwrap(),
            state: SubscriberState::Active,
            preferences: usual(),
            made: now(),
            confirmed: None,
        })
        .unwrap();
        strange["preferences"]["plan"]["zone"] = "Middle/Earth".into();
        let text = format!("ada@example.com\nada\n{{}}\nADA@example.com\n{strange}\n");
        let wrong = subscriber_lines(&text, &usual(), now()).unwrap_err();
        let numbers: Vec<usize> = wrong.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [2, 3, 4, 5], "{wrong:?}");
        assert!(wrong[2].to_string().contains("line 4: ADA@example.com stands in line 1"));
        assert!(wrong[3].said.contains("Middle/Earth"), "{wrong:?}");
    }
}
