//! A library of generated posts, and queries over HTTP for it.

use std::{fmt::Write as _, fs, path::Path, time::Duration};

use peerscope::{
    catalogue, config, crawl,
    domain::{EntryDraft, Fingerprint, Following, Outcome, SourceToVisit, Visit, cut_at_word},
    extract,
    home::Places,
    search::{Index, IndexDocument, IndexSettings},
    store::{Pick, Store},
};
use url::form_urlencoded;

use super::{
    PAGE,
    corpus::{Corpus, PEERS, domains_of},
    ours::topics,
    report::print,
    shapes::Sought,
    words::Random,
};

/// Makes a home of an installation, as crawling the generated peers would leave it.
pub(crate) fn write(corpus: &Corpus, folder: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(write_home(corpus, folder));
}

async fn write_home(corpus: &Corpus, folder: &Path) {
    let places = Places::new(folder.to_owned(), None);
    fs::create_dir_all(folder).expect("a folder");
    let is_new = !places.feeds().exists();
    assert!(is_new, "{} holds an installation already: name another folder", folder.display());
    fs::write(places.feeds(), feeds_toml(corpus)).expect("feeds.toml written");
    let store = Store::open(places.library()).await.expect("a library");
    store.follow(&following(&places), Corpus::now()).await.expect("followed");
    for source in store.sources_to_visit(&Pick::All).await.expect("sources") {
        store.record(vec![visit(corpus, &source)]).await.expect("recorded");
    }
    print(&format!("recorded {} entries", corpus.entries));
    let index = Index::open(&places.index(), IndexSettings::default()).expect("an index").index;
    crawl::index_follows(&store, &index).await.expect("indexed");
    index.finish().expect("merged");
    store.close().await;
    print(&format!("now: peerscope --home {} serve --no-crawl", folder.display()));
}

fn feeds_toml(corpus: &Corpus) -> String {
    let mut text = String::from("[reader]\ndomains = [\"ecommerce\"]\n\n[topics]\n");
    for (name, query) in topics(corpus) {
        let _ = writeln!(text, "{name} = '{query}'");
    }
    for peer in 0..PEERS {
        let domains = domains_of(peer);
        let _ = write!(
            text,
            "\n[[peer]]\nname = \"Peer {peer}\"\ndomains = {domains:?}\n\
             feed = \"https://peer{peer}.example/feed.xml\"\n"
        );
    }
    text
}

fn following(places: &Places) -> Following {
    let domains = catalogue::domain_slugs();
    let read = config::read_following_file(&places.feeds(), &domains, extract::selector_mistake);
    read.expect("a feeds.toml without mistakes").following
}

/// The first visit to a source, which lists everything of its peer.
fn visit(corpus: &Corpus, source: &SourceToVisit) -> Visit {
    let peer = source.peer_name.trim_start_matches("Peer ").parse().expect("a number");
    let posts = (peer..corpus.entries).step_by(PEERS);
    let entries = posts.map(|it| draft(it, corpus.document(it))).collect();
    Visit {
        source: source.id,
        at: Corpus::now(),
        took: Duration::from_millis(100),
        outcome: Outcome::Read { entries },
        conditional: false,
        wire_bytes: 20_000,
        status: Some(200),
        after: source.state.clone(),
    }
}

fn draft(at: usize, post: IndexDocument) -> EntryDraft {
    let peer = &post.peer_name["Peer ".len()..];
    let link = format!("https://peer{peer}.example/posts/{at}");
    EntryDraft {
        guid: Some(format!("urn:{at}")),
        link: Some(link.parse().expect("an address")),
        summary: cut_at_word(&post.body, 280),
        fingerprint: Fingerprint::of(&post.body),
        html: html(&post),
        title: post.title,
        authors: post.authors,
        categories: post.categories,
        language: post.language,
        published: Some(post.ordered),
        updated: None,
        words: post.words,
        is_whole: true,
    }
}

/// A paragraph for each sentence, a heading before every tenth.
fn html(post: &IndexDocument) -> String {
    let mut html = String::with_capacity(post.body.len() + 1_000);
    let mut headings = post.headings.iter();
    for (at, sentence) in post.body.lines().enumerate() {
        if at % 10 == 0
            && let Some(heading) = headings.next()
        {
            let _ = write!(html, "<h2>{heading}</h2>");
        }
        let _ = write!(html, "<p>{sentence}</p>");
    }
    html
}

/// The paths of the queries, mixed, one a line.
pub(crate) fn write_queries(mut queries: Vec<Sought>, file: &Path) {
    Random(11).shuffle(&mut queries);
    let mut paths = String::new();
    for sought in &queries {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &sought.to_string()).append_pair("limit", &PAGE.to_string());
        let _ = writeln!(paths, "/api/v1/search?{}", query.finish());
    }
    fs::write(file, paths).expect("queries written");
    print(&format!("wrote {} queries to {}", queries.len(), file.display()));
}
