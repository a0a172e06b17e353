//! The two roads against each other, and both against any input.

use proptest::prelude::*;

use super::*;

fn base() -> Address {
    "https://blog.example.com/posts/one/".parse().unwrap()
}

fn clean(html: &str) -> String {
    clean_body(&Markup::Html(html.to_owned()), &base()).html
}

/// Written simply, so that the short road must take it, and the long one gives the same.
fn both(html: &str) -> String {
    let short = swift(&tidy(html), &base());
    assert!(short.is_some(), "not simple: {html}");
    assert_eq!(short, thorough(&tidy(html), &base()), "{html}");
    short.unwrap()
}

#[test]
fn an_ordinary_post_takes_the_short_road_and_comes_out_the_same_on_the_long_one() {
    let post = "<h2 id=\"why\">Why &amp; how</h2>\n<p>We use <code>Vec&lt;T&gt;</code>, see \
        <a href=\"https://docs.example.org/a_b\">docs</a> &#8212; it&rsquo;s <em>fast</em>.<br/></p>\
        <!-- wp:list --><ul>\n<li>one</li>\n<li>two <ul><li>deep</li></ul></li></ul>\
        <pre><code class=\"language-rust hljs\">let a = &amp;b;\n\n</code></pre>\
        <figure><img src=\"/i.png\" alt=\"A &quot;b&quot;\" width=\"640\"><figcaption>c</figcaption></figure>\
        <table><thead><tr><th scope=\"col\">a</th></tr></thead><tbody><tr><td colspan=\"2\">1</td></tr>\
        </tbody></table><blockquote><p>q</p></blockquote><hr /><dl><dt>t</dt><dd>d</dd></dl>";
    assert_eq!(
        both(post),
        "<h2 id=\"in-why\">Why &amp; how</h2>\n<p>We use <code>Vec&lt;T&gt;</code>, see \
        <a href=\"https://docs.example.org/a_b\" rel=\"noopener noreferrer\" \
        referrerpolicy=\"no-referrer\">docs</a> — it’s <em>fast</em>.<br></p>\
        <ul>\n<li>one</li>\n<li>two <ul><li>deep</li></ul></li></ul>\
        <pre><code class=\"language-rust\">let a = &amp;b;\n\n</code></pre>\
        <figure><img src=\"https://blog.example.com/i.png\" alt=\"A &quot;b&quot;\" width=\"640\" \
        loading=\"lazy\"><figcaption>c</figcaption></figure>\
        <table><thead><tr><th scope=\"col\">a</th></tr></thead><tbody><tr><td colspan=\"2\">1</td></tr>\
        </tbody></table><blockquote><p>q</p></blockquote><hr><dl><dt>t</dt><dd>d</dd></dl>"
    );
}

#[test]
fn whatever_a_browser_reads_differently_takes_the_long_road() {
    for unusual in [
        "<p>a<div>b</div></p>",
        "<p>a",
        "<b><i>a</b></i>",
        "<ul><li>a<li>b</ul>",
        "<ul><li><li>a</li></li></ul>",
        "<a href=\"x\"><a href=\"y\">z</a></a>",
        "<table><tr><td>a</td></tr></table>",
        "<table>text<tbody></tbody></table>",
        "<h1><h2>a</h2></h1>",
        "<P>a</P>",
        "<p class=x>a</p>",
        "<script>x</script>",
        "<svg></svg>",
        "<!-- a -- b -->",
        "<!doctype html>",
        "&notit; &copy",
        "<p/>a",
        "<custom-tag>a</custom-tag>",
    ] {
        assert_eq!(swift(unusual, &base()), None, "{unusual}");
    }
}

#[test]
fn frames_films_and_maths_leave_what_a_reader_can_use() {
    for (written, kept) in [
        (
            "<iframe src=\"https://player.example.com/1\" title=\"Talk\"></iframe>",
            "<a href=\"https://player.example.com/1\" rel=\"noopener noreferrer\" \
             referrerpolicy=\"no-referrer\">Talk</a>",
        ),
        (
            "<video controls><source src=\"/v.mp4\">no film</video>",
            "<a href=\"https://blog.example.com/v.mp4\" rel=\"noopener noreferrer\" \
             referrerpolicy=\"no-referrer\">blog.example.com/v.mp4</a>",
        ),
        (
            "<math><semantics><mrow><mi>x</mi></mrow><annotation encoding=\"application/x-tex\">\
             x < 1</annotation></semantics></math>",
            "<code class=\"language-math\">x &lt; 1</code>",
        ),
        (
            "<math><mi>a</mi><mo>+</mo> <mi>b</mi></math>",
            "<code class=\"language-math\">a+b</code>",
        ),
        ("<iframe src=\"javascript:alert(1)\"></iframe>", ""),
        ("<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>", ""),
    ] {
        assert_eq!(clean(written), kept, "{written}");
    }
}

#[test]
fn what_only_counts_shares_or_hides_is_removed() {
    for gone in [
        "<img src=\"https://x.com/a.gif\" width=\"1\" height=\"1\">",
        "<img src=\"https://medium.com/_/stat?event=post\" width=\"1\">",
        "<a href=\"https://www.facebook.com/sharer/sharer.php?u=x\"><img src=\"/fb.png\"></a>",
        "<div style=\"Display : none\">hidden <b>words</b></div>",
        "<p hidden>hidden</p>",
        "<span aria-hidden=\"true\">#</span>",
        "<p> </p><div><span></span></div>",
        "<img src=\"data:image/png;base64,AAAA\">",
        "<noscript><img src=\"/x.png\"></noscript>",
    ] {
        assert_eq!(clean(gone), "", "{gone}");
    }
}

#[test]
fn links_are_resolved_against_the_base_that_the_body_names() {
    let html = clean("<base href=\"https://other.example.com/x/\"><a href=\"y\">z</a>");
    assert!(html.starts_with("<a href=\"https://other.example.com/x/y\""), "{html}");
    let html = clean("<base href=\"javascript:x\"><a href=\"y\">z</a>");
    assert!(html.starts_with("<a href=\"https://blog.example.com/posts/one/y\""), "{html}");
}

#[test]
fn pictures_that_load_late_are_found() {
    let late = "<img src=\"data:image/gif;base64,R0\" data-src=\"a.png\" data-srcset=\"b.png 2x\" alt=\"x\">";
    assert_eq!(
        both(late),
        "<img src=\"https://blog.example.com/posts/one/a.png\" \
         srcset=\"https://blog.example.com/posts/one/b.png 2x\" alt=\"x\" loading=\"lazy\">"
    );
    assert_eq!(clean("<img class=\"wp-smiley\" src=\"/s.png\" alt=\"🙂\">"), "🙂");
}

#[test]
fn code_keeps_its_language_in_whatever_notation() {
    for (written, class) in [
        ("<pre class=\"brush: Java; gutter: false\">x</pre>", "java"),
        ("<pre><code class=\"hljs lang-c++\">x</code></pre>", "c++"),
        ("<pre data-lang=\"go\">x</pre>", "go"),
        ("<div class=\"highlight highlight-source-rust\"><pre>x</pre></div>", "rust"),
        (
            "<div class=\"language-sql highlighter-rouge\"><div class=\"highlight\"><pre>x</pre></div></div>",
            "sql",
        ),
    ] {
        let html = both(written);
        assert!(html.contains(&format!("class=\"language-{class}\"")), "{html}");
        assert_eq!(html.matches("class=").count(), 1);
    }
}

#[test]
fn a_body_too_deep_to_parse_is_kept_as_text_with_a_complaint() {
    let tower = format!("{}deep &amp; <b>down</b>", "<div>".repeat(100_000));
    let body = clean_body(&Markup::Html(tower), &base());
    assert_eq!(body.html, "<p>deep &amp; down</p>");
    assert!(body.complaint.is_some());
}

#[test]
fn a_body_that_is_far_too_long_is_cut_between_characters() {
    let body = clean_body(&Markup::Html("<p>äöü</p>".repeat(400_000)), &base());
    assert!(body.complaint.is_some() && body.html.len() < 2 * LONGEST_BODY);
}

#[test]
fn text_bodies_are_shown_as_they_are_written() {
    let body = clean_body(&Markup::Text("a <script>\n\nb & c".to_owned()), &base());
    assert_eq!(body.html, "<p>a &lt;script&gt;</p>\n<p>b &amp; c</p>");
    assert_eq!(body.text, "a <script>\nb & c");
}

/// HTML as a machine writes it: well-nested, from a few tags, with attributes in some forms.
fn written() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[a-z &;<>\"'\n]{0,8}",
        "[ \n]{0,3}",
        Just("&amp;".to_owned()),
        Just("&lt;b&gt;".to_owned()),
        Just("&nbsp;".to_owned()),
        Just("&#8217;".to_owned()),
        Just("&copy".to_owned()),
        Just("<br>".to_owned()),
        Just("<br />".to_owned()),
        Just("<hr>".to_owned()),
        Just("<!-- x -->".to_owned()),
        Just("<img src=\"/a.png\" alt=\"x &amp; y\" width=\"9px\" onerror=\"x()\">".to_owned()),
        Just("<img srcset='a.png 1x, b.png 2x'>".to_owned()),
        "\\PC{0,6}",
    ];
    text.prop_recursive(6, 48, 5, |inner| {
        (name(), attributes(), proptest::collection::vec(inner, 0..5)).prop_map(
            |(name, attributes, content)| {
                format!("<{name}{attributes}>{}</{name}>", content.concat())
            },
        )
    })
}

fn name() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "p",
        "div",
        "a",
        "span",
        "em",
        "b",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h2",
        "h3",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
        "colgroup",
        "figure",
        "figcaption",
        "section",
        "details",
        "summary",
        "ruby",
        "rt",
        "rp",
        "bdo",
        "u",
        "address",
        "small",
        "time",
        "sup",
    ])
}

fn attributes() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        1 => "( (id|class|title|lang|dir|hidden|name|colspan|start|datetime|style)=\"[a-z0-9 :-]{0,6}\"){0,3}",
        1 => " href=\"(https?://(www\\.)?[a-z.]{1,9}/[a-z./?&=#]{0,9}|[a-z./?#&=:]{0,9}|&[a-z]{1,4};?=?)\"",
        1 => Just(" class=\"language-rust\"".to_owned()),
        1 => Just(" hidden".to_owned()),
    ]
}

/// A whole post as an editor writes it, so that much of it stands where it may.
fn post() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        4 => "[a-zA-Z ,.\n]{1,12}",
        1 => Just("&amp;&lt;".to_owned()),
        1 => Just("<img src=\"/a.png\" hidden>".to_owned()),
        1 => Just("<br>".to_owned()),
        1 => Just("<!-- x -->".to_owned()),
        1 => "[äß日\u{a0}\"'>]{1,3}",
    ];
    let inline = ["em", "code", "a", "span", "b", "sup", "kbd", "q"];
    let line = words.prop_recursive(3, 12, 3, move |inner| {
        let name = proptest::sample::select(inline.to_vec());
        element(name, attributes(), inner)
    });
    let texts = ["p", "h2", "pre", "li", "td", "dt", "figcaption", "div", "summary", "rt"];
    let block = element(proptest::sample::select(texts.to_vec()), attributes(), line);
    let around =
        vec!["div", "ul", "ol", "li", "blockquote", "dl", "dd", "table><tbody><tr", "section"];
    block.prop_recursive(4, 24, 4, move |inner| {
        element(proptest::sample::select(around.clone()), attributes(), inner)
    })
}

fn element(
    name: impl Strategy<Value = &'static str>,
    attributes: impl Strategy<Value = String>,
    inner: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    let content = proptest::collection::vec(inner, 0..4);
    (name, attributes, content).prop_map(|(names, attributes, content)| {
        let ends: Vec<&str> = names.rsplit("><").collect();
        format!("<{names}{attributes}>{}</{}>", content.concat(), ends.join("></"))
    })
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "<svg>", "</svg>", "<math>", "</math>", "<mi>", "<mtext>", "<script>", "</script>", "<style>",
    "</style>", "<title>", "<textarea>", "<noscript>", "</noscript>", "<iframe src=\"/x\">",
    "</iframe>", "<video src=\"/v\">", "</video>", "<template>", "<select>", "<option>", "<form>",
    "</form>", "<button>", "</button>", "<!--", "-->", "<![CDATA[", "]]>", "<foreignObject>",
    "<annotation-xml encoding=\"text/html\">", "<img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>", "<P>", "</P >", "<p/>", "<nobr>", "<font>", "<plaintext>",
    "<object>", "</object>", "<frameset>", "\"", "'", "<", "&lt;script&gt;", "\n", "\r\n", "\0",
    "\u{feff}", "x", " ", "<rt>", "<source src=\"/s\">",
];

/// Pieces of HTML in any order: badly nested, cut off, hostile.
fn broken() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        (name(), attributes()).prop_map(|(name, attributes)| format!("<{name}{attributes}>")),
        name().prop_map(|name| format!("</{name}>")),
        proptest::sample::select(PIECES).prop_map(str::to_owned),
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn both_roads_lead_to_the_same_html(html in prop_oneof![written(), post()]) {
        let html = tidy(&html);
        if let Some(short) = swift(&html, &base()) {
            prop_assert_eq!(Some(short), thorough(&html, &base()));
        }
    }

    #[test]
    fn both_roads_lead_to_the_same_html_even_if_it_is_broken(html in broken()) {
        let html = tidy(&html);
        if let Some(short) = swift(&html, &base()) {
            prop_assert_eq!(Some(short), thorough(&html, &base()));
        }
    }

    #[test]
    fn sanitised_html_stays_sanitised(html in prop_oneof![written(), post(), broken()]) {
        let once = clean(&html);
        prop_assert_eq!(swift(&once, &base()), Some(once.clone()), "from {:?}", html);
        prop_assert_eq!(thorough(&once, &base()), Some(once), "from {:?}", html);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,60}|[<>/a-z&;=\"' !-]{0,60}") {
        for markup in [Markup::Html(text.clone()), Markup::Text(text.clone())] {
            let body = clean_body(&markup, &base());
            prop_assert!(!body.text.contains("  "));
            let line = plain_line(&markup);
            prop_assert!(line.chars().all(|it| !it.is_control()));
            summary_of(Some(&markup), &body.text);
        }
        text_of(&text);
    }
}
