//! Entries of our own making that are one story, or look like it: what stories are measured on.

use peerscope::domain::{Address, EntryDraft, Fingerprint};

/// Sources of each peer: its own blog, its place on Medium, and a third one.
pub(crate) const SOURCES: usize = 3;
pub(crate) const PEERS: usize = 9;
pub(crate) const BLOG: usize = 0;
pub(crate) const MEDIUM: usize = 1;
pub(crate) const OTHER: usize = 2;

/// An entry, where it is listed, and which story it tells.
pub(crate) struct Sample {
    pub(crate) peer: usize,
    pub(crate) source: usize,
    pub(crate) sort: &'static str,
    pub(crate) story: usize,
    pub(crate) draft: EntryDraft,
}

const SUBJECTS: [&str; 16] = [
    "the checkout queue",
    "our search ranking",
    "the payment ledger",
    "the image cache",
    "our feature store",
    "the pricing service",
    "the delivery planner",
    "our event log",
    "the mobile build",
    "the fraud model",
    "the address index",
    "our test farm",
    "the message broker",
    "the catalogue import",
    "our access layer",
    "the billing export",
];
const PEOPLE: [&str; 8] = [
    "two engineers",
    "the platform group",
    "a small crew",
    "the on-call rota",
    "our data scientists",
    "the storage team",
    "three volunteers",
    "the release captain",
];
const FINDINGS: [&str; 14] = [
    "retries had hidden the real failure",
    "half of all reads asked for the same row",
    "the slowest tenth came from one region",
    "nobody had ever tested the fallback",
    "a timeout was longer than its caller's patience",
    "the cache was cold after every deploy",
    "two clocks disagreed by a second",
    "the index had grown past memory",
    "batches were cut at the wrong border",
    "the alert fired on an average",
    "a lock was held across a network call",
    "the schema allowed what the code forbade",
    "old clients never gave up",
    "the queue was sorted by accident",
];
const STEPS: [&str; 14] = [
    "moved the hot path out of the request",
    "drew the flow on one sheet of paper",
    "wrote a replay tool in an afternoon",
    "cut the batch size to a fifth",
    "gave every caller a budget",
    "deleted a layer that no one could explain",
    "pinned the data to one shard",
    "let the reader choose the order",
    "taught the planner to say no",
    "kept both versions for a month",
    "measured before anyone could object",
    "turned the job into a stream",
    "put a name on every owner",
    "bought time with a larger machine",
];
const SHAPES: [&str; 12] = [
    "While {who} looked at {what}, it turned out that {found}.",
    "{who} then {did}, and {what} became boring again.",
    "For {what} this meant that {found}, which surprised {who}.",
    "Once {who} had {did}, the graphs of {what} fell into place.",
    "It took {n} days until {who} believed that {found}.",
    "Nobody likes to admit it, but {found} long before {what} was ours.",
    "So {who} {did} and asked what {what} would look like in {n} months.",
    "The review of {what} ended with a list of {n} points, the first being that {found}.",
    "In hindsight {who} should have {did} as soon as {what} slowed down.",
    "What helped {what} most was that {who} {did}.",
    "There were {n} incidents around {what}, and in each of them {found}.",
    "Before {who} {did}, every change to {what} needed {n} approvals.",
];

/// Numbers that look random and are the same each time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: usize) -> Self {
        Self((seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) + 0x1234_5678)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % count as u64).unwrap_or_default()
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// So many sentences about a subject.
pub(crate) fn sentences(seed: usize, count: usize) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let subject = dice.of(&SUBJECTS);
    (0..count)
        .map(|_| {
            let what = if dice.below(3) == 0 { dice.of(&SUBJECTS) } else { subject };
            let filled =
                dice.of(&SHAPES).replace("{who}", dice.of(&PEOPLE)).replace("{what}", what);
            let filled =
                filled.replace("{found}", dice.of(&FINDINGS)).replace("{did}", dice.of(&STEPS));
            filled.replace("{n}", &(2 + dice.below(40)).to_string())
        })
        .collect()
}

fn paragraphs(sentences: &[String]) -> String {
    let paragraphs = sentences.chunks(3).map(|it| format!("<p>{}</p>", it.join(" ")));
    paragraphs.collect::<Vec<_>>().concat()
}

const TITLES: [&str; 12] = [
    "What we learned from",
    "Rebuilding",
    "How we measure",
    "A year with",
    "Taming",
    "The quiet cost of",
    "Moving",
    "Debugging",
    "Ten lessons about",
    "Scaling",
    "Why we rewrote",
    "The limits of",
];

fn title(seed: usize) -> String {
    let mut dice = Dice::new(seed);
    let subject = dice.of(&SUBJECTS);
    format!("{} {subject}, take {}", dice.of(&TITLES), WORDS[seed % WORDS.len()])
}

/// What makes titles of the set differ.
const WORDS: [&str; 20] = [
    "amber", "birch", "cedar", "delta", "ember", "fjord", "glade", "heron", "inlet", "juniper",
    "kestrel", "larch", "meadow", "nettle", "osprey", "poplar", "quartz", "ridge", "spruce",
    "thicket",
];

fn slug(title: &str) -> String {
    title.to_lowercase().replace(", ", "-").replace(' ', "-")
}

fn strip(html: &str) -> String {
    html.replace("</p>", "\n").replace("<p>", "")
}

/// The set under construction.
#[derive(Default)]
struct Set {
    samples: Vec<Sample>,
    stories: usize,
}

impl Set {
    fn story(&mut self) -> usize {
        self.stories += 1;
        self.stories
    }

    fn add(
        &mut self,
        at: (usize, usize),
        sort: &'static str,
        story: usize,
        told: (&str, &str, &str),
    ) {
        self.add_in("en", at, sort, story, told);
    }

    fn add_in(
        &mut self,
        language: &str,
        (peer, source): (usize, usize),
        sort: &'static str,
        story: usize,
        (title, link, html): (&str, &str, &str),
    ) {
        let number = self.samples.len();
        let text = strip(html);
        let day = 1 + story % 28;
        let summary: String = text.chars().take(280).collect();
        let draft = EntryDraft {
            guid: Some(format!("urn:set:{number}")),
            link: Some(link.parse::<Address>().unwrap().without_tracking()),
            title: title.to_owned(),
            authors: Vec::new(),
            categories: Vec::new(),
            language: Some(language.parse().unwrap()),
            published: Some(format!("2026-01-{day:02}T10:00:00Z").parse().unwrap()),
            updated: None,
            summary,
            words: u32::try_from(text.split_whitespace().count()).unwrap(),
            fingerprint: Fingerprint::of(&text),
            is_whole: true,
            html: html.to_owned(),
        };
        self.samples.push(Sample { peer: peer % PEERS, source, sort, story, draft });
    }
}

fn own(peer: usize, path: &str) -> String {
    format!("https://engineering.peer{}.example/blog/{path}", peer % PEERS)
}

fn medium(peer: usize, path: &str, id: usize) -> String {
    format!(
        "https://medium.com/peer{}/{path}-{:012x}",
        peer % PEERS,
        0xa1b2_c3d4_e500_u64 + id as u64
    )
}

/// All entries; which of them are one story is told by their `story`.
pub(crate) fn samples() -> Vec<Sample> {
    let mut set = Set::default();
    cross_posts(&mut set);
    variants(&mut set);
    repeats_and_summaries(&mut set);
    translations(&mut set);
    look_alikes(&mut set);
    templates(&mut set);
    for seed in 0..40 {
        let (story, title) = (set.story(), title(9_000 + seed));
        let html = paragraphs(&sentences(9_000 + seed, 25));
        set.add((seed, BLOG), "alone", story, (&title, &own(seed, &slug(&title)), &html));
    }
    set.samples
}

fn cross_posts(set: &mut Set) {
    for seed in 0..14 {
        let (story, title) = (set.story(), title(seed));
        let html = paragraphs(&sentences(seed, 18 + seed));
        set.add((seed, BLOG), "cross-post", story, (&title, &own(seed, &slug(&title)), &html));
        let link = format!("https://medium.com/p/{}", slug(&title));
        let shouted = title.replace(", take", ": Take");
        set.add((seed, MEDIUM), "cross-post", story, (&shouted, &link, &html));
    }
    for seed in 100..112 {
        let (story, title) = (set.story(), title(seed));
        let mut told = sentences(seed, 30);
        set.add(
            (seed, BLOG),
            "edited",
            story,
            (&title, &own(seed, &slug(&title)), &paragraphs(&told)),
        );
        told[7] = sentences(seed + 5_000, 1).remove(0);
        told.remove(15);
        told.push("Originally published on our own blog; come and work with us.".to_owned());
        let link = format!("https://medium.com/p/{}-story", slug(&title));
        set.add((seed, MEDIUM), "edited", story, (&title, &link, &paragraphs(&told)));
    }
    for seed in 200..206 {
        let (story, title) = (set.story(), title(seed));
        let html = paragraphs(&sentences(seed, 28));
        set.add((seed, BLOG), "retitled", story, (&title, &own(seed, &slug(&title)), &html));
        let other = format!("Engineering notes: {}", title.to_uppercase());
        set.add(
            (seed + 1, OTHER),
            "retitled",
            story,
            (&other, &own(seed + 1, "reprint-of-a-friend"), &html),
        );
    }
}

fn variants(set: &mut Set) {
    for seed in 300..308 {
        let (story, title) = (set.story(), title(seed));
        let path = slug(&title);
        let html = paragraphs(&sentences(seed, 2));
        set.add((seed, BLOG), "address", story, (&title, &own(seed, &path), &html));
        let plain = own(seed, &path).replace("https", "http");
        set.add(
            (seed, MEDIUM),
            "address",
            story,
            (&title, &format!("{plain}/?utm_medium=feed"), &html),
        );
        let amp = if seed % 2 == 0 { format!("{plain}/amp") } else { format!("{plain}?amp=1") };
        set.add((seed, OTHER), "address", story, (&format!("{title} | Peer"), &amp, ""));
    }
    for seed in 320..326 {
        let (story, title) = (set.story(), title(seed));
        let html = paragraphs(&sentences(seed, 1));
        set.add(
            (seed, MEDIUM),
            "medium",
            story,
            (&title, &medium(seed, &slug(&title), seed), &html),
        );
        let custom = medium(seed, &slug(&title), seed).replace("medium.com/peer", "tech.example/p");
        set.add((seed, BLOG), "medium", story, (&title, &custom, &html));
    }
}

fn repeats_and_summaries(set: &mut Set) {
    for seed in 400..406 {
        let (story, title) = (set.story(), title(seed));
        let html = paragraphs(&sentences(seed, 24));
        for path in ["", "-2"] {
            let link = own(seed, &format!("{}{path}", slug(&title)));
            set.add((seed, BLOG), "repeat", story, (&title, &link, &html));
        }
    }
    for seed in 420..428 {
        let (story, title) = (set.story(), title(seed));
        let told = sentences(seed, 30);
        let path = slug(&title);
        set.add((seed, BLOG), "excerpt", story, (&title, &own(seed, &path), &paragraphs(&told)));
        let link = format!("https://peer{}.example/news/{path}", seed % PEERS);
        set.add((seed, OTHER), "excerpt", story, (&title, &link, &paragraphs(&told[..4])));
    }
    for seed in 440..448 {
        let (story, title) = (set.story(), title(seed));
        let html = paragraphs(&sentences(seed, 1));
        let path = slug(&title);
        set.add((seed, BLOG), "summary", story, (&title, &own(seed, &path), &html));
        let link = format!("https://peer{}.example/news/{path}", seed % PEERS);
        set.add((seed, OTHER), "summary", story, (&title, &link, &html));
    }
}

const GERMAN: &str = "<p>Unsere Warteschlange war zu lang, und niemand wusste, woher die Last kam. Wir haben die Aufträge \
    nach Größe getrennt, die Zeitgrenzen gesenkt und jedem Aufrufer ein eigenes Budget gegeben. Danach fiel die \
    Wartezeit auf ein Drittel. Am meisten half ein Blatt Papier, auf dem alle Wege standen, die eine Bestellung nimmt, \
    bevor sie das Lager erreicht. Erst danach haben wir den Code angefasst und die alten Schichten entfernt.</p>";
const JAPANESE: &str = "<p>注文の待ち行列が長くなりすぎて、負荷の原因が誰にも分かりませんでした。私たちは処理を大きさで分け、\
    時間制限を短くし、呼び出し元ごとに予算を決めました。その結果、待ち時間は三分の一になりました。\
    いちばん役に立ったのは、注文が倉庫に届くまでの道をすべて書いた一枚の紙です。</p>";

fn translations(set: &mut Set) {
    for seed in 500..506 {
        let title = title(seed);
        let path = slug(&title);
        let (english, other) = (set.story(), set.story());
        let html = paragraphs(&sentences(seed, 20));
        set.add(
            (seed, BLOG),
            "translation",
            english,
            (&title, &own(seed, &format!("en/{path}")), &html),
        );
        let (language, text) = if seed % 2 == 0 { ("de", GERMAN) } else { ("ja", JAPANESE) };
        let html = format!("{text}<p>{seed}</p>");
        // Some keep the English title.
        let link = own(seed, &format!("{language}/{path}"));
        set.add_in(language, (seed, OTHER), "translation", other, (&title, &link, &html));
    }
}

fn look_alikes(set: &mut Set) {
    for seed in 600..612 {
        let title =
            ["Our engineering update", "Hello world", "How we hire", "Meet the team behind search"]
                [seed % 4];
        for peer in [seed, seed + 1] {
            let story = set.story();
            let html = paragraphs(&sentences(seed * 10 + peer, if seed % 3 == 0 { 1 } else { 20 }));
            let link = own(peer, &format!("{}-{seed}-{peer}", slug(title)));
            set.add((peer, BLOG), "same title", story, (title, &link, &html));
        }
    }
    for seed in 640..644 {
        let base = title(seed);
        let intro = sentences(seed, 6);
        for part in ["1", "2", "3"] {
            let story = set.story();
            let mut told = intro.clone();
            told.extend(sentences(seed * 10 + part.len() + part.parse::<usize>().unwrap(), 18));
            let title = format!("{base} (part {part})");
            let link = own(seed, &format!("{}-part-{part}", slug(&base)));
            set.add((seed, BLOG), "series", story, (&title, &link, &paragraphs(&told)));
        }
    }
    for seed in 660..668 {
        let (story, quoting) = (set.story(), set.story());
        let (title, told) = (title(seed), sentences(seed, 24));
        set.add(
            (seed, BLOG),
            "quote",
            story,
            (&title, &own(seed, &slug(&title)), &paragraphs(&told)),
        );
        let mut quote = sentences(seed + 7_000, 6);
        quote.extend_from_slice(&told[3..10]);
        let other = format!("A good read on {}", WORDS[seed % WORDS.len()]);
        let link = own(seed + 1, &format!("read-{}", slug(&title)));
        set.add((seed + 1, BLOG), "quote", quoting, (&other, &link, &paragraphs(&quote)));
    }
}

fn templates(set: &mut Set) {
    let boiler = paragraphs(&sentences(700, 16));
    for release in 0..16 {
        let story = set.story();
        let title = format!("Atlas 2.{release}.0 released");
        let fix = &sentences(710 + release, 2).join(" ");
        let html = format!("<p>Version 2.{release}.0 is here.</p><p>{fix}</p>{boiler}");
        let link = own(0, &format!("atlas-2-{release}-0"));
        set.add(
            (0, if release % 4 == 3 { OTHER } else { BLOG }),
            "release",
            story,
            (&title, &link, &html),
        );
    }
    for week in 0..10 {
        let story = set.story();
        let told = sentences(740 + week, 6);
        let links = told.iter().map(|it| format!("<p>{it}</p>"));
        let links = links.collect::<Vec<_>>().concat();
        let html = format!("{}{links}", paragraphs(&sentences(739, 3)));
        let link = own(2, &format!("links-of-the-week-{week}-x"));
        set.add((2, BLOG), "weekly", story, ("Links of the week", &link, &html));
    }
    let ad = sentences(780, 26);
    for (at, city) in
        ["Lisbon", "Berlin", "Oslo", "Dublin", "Madrid", "Warsaw", "Vienna", "Tallinn"]
            .iter()
            .enumerate()
    {
        let story = set.story();
        let html = format!(
            "<p>We look for an engineer in {city}.</p>{}<p>The office in {city} is near the river.</p>",
            paragraphs(&ad)
        );
        let title = format!("Senior engineer, {city}");
        let link = own(3, &format!("jobs/senior-engineer-{}", city.to_lowercase()));
        set.add(
            (3, if at % 2 == 0 { BLOG } else { OTHER }),
            "job ad",
            story,
            (&title, &link, &html),
        );
    }
}
