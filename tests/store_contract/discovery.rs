//! What was found out about a site is kept with its source.

use peerscope::domain::{Candidate, Discovery, FoundBy, KnownPart, Replacement, Search};

use super::*;

#[tokio::test]
async fn what_was_found_on_a_site_outlives_a_restart_and_a_new_feeds_file() {
    let mut site = peer("Etsy", &["https://etsy.example/blog"]);
    site.sources[0].kind = SourceType::Site;
    let library = Library::following(vec![site.clone()]).await;
    let source = library.source().await;
    assert_eq!(source.state.discovery, Discovery::default());
    let at = |path: &str| format!("https://etsy.example{path}").parse::<Address>().unwrap();
    let discovery = Discovery {
        reads_as: Some(SourceType::Sitemap),
        at: Some(now()),
        candidates: vec![Candidate {
            address: at("/sitemap.xml"),
            found: FoundBy::UsualSitemap,
            verdict: "a sitemap with \"3\" posts — of this site".into(),
        }],
        parts: vec![KnownPart {
            address: at("/posts.xml"),
            changed: Some(now()),
            validators: Validators { etag: Some("W/\"é\"".into()), last_modified: None },
        }],
        search: None,
    };
    let mut visit = read(&source, now(), vec![post(1)]);
    visit.after.in_use = at("/sitemap.xml");
    visit.after.discovery = discovery.clone();
    library.store.record(vec![visit]).await.unwrap();
    let library = library.reopened().await;
    library.store.follow(&file(vec![site]), now()).await.unwrap();
    let source = library.source().await;
    assert_eq!(source.state.discovery, discovery);
    assert_eq!(source.state.in_use, at("/sitemap.xml"));
    assert_eq!(source.reads_as(now()), SourceType::Sitemap);
}

#[tokio::test]
async fn what_a_search_for_a_lost_source_came_to_is_kept_beside_what_was_known() {
    let library = Library::of_one_feed().await;
    let source = library.source().await;
    let found = Replacement {
        kind: SourceType::Sitemap,
        address: "https://etsy.example/sitemap.xml".parse().unwrap(),
    };
    let search = Search { at: now(), found: Some(found) };
    library.store.keep_search(source.id, &search).await.unwrap();
    assert_eq!(library.source().await.state.discovery.search, Some(search.clone()));
    library.read(now(), vec![post(1)]).await;
    assert_eq!(library.source().await.state.discovery.search, Some(search.clone()));
    library.store.forget(&"etsy".parse().unwrap()).await.unwrap();
    library.store.keep_search(source.id, &search).await.unwrap();
}
