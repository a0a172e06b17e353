//! What a site's `robots.txt` lets a crawler fetch (RFC 9309).

mod copy;
mod line;
mod pattern;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use self::copy::{RobotsAnswer, RobotsCopy};
use self::{
    line::{Line, lines},
    pattern::{Pattern, normal_path},
};

/// As much of a `robots.txt` as is read (RFC 9309 §2.5); what comes behind is ignored.
pub const MOST_ROBOTS_BYTES: usize = 500 * 1024;

/// Whether a page may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    Allowed,
    /// By this line: `Disallow: /private/`.
    Forbidden {
        rule: String,
    },
    /// The `robots.txt` could not be reached, so that nobody knows: not now.
    Unknown,
}

impl Permission {
    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (forbidden @ Self::Forbidden { .. }, _) | (_, forbidden @ Self::Forbidden { .. }) => {
                forbidden
            }
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Allowed, Self::Allowed) => Self::Allowed,
        }
    }
}

/// One `robots.txt`, read.
#[derive(Clone, Debug, Default)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

/// Rules, and for whom they are.
#[derive(Clone, Debug, Default)]
struct Group {
    for_anyone: bool,
    /// Product tokens, lower-case.
    named: Vec<String>,
    rules: Vec<Rule>,
    delay: Option<Duration>,
}

#[derive(Clone, Debug)]
struct Rule {
    allows: bool,
    pattern: Pattern,
}

impl Robots {
    /// Reads whatever comes: lines that mean nothing are skipped, and a file without any rule allows
    /// everything, as an HTML page in its place does.
    pub fn parse(body: &[u8]) -> Self {
        let mut robots = Self::default();
        // Whether the last group still waits for its rules, so that another name joins it.
        let mut naming = false;
        for line in lines(body) {
            match line {
                Line::Agent(written) => {
                    if !naming {
                        robots.groups.push(Group::default());
                    }
                    naming = true;
                    robots.name_last_group(written);
                }
                Line::Rule { allows, path } => {
                    naming = false;
                    // Rules before any name are for nobody, and an empty path is no rule.
                    if let Some((group, pattern)) = robots.groups.last_mut().zip(Pattern::of(path))
                    {
                        group.rules.push(Rule { allows, pattern });
                    }
                }
                Line::Delay(delay) => {
                    if let Some(group) = robots.groups.last_mut() {
                        group.delay = group.delay.max(Some(delay));
                    }
                }
                Line::Sitemap(address) => robots.sitemaps.push(address),
            }
        }
        robots
    }

    fn name_last_group(&mut self, written: &[u8]) {
        let Some(group) = self.groups.last_mut() else { return };
        if written.first() == Some(&b'*') {
            group.for_anyone = true;
        } else {
            let token = product_token(&String::from_utf8_lossy(written)).to_ascii_lowercase();
            group.named.push(token);
        }
    }

    /// Whether this crawler may fetch a path with its query. The longest rule that matches decides,
    /// and of two equal ones the one that allows (RFC 9309 §2.2.2).
    pub fn permission(&self, product: &str, path_and_query: &str) -> Permission {
        if path_and_query == "/robots.txt" {
            return Permission::Allowed;
        }
        let path = normal_path(path_and_query);
        let rules = self.groups_for(product).flat_map(|group| &group.rules);
        let decisive = rules
            .filter(|rule| rule.pattern.matches(&path))
            .max_by_key(|rule| (rule.pattern.octets(), rule.allows));
        match decisive {
            Some(rule) if !rule.allows => {
                Permission::Forbidden { rule: format!("Disallow: {}", rule.pattern.written()) }
            }
            _ => Permission::Allowed,
        }
    }

    /// How long this crawler is asked to wait between two requests (not in RFC 9309, and common).
    pub fn delay(&self, product: &str) -> Option<Duration> {
        self.groups_for(product).filter_map(|group| group.delay).max()
    }

    /// Addresses of sitemaps as written, in order.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// All groups that name the product count as one; where none does, those for anyone.
    fn groups_for(&self, product: &str) -> impl Iterator<Item = &Group> {
        let names = move |group: &&Group| {
            group.named.iter().any(|token| token.eq_ignore_ascii_case(product))
        };
        let is_named = self.groups.iter().any(|group| names(&group));
        self.groups
            .iter()
            .filter(move |group| if is_named { names(group) } else { group.for_anyone })
    }
}

/// What a crawler is called in a `robots.txt`, from its user agent: `peerscope` of
/// `peerscope/1.0 (+https://…)`. Letters, `-` and `_` only (RFC 9309 §2.2.1).
pub fn product_token(user_agent: &str) -> &str {
    let is_part = |letter: char| letter.is_ascii_alphabetic() || matches!(letter, '-' | '_');
    let written = user_agent.trim_start();
    let end = written.find(|letter| !is_part(letter)).unwrap_or(written.len());
    &written[..end]
}
