//! Builds the tree of a query: `OR` binds looser than what stands side by side.

use super::{
    Clause, DEEPEST_NESTING, LONGEST_QUERY, MOST_TERMS, Notice,
    scanner::{Scanner, Token, has_letters},
};

/// Characters that are looked at: room for the canonical text of the longest query.
const MOST_CHARACTERS: usize = 4 * LONGEST_QUERY;

/// What a text came to.
pub(super) struct Parsed {
    pub(super) root: Clause,
    pub(super) notices: Vec<Notice>,
    /// Where the first oddity stands, in bytes.
    pub(super) first: Option<usize>,
}

pub(super) fn parse(text: &str) -> Parsed {
    let end = text.char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(at, _)| at);
    let mut parser = Parser {
        scanner: Scanner::new(&text[..end]),
        terms: 0,
        characters: 0,
        depth: 0,
        full: false,
    };
    if end < text.len() {
        parser.scanner.notice(Notice::TooLong, end);
    }
    let mut clauses = Vec::new();
    loop {
        let (clause, ended) = parser.alternatives();
        clauses.extend(clause);
        match ended {
            Ended::Closed => {
                parser.scanner.notice(Notice::OddParenthesis, parser.scanner.at() - 1);
            }
            Ended::Everything | Ended::Branch => break,
        }
    }
    let Scanner { notices, first, .. } = parser.scanner;
    Parsed { root: Clause::all(clauses), notices, first }
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    terms: usize,
    /// Of the terms so far.
    characters: usize,
    depth: usize,
    full: bool,
}

/// Why a run of clauses ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Everything,
    Closed,
    Branch,
}

impl Parser<'_> {
    /// Runs of clauses with `OR` between them, up to the closing parenthesis.
    fn alternatives(&mut self) -> (Option<Clause>, Ended) {
        let mut branches = Vec::new();
        let mut operators = 0;
        let mut odd = None;
        loop {
            let (clauses, ended) = self.side_by_side();
            if clauses.is_empty() {
                odd = odd.or(Some(self.scanner.at()));
            }
            if !clauses.is_empty() {
                branches.push(Clause::all(clauses));
            }
            if ended == Ended::Branch {
                operators += 1;
                continue;
            }
            if operators > 0 && branches.len() <= operators {
                self.scanner.notice(Notice::OddOperator, odd.unwrap_or_default());
            }
            return (Clause::any(branches), ended);
        }
    }

    fn side_by_side(&mut self) -> (Vec<Clause>, Ended) {
        let mut clauses = Vec::new();
        let mut negated = false;
        while let Some(token) = self.next() {
            let clause = match token {
                Token::Term(term) => self.admitted(term),
                Token::Open => self.group(),
                Token::Minus => {
                    negated = !negated;
                    continue;
                }
                Token::Nothing => None,
                Token::Close => return (clauses, Ended::Closed),
                Token::Or => return (clauses, Ended::Branch),
            };
            clauses.extend(clause.map(|it| if negated { Clause::not(it) } else { it }));
            negated = false;
        }
        (clauses, Ended::Everything)
    }

    fn next(&mut self) -> Option<Token> {
        if self.full { None } else { self.scanner.next() }
    }

    fn group(&mut self) -> Option<Clause> {
        if self.depth == DEEPEST_NESTING {
            self.skip_group();
            return None;
        }
        let opened = self.scanner.at() - 1;
        self.depth += 1;
        let (clause, ended) = self.alternatives();
        self.depth -= 1;
        if ended == Ended::Everything && !self.full {
            self.scanner.notice(Notice::OddParenthesis, opened);
        }
        clause
    }

    fn skip_group(&mut self) {
        self.scanner.notice(Notice::TooDeep, self.scanner.at() - 1);
        let mut open = 1_usize;
        while open > 0 {
            match self.scanner.next() {
                Some(Token::Open) => open += 1,
                Some(Token::Close) => open -= 1,
                Some(_) => {}
                None => break,
            }
        }
    }

    /// The term, or as much of it as there is still room for.
    fn admitted(&mut self, term: Clause) -> Option<Clause> {
        if self.terms == MOST_TERMS {
            self.scanner.notice(Notice::TooManyTerms, self.scanner.at());
            self.full = true;
            return None;
        }
        let room = LONGEST_QUERY - self.characters;
        let term = if length(&term) > room {
            self.scanner.notice(Notice::TooLong, self.scanner.at());
            self.full = true;
            cut(&term, room)?
        } else {
            term
        };
        self.terms += 1;
        self.characters += length(&term);
        Some(term)
    }
}

/// In characters, without quotation marks and names of filters.
fn length(term: &Clause) -> usize {
    match term {
        Clause::Word(text)
        | Clause::Phrase(text)
        | Clause::Prefix(text)
        | Clause::Near { words: text, .. } => text.chars().count(),
        Clause::Filter(filter) => filter.value().chars().count(),
        Clause::All(_) | Clause::Any(_) | Clause::Not(_) => 0,
    }
}

/// The beginning of a word or phrase; filters mean something else when cut.
fn cut(term: &Clause, longest: usize) -> Option<Clause> {
    let head = |text: &str| text.chars().take(longest).collect::<String>();
    match term {
        Clause::Word(word) => {
            let word = head(word);
            let word = word.split('(').next().unwrap_or_default().trim_end_matches('*');
            let is_operator = matches!(word, "OR" | "AND" | "NOT");
            (has_letters(word) && !is_operator).then(|| Clause::Word(word.to_owned()))
        }
        Clause::Phrase(words) => {
            let words = head(words).trim_end().to_owned();
            has_letters(&words).then_some(Clause::Phrase(words))
        }
        Clause::All(_)
        | Clause::Any(_)
        | Clause::Not(_)
        | Clause::Near { .. }
        | Clause::Prefix(_)
        | Clause::Filter(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Query;

    fn canonical(text: &str) -> String {
        Query::parse(text).to_string()
    }

    #[test]
    fn a_query_has_one_canonical_text() {
        for (written, text) in [
            ("", ""),
            ("  dynamic   pricing ", "dynamic pricing"),
            ("dynamic AND pricing", "dynamic pricing"),
            ("“surge  pricing” NOT release", "\"surge pricing\" -release"),
            ("a b OR c -d", "a b OR c -d"),
            ("(a OR b) c", "(a OR b) c"),
            ("a (b c)", "a b c"),
            ("a OR (b OR (c))", "a OR b OR c"),
            ("-(a OR b) -(-c)", "-(a OR b) c"),
            ("-(a b)", "-(a b)"),
            ("Peer:Walmart title:\"dynamic pricing\"", "peer:Walmart title:\"dynamic pricing\""),
            ("title:\"pricing\" lang:EN_us", "title:pricing lang:en-US"),
            ("after:2025-03 before:2026", "after:2025-03 before:2026"),
            ("-peer:x f(x) C++ C# .NET", "-peer:x f(x) C++ C# .NET"),
            ("std::vec http://a.b/c", "std::vec http://a.b/c"),
            ("-- --dry-run a - b", "dry-run a b"),
            ("pric* -Kub* SELECT *", "pric* -Kub* SELECT"),
            ("\"surge pricing\"~3 \"a b\"~0 \"one\"~4", "\"surge pricing\"~3 \"a b\" \"one\""),
            ("\"a b\"~99 \"a b\"~x", "\"a b\"~20 \"a b\" ~x"),
            (
                "published:2024..2026 published:..2025-03",
                "published:2024..2026 published:..2025-03",
            ),
            ("published:2025 -published:2025-03-01..", "published:2025 -published:2025-03-01.."),
            ("minutes:<10 minutes:>3 minutes:5..8", "minutes:<=9 minutes:>=4 minutes:5..8"),
            ("minutes:7 has:code -has:image", "minutes:7 has:code -has:image"),
            ("Kind:\"Case Study\" kind:deep_dive", "kind:case-study kind:deep-dive"),
            ("-kind:post-mortem kind:Release", "-kind:postmortem kind:release"),
            ("worth:2 worth:>=2 worth:>1", "worth:2 worth:2 worth:2"),
            ("worth:<2 worth:1..2 worth:0..3", "worth:<=1 worth:1..2 worth:0"),
            ("challenge:\"cold  start\" result:*", "challenge:\"cold start\" result:*"),
            ("limitation:\"latency\" approach:cach*", "limitation:latency approach:cach*"),
        ] {
            assert_eq!(canonical(written), text, "{written}");
            assert_eq!(Query::parse(written).notices(), [], "{written}");
        }
    }

    #[test]
    fn odd_input_is_read_as_words_and_said() {
        for (written, text) in [
            ("\"open quote", "open quote"),
            ("a) b", "a b"),
            ("(a b", "a b"),
            ("OR a", "a"),
            ("a OR", "a"),
            ("a OR OR b", "a OR b"),
            ("after:yesterday", "yesterday"),
            ("after:\"last week\" x", "\"last week\" x"),
            ("after:-a", "-a"),
            ("peer: x", "x"),
            ("peer:& x", "x"),
            ("colour:red", "colour:red"),
            ("lang:english", "english"),
            ("c* x", "c x"),
            ("published:2026..soon", "2026..soon"),
            ("published:..", ""),
            ("minutes:short", "short"),
            ("minutes:<0", "<0"),
            ("has:charm", "charm"),
            ("kind:talk", "talk"),
            ("kind: x", "x"),
            ("worth:4", "4"),
            ("worth:3..1", "3..1"),
            ("worth:<0", "<0"),
            ("result:", ""),
            ("result:&", ""),
            ("result:** x", "x"),
        ] {
            let query = Query::parse(written);
            assert_eq!(query.to_string(), text, "{written}");
            assert_eq!(query.notices().len(), 1, "{written}: {:?}", query.notices());
        }
        assert_eq!(canonical("O(n log n) sort"), "\"O(n log n)\" sort");
        assert_eq!(canonical("a(b OR c)"), "a (b OR c)");
        assert_eq!(canonical("a(\"b\") OR(b c)"), "a \"b\" OR b c");
        assert_eq!(canonical("-& a"), "a");
    }

    #[test]
    fn a_query_is_bounded_in_length_terms_and_depth() {
        let long = Query::parse(&"x".repeat(5_000));
        assert_eq!(long.to_string().len(), super::LONGEST_QUERY);
        let many = Query::parse(&"a ".repeat(80));
        assert_eq!(many.to_string().split(' ').count(), super::MOST_TERMS);
        let deep = Query::parse(&format!("{}a{} b", "(x OR y ".repeat(40), ")".repeat(40)));
        assert!(deep.to_string().ends_with(" b"));
        assert!([long, many, deep].iter().all(|it| it.notices().len() == 1));
    }

    proptest! {
        #[test]
        fn the_canonical_text_parses_to_the_same_query(
            text in "(\\PC| |[-()\":]|OR |NOT |-|title:|after:|peer:\"|x|ab |\\*|~3|minutes:<|published:20|has:code |kind:|worth:|result:){0,60}|.{0,80}"
        ) {
            let query = Query::parse(&text);
            let again = Query::parse(&query.to_string());
            prop_assert_eq!(&again, &query, "{}", query);
            prop_assert_eq!(again.to_string(), query.to_string());
        }

        #[test]
        fn long_queries_keep_their_meaning_in_canonical_text(
            text in "([-(\"]?(lorem|f\\(x\\)|title:a|OR|é{1,30}|\\)|\") ?){0,400}"
        ) {
            let query = Query::parse(&text);
            prop_assert_eq!(&Query::parse(&query.to_string()), &query);
        }
    }
}
