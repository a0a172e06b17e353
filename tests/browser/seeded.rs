//! A library as a reader has it after some weeks: peers, posts that were read for what they tell, a list, notes, an
//! issue of the digest.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    fake_web::FakeWeb,
    feeds::{Post, rss},
    library::{TestLibrary, peer},
    service::Service,
};

/// Peer, title, day, paragraphs.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

const POSTS: &[Case] = &[
    (
        "Parcel Labs",
        "How we cut the tail latency of checkout from 900 ms to 120 ms",
        "2026-02-27",
        &[
            "Every evening between seven and nine, checkout became slow for one customer in a hundred. The problem was that \
             each request asked eleven services, and the slowest of them decided how long the customer waited.",
            "We first suspected the database. Traces showed that the time was lost in queues in front of it: the connection \
             pool was shared by reads and writes, and one long report blocked forty short reads.",
            "We split the pool in two, gave reads a timeout of 50 ms, and sent a second request to another replica when the \
             first had not answered after the 95th percentile. Hedged requests cost two percent more load.",
            "As a result p99 fell from 900 ms to 120 ms, and abandoned carts fell by 3.4 percent in the first month.",
            "One limitation remains: hedging doubles the load of a replica that is already slow, so that we had to cap it \
             at five percent of all requests. We have not solved this for writes.",
        ],
    ),
    (
        "Parcel Labs",
        "Postmortem: the night the price cache served yesterday",
        "2026-02-24",
        &[
            "On Tuesday night 40 minutes of orders were taken at prices of the day before. This post explains what happened.",
            "The challenge of dynamic pricing is that a price must never be older than the offer that shows it. Our cache was \
             keyed by product alone, and a deployment rolled the writer back while readers stayed.",
            "We now put the version of the price list into the key, and readers refuse what is older than ten minutes.",
            "Refunds took three days. We did not detect the fault ourselves: a customer told us, which is the part we like least.",
        ],
    ),
    (
        "Parcel Labs",
        "Version 4.2 of our design system is out",
        "2026-02-20",
        &[
            "This release adds two components and fixes eleven bugs. Upgrade with your package manager.",
        ],
    ),
    (
        "Nordmarkt Engineering",
        "Ranking search results with two towers and very little data",
        "2026-02-26",
        &[
            "Small shops have few clicks, which makes learning to rank hard: for most queries there is no feedback at all.",
            "We trained a two-tower model on clicks of all shops together and fine-tuned a small head for each shop. Item \
             embeddings are computed every night and kept in an approximate nearest neighbour index.",
            "The model improved nDCG@10 by 8 percent against plain BM25, and by 11 percent for queries of three words or more.",
            "New items have no clicks, so that we fall back to their texts. The approach does not work for shops with fewer \
             than fifty items.",
        ],
    ),
    (
        "Nordmarkt Engineering",
        "Moving 3 TB from one PostgreSQL to many without a maintenance window",
        "2026-02-18",
        &[
            "Our single PostgreSQL instance reached 3 TB, vacuum took longer than a day, and index bloat grew faster than we \
             could rebuild.",
            "We sharded by shop, using logical replication to copy each shop while it stayed online. A proxy kept a map of \
             shop to shard and paused writes of one shop for less than a second while it switched.",
            "After four months all shops had moved. The median of vacuum is 14 minutes now.",
            "Reports across shops became harder: they read from a warehouse that is five minutes behind.",
        ],
    ),
    (
        "Nordmarkt Engineering",
        "Meet the team: a day with our site reliability engineers",
        "2026-02-12",
        &[
            "Anna starts her day with coffee and the dashboard. We are hiring engineers in three cities; join us.",
        ],
    ),
    (
        "Basket Research",
        "Feature stores at the edge: what we learned in two years",
        "2026-02-25",
        &[
            "Training and serving skew cost us months: features were computed by two code bases that disagreed in one case \
             out of two hundred.",
            "We moved all features into one definition that is compiled to SQL for training and to Rust for serving.",
            "Skew fell to zero in our checks, and a new feature reaches production in two days instead of three weeks.",
            "Windows longer than thirty days are too expensive to serve; for those we still read yesterday's values.",
        ],
    ),
    (
        "Basket Research",
        "An experiment platform that admits when it does not know",
        "2026-02-10",
        &[
            "A third of our A/B tests were decided on noise. People looked every day and stopped when the number was green.",
            "We replaced fixed horizons by sequential tests with always-valid intervals, and the page shows the interval \
             instead of a p-value.",
            "Decisions that had to be taken back fell from 14 to 5 percent.",
            "Sequential tests need about 20 percent more traffic for the same power, which small products cannot afford.",
        ],
    ),
];

fn post_of((_, title, day, paragraphs): &Case) -> Post {
    let day: jiff::civil::Date = day.parse().unwrap();
    let html = paragraphs.iter().map(|it| format!("<p>{it}</p>"));
    let code = "<h2>In code</h2><pre><code>let waited = timeout(Duration::from_millis(50), read).await;</code></pre>";
    let slug = title.to_lowercase().replace(|it: char| !it.is_ascii_alphanumeric(), "-");
    Post {
        guid: slug.clone(),
        link: format!("https://example.com/posts/{slug}"),
        title: (*title).to_owned(),
        html: html.collect::<String>() + code,
        published: day.strftime("%a, %d %b %Y 08:00:00 +0000").to_string(),
    }
}

/// Three peers with eight posts, all indexed; nothing kept.
pub(crate) async fn crawled() -> Service {
    let web = FakeWeb::start().await;
    let names = ["Parcel Labs", "Nordmarkt Engineering", "Basket Research"];
    for (at, name) in names.iter().enumerate() {
        let posts: Vec<Post> = POSTS.iter().filter(|it| it.0 == *name).map(post_of).collect();
        web.serve_document(&format!("/feed{at}"), "application/rss+xml", &rss(&posts));
    }
    let feed = |at: usize| web.address(&format!("/feed{at}"));
    let peers = names.iter().enumerate().map(|(at, name)| peer(name, feed(at)));
    let mut library = TestLibrary::following_peers(peers.collect()).await;
    library
        .keep_topics(&[("Latency", "latency OR timeout"), ("Ranking", "ranking OR \"A/B\"")])
        .await;
    library.care_for(&["dynamic pricing", "feature store"]).await;
    library.crawl().await;
    Service::over(library).await
}

/// With a list of two and two notes as well.
pub(crate) async fn library() -> Service {
    let service = crawled().await;
    let found = service.json("/api/v1/entries?limit=50").await;
    let entry = |title: &str| {
        let entries = found["entries"].as_array().unwrap().iter();
        entries.clone().find(|it| it["title"].as_str().unwrap().contains(title)).unwrap().clone()
    };
    let (tail, stores) = (entry("tail latency"), entry("Feature stores"));
    for (story, state) in [(&tail["story"], "queued"), (&stores["story"], "studied")] {
        let path = format!("/api/v1/readings/{story}");
        let told = service.send(Method::PUT, &path, &json!({ "state": state })).await;
        assert!(told.status.is_success(), "{}", told.text);
    }
    let notes = [
        ("idea", "Hedge reads of the catalogue", "Send a **second** request after the p95.", &tail),
        ("insight", "Skew comes from two code bases", "One definition, compiled twice.", &stores),
    ];
    for (note_type, title, text, cited) in notes {
        let note = json!({ "type": note_type, "title": title, "text": text, "cites": [cited["entry"]], "tags": ["latency"] });
        let told = service.send(Method::POST, "/api/v1/notes", &note).await;
        assert!(told.status.is_success(), "{}", told.text);
    }
    service
}
