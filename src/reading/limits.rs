//! Limits: what peers admit that their systems cannot do, or not yet.

use jiff::Timestamp;

use super::{
    Asker, FindError,
    landscape::{Quoted, quoted},
    survey::{Scope, Survey},
};
use crate::{
    domain::{Role, Subject, one_of_each_story},
    home::Library,
};

/// A part of them, the newest first.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Stories that admit any, whatever the limit.
    pub total: usize,
    /// Years in which they were told, the latest first.
    pub years: Vec<i16>,
    pub posts: Vec<Quoted>,
}

/// Posts in which limits are admitted, on a subject or on any.
pub async fn limits(
    library: &Library,
    asker: &Asker,
    subject: Option<&Subject>,
    scope: &Scope,
    (offset, limit): (usize, usize),
    now: Timestamp,
) -> Result<Limits, FindError> {
    let everything = Subject::of_query("");
    let subjects = std::slice::from_ref(subject.unwrap_or(&everything));
    let all_years = Scope { year: None, ..scope.clone() };
    let survey = Survey::of(library, asker, &all_years, subjects, now).await?;
    let mut posts = survey.on_subjects().pop().unwrap_or_default();
    posts.retain(|it| it.roles.contains(Role::Limitation));
    let mut years: Vec<i16> = posts.iter().filter_map(|it| it.year()).collect();
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    posts.retain(|it| scope.year.is_none() || it.year() == scope.year);
    let posts = one_of_each_story(posts);
    let shown: Vec<_> = posts.iter().skip(offset).take(limit).copied().collect();
    Ok(Limits { total: posts.len(), years, posts: quoted(library, &shown).await? })
}
