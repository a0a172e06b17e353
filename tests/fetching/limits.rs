//! Limits of size and time.

use super::*;

const CAP: usize = 64 * 1024;

fn capped() -> Fetcher {
    fetcher(FetchSettings { max_body_bytes: CAP as u64, ..local() })
}

#[tokio::test]
async fn a_body_up_to_the_limit_is_read_and_a_larger_one_refused_at_once() {
    let web = FakeWeb::start().await;
    web.serve("/full", |_| Response::ok(vec![b'x'; CAP]));
    web.serve("/larger", |_| Response::stalled(vec![b'x'; CAP]));
    let fetcher = capped();
    let reply = fetched(&fetcher, &request(web.address("/full"))).await;
    assert_eq!(document(reply).body.len(), CAP);
    let failure = failure(&fetcher, web.address("/larger")).await;
    assert_eq!(failure.kind, FailureKind::TooLarge);
}

#[tokio::test]
async fn endless_bodies_and_gzip_bombs_end_at_the_limit() {
    let web = FakeWeb::start().await;
    web.serve("/endless", |_| Response::endless("<!-- padding -->".repeat(64)));
    let bomb = gzip_bomb(100 * CAP);
    assert!(bomb.len() < CAP);
    web.serve("/bomb", move |_| Response::ok(&bomb).header("Content-Encoding", "gzip"));
    for path in ["/endless", "/bomb"] {
        let failure = failure(&capped(), web.address(path)).await;
        assert_eq!(failure.kind, FailureKind::TooLarge, "{path}");
    }
}

#[tokio::test]
async fn silence_ends_with_a_timeout_by_name() {
    let web = FakeWeb::start().await;
    web.serve("/silent", |_| Response::silent());
    web.serve("/stalled", |_| Response::stalled(FEED));
    let read_timeout = Duration::from_millis(100);
    for path in ["/silent", "/stalled"] {
        let fetcher = fetcher(FetchSettings { read_timeout, ..local() });
        let failure = failure(&fetcher, web.address(path)).await;
        assert_eq!(failure.kind, FailureKind::Timeout, "{path}");
        assert!(failure.detail.ends_with("was silent for 0.1 s"), "{}", failure.detail);
    }
}

#[tokio::test]
async fn a_drip_of_bytes_ends_at_the_total_timeout() {
    let web = FakeWeb::start().await;
    web.serve("/endless", |_| Response::endless("x"));
    let total_timeout = Duration::from_millis(100);
    let max_body_bytes = u64::MAX;
    let fetcher = fetcher(FetchSettings { total_timeout, max_body_bytes, ..local() });
    let failure = failure(&fetcher, web.address("/endless")).await;
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert!(failure.detail.ends_with("took longer than 0.1 s"), "{}", failure.detail);
}

/// A gzip body that unpacks to at least `size` zeros: one zero, then repeats of the longest
/// run, 258 bytes in 13 bits (RFC 1951 §3.2.6).
fn gzip_bomb(size: usize) -> Vec<u8> {
    let mut bytes = vec![31, 139, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut held, mut bits) = (0u32, 0u32);
    let mut push = |code: u32, length: u32| {
        held |= code << bits;
        bits += length;
        while bits >= 8 {
            bytes.push(held.to_le_bytes()[0]);
            held >>= 8;
            bits -= 8;
        }
    };
    push(0b011, 3); // last block, fixed codes
    push(0b0000_1100, 8); // a zero: 00110000, first bit first
    for _ in 0..=size / 258 {
        push(0b1010_0011, 8); // length 258: 11000101, first bit first
        push(0, 5); // distance 1
    }
    push(0, 14);
    bytes
}
