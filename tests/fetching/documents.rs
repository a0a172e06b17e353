//! Documents as they arrive: type, charset, encodings, and who asked for them.

use super::*;

#[tokio::test]
async fn a_document_comes_with_its_type_and_charset_as_declared() {
    let web = FakeWeb::start().await;
    web.serve("/feed.xml", |_| {
        Response::ok(b"<rss>\xe9</rss>").header("Content-Type", "Text/XML; charset=\"ISO-8859-1\"")
    });
    let reply = fetched(&fetcher(local()), &request(web.address("/feed.xml"))).await;
    assert_eq!(reply.wire_bytes, 12);
    let document = document(reply);
    assert_eq!(document.body, b"<rss>\xe9</rss>");
    assert_eq!(document.content_type.as_deref(), Some("text/xml"));
    assert_eq!(document.charset.as_deref(), Some("iso-8859-1"));
}

#[tokio::test]
async fn bodies_in_every_usual_encoding_are_decoded() {
    let web = FakeWeb::start().await;
    for (encoding, bytes) in [
        ("gzip", GZIP.as_slice()),
        ("deflate", DEFLATE.as_slice()),
        ("br", BROTLI.as_slice()),
        ("zstd", ZSTD.as_slice()),
    ] {
        web.serve(&format!("/{encoding}"), move |_| {
            Response::ok(bytes).header("Content-Encoding", encoding)
        });
    }
    let fetcher = fetcher(local());
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let reply = fetched(&fetcher, &request(web.address(&format!("/{encoding}")))).await;
        assert_eq!(document(reply).body, FEED.as_bytes(), "{encoding}");
        assert!(web.asked()[0].text("accept-encoding").contains(encoding));
    }
}

#[tokio::test]
async fn a_request_says_who_asks_and_for_what() {
    let web = FakeWeb::start().await;
    web.serve("/", |_| Response::ok(FEED));
    let fetcher = fetcher(local());
    fetched(&fetcher, &request(web.address("/"))).await;
    let page = Request {
        accept: Accept::Page,
        user_agent: Some("Someone/1".to_owned()),
        ..request(web.address("/"))
    };
    fetched(&fetcher, &page).await;
    let asked = web.asked();
    assert!(asked[0].text("user-agent").starts_with("Peerscope/"));
    assert!(asked[0].text("accept").starts_with("application/atom+xml, application/rss+xml"));
    assert_eq!(asked[1].text("user-agent"), "Someone/1");
    assert!(asked[1].text("accept").starts_with("text/html"));
    assert!(asked.iter().all(|it| it.method == "GET" && it.header("referer").is_none()));
}

#[tokio::test]
async fn an_empty_document_is_a_failure() {
    let web = FakeWeb::start().await;
    web.serve("/nothing", |_| Response::ok(""));
    web.serve("/blank", |_| Response::ok(" \r\n"));
    web.serve("/204", |_| Response::of(204, ""));
    for path in ["/nothing", "/blank", "/204"] {
        let failure = failure(&fetcher(local()), web.address(path)).await;
        assert_eq!(failure.kind, FailureKind::Empty, "{path}");
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let web = FakeWeb::start().await;
    web.serve("/", |_| Response::ok(FEED));
    let fetcher = fetcher(local());
    for _ in 0..5 {
        fetched(&fetcher, &request(web.address("/"))).await;
    }
    assert_eq!((web.requests(), web.connections()), (5, 1));
    assert_eq!(fetcher.traffic().requests, 5);
    assert_eq!(fetcher.traffic().bytes, 5 * FEED.len() as u64);
}

/// [`FEED`] in each encoding.
pub(super) const GZIP: [u8; 71] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 42, 46, 86, 40, 75, 45, 42, 206, 204, 207, 179, 85,
    50, 210, 51, 80, 178, 179, 73, 206, 72, 204, 203, 75, 205, 177, 179, 41, 201, 44, 201, 73, 181,
    11, 206, 77, 204, 201, 177, 209, 135, 112, 108, 244, 225, 178, 250, 64, 173, 118, 0, 135, 10,
    35, 104, 64, 0, 0, 0,
];
const DEFLATE: [u8; 59] = [
    120, 156, 179, 41, 42, 46, 86, 40, 75, 45, 42, 206, 204, 207, 179, 85, 50, 210, 51, 80, 178,
    179, 73, 206, 72, 204, 203, 75, 205, 177, 179, 41, 201, 44, 201, 73, 181, 11, 206, 77, 204,
    201, 177, 209, 135, 112, 108, 244, 225, 178, 250, 64, 173, 118, 0, 205, 194, 22, 64,
];
const BROTLI: [u8; 57] = [
    27, 63, 0, 64, 28, 7, 118, 44, 248, 7, 52, 76, 7, 171, 187, 81, 242, 248, 204, 37, 140, 140,
    92, 190, 184, 136, 56, 198, 129, 195, 244, 181, 93, 3, 14, 52, 236, 128, 141, 213, 134, 113,
    152, 127, 247, 185, 86, 26, 156, 19, 119, 161, 64, 209, 41, 172, 0,
];
const ZSTD: [u8; 66] = [
    40, 181, 47, 253, 0, 104, 205, 1, 0, 18, 131, 11, 18, 160, 187, 1, 64, 112, 74, 55, 231, 233,
    85, 127, 83, 54, 243, 118, 85, 132, 3, 217, 221, 16, 143, 223, 61, 203, 164, 174, 83, 238, 185,
    202, 124, 18, 122, 134, 33, 72, 40, 204, 84, 55, 125, 160, 187, 61, 2, 0, 65, 21, 44, 24, 102,
    25,
];
