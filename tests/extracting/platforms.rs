//! The same article on pages in the manner of the usual publishing systems.

use peerscope::{
    domain::{Markup, PageStanding},
    extract::{clean_body, text_of},
};

use super::{address, article, page};

const ALL: &[&str] = &[
    "bootstrap",
    "docusaurus",
    "ghost",
    "hexo",
    "hubspot",
    "hugo",
    "jekyll",
    "medium",
    "nextjs",
    "substack",
    "webflow",
    "wordpress",
];

#[test]
fn every_usual_system_gives_the_whole_text_and_nothing_else() {
    let body = clean_body(&Markup::Html(page("body")), &address());
    for name in ALL {
        let article = article(&page(name));
        assert_eq!(article.text, body.text, "{name}: {:?}", article.notes);
        assert_eq!(article.standing, PageStanding::Whole, "{name}");
        assert_eq!(article.complaint, None, "{name}");
    }
}

#[test]
fn code_figures_tables_maths_and_footnotes_survive_every_system() {
    for name in ALL {
        let html = article(&page(name)).html;
        for piece in [
            "<pre><code class=\"language-rust\">fn drain",
            "<img src=\"https://parcelworks.example/images/waiting-time.png\"",
            "<figcaption>Waiting time by hour, before the change.</figcaption>",
            "<th>Percentile</th>",
            "<code class=\"language-math\">W = L / \\lambda</code>",
            "See any book on queueing theory.",
            "href=\"https://parcelworks.example/blog/backpressure\"",
        ] {
            assert!(html.contains(piece), "{name} lost {piece}: {html}");
        }
    }
}

#[test]
fn titles_authors_and_dates_are_read_wherever_a_system_puts_them() {
    for name in ALL {
        let article = article(&page(name));
        assert_eq!(article.title.as_deref(), Some("The queue that lied"), "{name}");
        // Hexo's usual theme names no author.
        let authors: &[&str] = if *name == "hexo" { &[] } else { &["Nadia Okoro"] };
        assert_eq!(article.authors, authors, "{name}");
        let published = article.published.map(|it| it.to_string()).unwrap_or_default();
        assert!(published.starts_with("2024-05-17T"), "{name}: {published}");
        let language = article.language.as_ref().map_or("none", |it| it.primary());
        assert!(matches!(language, "en" | "none"), "{name}: {language}");
    }
}

#[test]
fn line_numbers_and_copy_buttons_are_no_code() {
    let numbered = [
        "<figure class=\"highlight rust\"><table><tr><td class=\"gutter\"><pre><span class=\"line\">1</span><br><span class=\"line\">2</span></pre></td><td class=\"code\"><pre><span class=\"line\">let a = 7;</span><br><span class=\"line\">let b = a;</span></pre></td></tr></table></figure>",
        "<div class=\"language-rust highlighter-rouge\"><div class=\"highlight\"><pre class=\"highlight\"><code><table class=\"rouge-table\"><tbody><tr><td class=\"rouge-gutter gl\"><pre class=\"lineno\">1\n2\n</pre></td><td class=\"rouge-code\"><pre>let a = 7;\nlet b = a;\n</pre></td></tr></tbody></table></code></pre></div></div>",
        "<div class=\"highlight\"><table class=\"lntable\"><tr><td class=\"lntd\"><pre class=\"chroma\"><code><span class=\"lnt\">1\n</span><span class=\"lnt\">2\n</span></code></pre></td><td class=\"lntd\"><pre class=\"chroma\"><code class=\"language-rust\" data-lang=\"rust\">let a = 7;\nlet b = a;\n</code></pre></td></tr></table></div>",
        "<div class=\"language-rust\"><pre class=\"prism-code language-rust\"><code><span class=\"token-line\">let a = 7;<br></span><span class=\"token-line\">let b = a;<br></span></code></pre><div class=\"buttonGroup\"><button>Copy</button></div></div>",
        "<pre class=\"shiki\"><code class=\"language-rust\"><span class=\"line\">let a = 7;</span><span class=\"line\">let b = a;</span></code></pre>",
    ];
    for code in numbered {
        let page = page("jekyll").replace("<blockquote>", &format!("{code}<blockquote>"));
        let article = article(&page);
        let text = article.text.replace("\n\n", "\n");
        assert!(text.contains("never plotted.\nlet a = 7;\nlet b = a;\nMeasure"), "{code}\n{text}");
        let rust = article.html.matches("class=\"language-rust\"").count();
        assert!(rust >= 2, "{code}\n{}", article.html);
    }
}

#[test]
fn pictures_that_load_late_are_kept_once() {
    let late = "<p>Before.</p><img class=\"lazy\" src=\"data:image/gif;base64,R0lGOD\" data-src=\"/late.png\" alt=\"Late\">\
                <noscript><img src=\"/late.png\" alt=\"Late\"></noscript>\
                <img src=\"data:image/gif;base64,R0lGOD\"><noscript><img src=\"/later.png\" alt=\"\"></noscript>\
                <picture><source srcset=\"/best.webp 2x\"><img alt=\"Best\"></picture>";
    let page = page("jekyll").replace("<blockquote>", &format!("{late}<blockquote>"));
    let html = article(&page).html;
    for file in ["late.png\"", "later.png\"", "best.webp\""] {
        assert_eq!(
            html.matches(&format!("src=\"https://parcelworks.example/{file}")).count(),
            1,
            "{html}"
        );
    }
}

#[test]
fn a_text_that_is_read_again_stays_as_it_is() {
    for name in ALL {
        let html = article(&page(name)).html;
        assert_eq!(clean_body(&Markup::Html(html.clone()), &address()).html, html, "{name}");
        assert_eq!(text_of(&html).text, article(&page(name)).text, "{name}");
    }
}
