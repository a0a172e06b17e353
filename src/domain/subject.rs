//! Subjects: what posts can be about, and which query finds them.

use super::{
    Slug, Topic,
    query::{Clause, Filter, Query},
};

/// What posts can be about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub name: String,
    pub sort: SubjectSort,
    pub query: Query,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectSort {
    Topic(Slug),
    Interest,
    /// What the posts of the domain themselves speak of most.
    Phrase,
    /// What was asked for.
    Query,
}

impl Subject {
    pub fn of_query(query: &str) -> Self {
        Self { name: query.to_owned(), sort: SubjectSort::Query, query: Query::parse(query) }
    }

    /// Words near each other.
    pub fn of_interest(interest: &str) -> Self {
        let query = Query::parse(&near(interest));
        Self { name: interest.to_owned(), sort: SubjectSort::Interest, query }
    }

    pub fn of_phrase(phrase: &str) -> Self {
        let query = Query::of(Clause::Phrase(phrase.to_owned()));
        Self { name: phrase.to_owned(), sort: SubjectSort::Phrase, query }
    }

    /// What someone cares about: topics, then interests that are no topic.
    pub fn of_profile(topics: Vec<Topic>, interests: &[String]) -> Vec<Self> {
        let mut subjects: Vec<Self> = topics.into_iter().map(Self::from).collect();
        for interest in interests {
            let slug = Slug::of(interest);
            let is_known = |it: &Self| Slug::of(&it.name) == slug;
            if slug.is_some() && !subjects.iter().any(is_known) {
                subjects.push(Self::of_interest(interest));
            }
        }
        subjects
    }

    /// The query by which a search finds the same.
    pub fn search(&self) -> Query {
        match &self.sort {
            SubjectSort::Topic(slug) => Query::of(Clause::Filter(Filter::Topic(slug.to_string()))),
            _ => self.query.clone(),
        }
    }

    /// What leads back to it.
    pub fn called(&self) -> String {
        match self.sort {
            SubjectSort::Topic(_) | SubjectSort::Interest => self.name.clone(),
            _ => self.query.to_string(),
        }
    }
}

impl From<Topic> for Subject {
    fn from(Topic { name, slug, query }: Topic) -> Self {
        Self { name, sort: SubjectSort::Topic(slug), query: Query::parse(&query) }
    }
}

/// The words of an interest, at most three places off: whoever cares about search ranking also means
/// the ranking of search results.
fn near(interest: &str) -> String {
    let words = interest.replace(['"', '~'], " ");
    match words.split_whitespace().count() {
        0 | 1 => words.trim().to_owned(),
        _ => format!("\"{}\"~3", words.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_interest_stand_near_each_other() {
        assert_eq!(near("search ranking"), "\"search ranking\"~3");
        assert_eq!(near(" kafka "), "kafka");
        assert_eq!(near("a \"b\" c"), "\"a  b  c\"~3");
        let query = |it: &str| Subject::of_interest(it).query.to_string();
        assert_eq!(query("search ranking"), "\"search ranking\"~3");
        assert_eq!(Subject::of_phrase("cold start").search().to_string(), "\"cold start\"");
        let topic = Topic { name: "T".into(), slug: "t".parse().unwrap(), query: "a OR b".into() };
        assert_eq!(Subject::from(topic).search().to_string(), "topic:t");
    }
}
