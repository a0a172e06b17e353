//! What a hostile or careless publisher writes, and what of it reaches a page, a client or the index.

use peerscope::{
    domain::{Address, Markup, title_or_else},
    extract::{Body, clean_body, plain_line, summary_of, text_of},
    insight::language_of,
};

fn base() -> Address {
    "https://blog.example.com/posts/one/".parse().unwrap()
}

fn body(html: &str) -> Body {
    clean_body(&Markup::Html(html.to_owned()), &base())
}

/// Attacks in the manner of those that sanitisers have fallen for.
pub(crate) const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"x\" alt=\"`` onerror=alert(1) //\">",
    "<p onclick=\"alert(1)\" style=\"background:url(javascript:alert(1))\">a</p>",
    "<a href=\"javascript:alert(1)\">a</a>",
    "<a href=\"&#106;avascript:alert(1)\">a</a>",
    "<a href=\"jav&#x09;ascript:alert(1)\">a</a>",
    "<a href=\" \u{1}javascript:alert(1)\">a</a>",
    "<a href=\"vbscript:msgbox(1)\">a</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">a</a>",
    "<a href=\"x\" target=\"_top\" ping=\"https://evil.example/\">a</a>",
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">a</mi></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math><annotation-xml encoding=\"text/html\"><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math><annotation encoding=\"application/x-tex\">&lt;img src=x onerror=alert(1)&gt;</annotation></math>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=\"https://evil.example/\" title=\"<img src=x onerror=alert(1)>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object><embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><input type=submit><button formaction=javascript:alert(1)>a</button></form>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
    "<title><a title=\"</title><img src=x onerror=alert(1)>\"></title>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=\"https://evil.example/x.css\"><meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<base href=\"javascript:alert(1)//\"><a href=\"x\">a</a>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?>",
    "<video poster=\"javascript:alert(1)\" src=\"javascript:alert(1)\" onerror=alert(1)></video>",
    "<video><source onerror=\"alert(1)\" src=\"/v\"></video>",
    "<img srcset=\"javascript:alert(1) 1x, data:image/svg+xml,<svg onload=alert(1)> 2x\">",
    "<details open ontoggle=alert(1)><summary>a</summary></details>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><style></select><img src=x onerror=alert(1)></style></select>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<a href=\"https://a.example/\u{0}\" \u{0}onclick=alert(1)>a</a>",
    "<p id=\"getElementById\" name=\"body\">clobber</p>",
    "<table background=\"javascript:alert(1)\"><tr><td background=\"javascript:alert(1)\">a</td></tr></table>",
    "<div><div><div title='\"><img src=x onerror=alert(1)>'>a</div></div></div>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u{feff}<\u{feff}script>alert(1)</script>",
];

#[test]
fn nothing_that_can_run_reaches_a_reader() {
    for attack in ATTACKS {
        let html = body(attack).html;
        assert_harmless(&html, attack);
        assert_eq!(body(&html).html, html, "not stable: {attack}");
        for half in 0..attack.len() {
            if attack.is_char_boundary(half) {
                assert_harmless(&body(&attack[..half]).html, attack);
                assert_harmless(&body(&attack[half..]).html, attack);
            }
        }
    }
}

#[test]
fn attacks_stay_harmless_inside_of_other_elements() {
    for outer in ["p", "table", "pre", "a", "ul", "svg", "math", "select", "h1", "ruby", "iframe"] {
        for attack in ATTACKS {
            let html = body(&format!("<{outer}>{attack}</{outer}>{attack}")).html;
            assert_harmless(&html, attack);
            assert_eq!(body(&html).html, html, "not stable: {attack} in {outer}");
        }
    }
}

/// Elements that run code, load it, or switch how a browser reads on.
#[rustfmt::skip]
const RUNNING: &[&str] = &[
    "script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "button",
    "link", "meta", "base", "template", "noscript", "textarea", "title", "select", "video",
    "audio", "xmp", "plaintext", "!--", "?xml", "![CDATA[",
];
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "alt", "class", "colspan", "datetime", "dir", "height", "href", "id", "lang", "loading",
    "open", "referrerpolicy", "rel", "reversed", "rowspan", "scope", "span", "src", "srcset",
    "start", "title", "type", "value", "width",
];

/// Reads the tags of the output by themselves, without any code of the sanitiser.
pub(crate) fn assert_harmless(html: &str, attack: &str) {
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(!RUNNING.contains(&name.trim_start_matches('/')), "{html} of {attack}");
        while let Some((name, after)) = rest.split_once("=\"") {
            let (value, after) = after.split_once('"').expect("a value ends");
            assert!(ATTRIBUTES.contains(&name.trim()), "`{name}` in {html} of {attack}");
            if matches!(name.trim(), "href" | "src") {
                let is_known = ["http://", "https://", "mailto:", "#in-"];
                assert!(is_known.iter().any(|it| value.starts_with(it)), "{html} of {attack}");
            }
            rest = after;
        }
        assert_eq!(rest.trim(), "", "{html} of {attack}");
    }
}

#[test]
fn one_bad_address_does_not_cost_the_body() {
    let read =
        body("<p>a <a href=\"http://[oops\">b</a> <a href=\"../two?utm_source=rss\">c</a></p>");
    assert_eq!(
        read.html,
        "<p>a b <a href=\"https://blog.example.com/posts/two\" rel=\"noopener noreferrer\" \
         referrerpolicy=\"no-referrer\">c</a></p>"
    );
    assert_eq!(read.text, "a b c");
}

#[test]
fn footnotes_lead_to_their_place_and_back() {
    let read = body(
        "<p>a<sup id=\"fnref:1\"><a href=\"#fn:1\">1</a></sup></p><ol><li id=\"fn:1\">b</li></ol>",
    );
    assert!(read.html.contains("<a href=\"#in-fn:1\">1</a>"), "{}", read.html);
    assert!(read.html.contains("<li id=\"in-fn:1\">b</li>"), "{}", read.html);
}

#[test]
fn a_sloppy_body_keeps_its_shape() {
    let read = body(
        "<H2>Why</H2><p>One<p>Two<ul><li>a<li>b</ul><table><tr><th scope=row>n<td>1</table>\
         <pre class=lang-sql>select 1;\n-- two</pre><font color=red>red</font>",
    );
    assert_eq!(
        read.html,
        "<h2>Why</h2><p>One</p><p>Two</p><ul><li>a</li><li>b</li></ul><table><tbody><tr>\
         <th scope=\"row\">n</th><td>1</td></tr></tbody></table>\
         <pre class=\"language-sql\">select 1;\n-- two</pre>red"
    );
    assert_eq!(read.text, "Why\nOne\nTwo\na\nb\nn 1\nselect 1;\n-- two\nred");
    assert_eq!(read.headings, ["Why"]);
    assert!(read.has_code && read.complaint.is_none());
    assert_eq!(text_of(&read.html).text, read.text);
}

#[test]
fn plain_text_of_a_json_feed_is_never_taken_for_html() {
    let text = Markup::Text("Use <b> & <script>alert(1)</script>".to_owned());
    let read = clean_body(&text, &base());
    assert_eq!(read.html, "<p>Use &lt;b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>");
    assert_eq!(read.text, text.raw());
}

#[test]
fn pictures_count_with_their_words_and_pixels_do_not_count_at_all() {
    let read = body(
        "<p>p99:<img src=\"/p99.png\" alt=\"Latency by region\"></p>\
         <img src=\"https://feeds.feedburner.com/~r/x/1\" alt=\"spy\"><img src=\"/1.gif\" width=1 height=1 alt=\"spy\">",
    );
    assert_eq!(read.text, "p99: Latency by region");
    assert!(!read.html.contains("spy"));
}

#[test]
fn titles_come_from_the_title_then_the_text_then_the_address() {
    let title = |html: &str| plain_line(&Markup::Html(html.to_owned()));
    let link = base();
    assert_eq!(title_or_else(&title("Q&amp;amp;A: <b>queues</b>"), "", None), "Q&A: queues");
    let text = body("<p>We moved our queues.</p>").text;
    assert_eq!(
        title_or_else(&title("<img src=\"x\">"), &text, Some(&link)),
        "We moved our queues."
    );
    assert_eq!(title_or_else("", "", Some(&link)), link.as_str());
}

#[test]
fn a_summary_and_a_language_are_found_where_the_feed_gives_none() {
    let read = body(
        "<h1>Umzug</h1><p>Wir haben unseren Suchdienst umgezogen und berichten hier, was dabei schiefging.</p>",
    );
    assert!(summary_of(None, &read.text).starts_with("Umzug Wir haben"));
    assert_eq!(language_of(&read.text).unwrap().as_str(), "de");
}
