//! Tells an article from what sites answer instead of one: walls, lists, errors told with status 200.

use dom_query::{Document, NodeRef};

use super::{
    about::About,
    lighten::Light,
    names,
    tree::{bare, folded, is_heading, text_of},
};
use crate::domain::{Address, PageStanding};

/// Titles of pages that ask whether the visitor is human, without signs and blanks.
const WALL_TITLES: &[&str] = &[
    "accessdenied",
    "accesstothispagehasbeendenied",
    "areyouarobot",
    "attentionrequired",
    "attentionrequiredcloudflare",
    "blocked",
    "botverification",
    "captcha",
    "checkingyourbrowser",
    "clientchallenge",
    "ddosguard",
    "humanverification",
    "justamoment",
    "onemorestep",
    "pardonourinterruption",
    "pleasewait",
    "robotcheck",
    "securitycheck",
    "securityverification",
    "vercelsecuritycheckpoint",
    "verifyyouarehuman",
    "verifyingyouarehuman",
    "youhavebeenblocked",
];
/// What the scripts of those who guard sites against bots are called.
const WALL_MARKS: &[&str] = &[
    "/cdn-cgi/challenge-platform",
    "_cf_chl_opt",
    "captcha-delivery.com",
    "px-captcha",
    "_pxAppId",
    "_Incapsula_Resource",
    "sec-if-cpt-container",
    "awsWafCookieDomainList",
    "challenge.js",
    "ips.js?KP_UIDz",
    "bm-verify",
];
const WALL_PHRASES: &[&str] = &[
    "enable javascript and cookies to continue",
    "verify you are human",
    "verifying you are human",
    "verify that you are not a robot",
    "unusual traffic from your",
    "checking if the site connection is secure",
    "checking your browser before",
    "press & hold to confirm",
    "complete the security check",
    "made us think you were a bot",
    "made us think that you are a bot",
    "you have been blocked",
];
const SCRIPT_PHRASES: &[&str] = &[
    "enable javascript",
    "requires javascript",
    "javascript is disabled",
    "javascript is required",
    "turn on javascript",
    "need to enable javascript",
    "activate javascript",
    "javascript must be enabled",
];
const PAYWALL_PHRASES: &[&str] = &[
    "subscribe to continue reading",
    "subscribe to keep reading",
    "subscribe to read the full",
    "subscribe to unlock",
    "this post is for paid subscribers",
    "this post is for paying subscribers",
    "this post is for subscribers",
    "this article is for subscribers",
    "this content is for members",
    "for paying subscribers only",
    "already a subscriber? log in",
    "already a paid subscriber? sign in",
    "already have an account? log in to read",
    "log in to continue reading",
    "log in to read the full",
    "sign in to continue reading",
    "sign in to read the full",
    "sign up to continue reading",
    "to continue reading, subscribe",
    "to continue reading this article",
    "create a free account to read",
    "create an account to read the full story",
    "become a member to read",
    "become a member to continue",
    "story available to medium members only",
    "read the full story with a free account",
    "unlock this article",
    "upgrade to continue reading",
    "the rest of this article is available to",
];
const PAYWALLS: &str = ".paywall, #paywall, .regwall, .piano-paywall, [data-testid=paywall], \
     [class*=paywall-], .gh-post-upgrade-cta, .subscriber-only-wall, .single-with-paywall";
/// Titles of errors that are told with status 200, without signs and blanks.
const ERRORS: &[&str] = &[
    "404",
    "404error",
    "404notfound",
    "404pagenotfound",
    "error404",
    "notfound",
    "ooops",
    "oops",
    "pagenotfound",
    "pagenotfound404",
    "pagenichtgefunden",
    "seitenichtgefunden",
    "paginanoencontrada",
    "pagenontrouvée",
    "somethingwentwrong",
    "thispagecouldnotbefound",
    "找不到页面",
    "页面不存在",
    "ページが見つかりません",
];
/// In words. A wall or an error says little; what is longer is about something.
const LONGEST_WALL: u32 = 150;
/// In words. What a paywall lets everyone read.
const LONGEST_TEASER: u32 = 600;
/// Posts that a page must list to be a list.
const FEWEST_POSTS: usize = 4;

#[expect(clippy::struct_excessive_bools, reason = "four questions, each with yes or no")]
/// What the page looked like before anything was removed.
pub(super) struct Looks {
    title: String,
    heading: String,
    text: String,
    words: u32,
    has_wall_mark: bool,
    has_paywall: bool,
    is_shell: bool,
    is_list: bool,
}

impl Looks {
    pub(super) fn of(document: &Document, light: &Light, page: &str) -> Self {
        let text = document.body().map(|it| folded(&it.text())).unwrap_or_default();
        let words = u32::try_from(text.split(' ').count()).unwrap_or(u32::MAX);
        let is_short = words < LONGEST_TEASER;
        let text = if is_short { text.to_lowercase() } else { end_of(&text).to_lowercase() };
        Self {
            title: bare(&document.select_single("title").text()),
            heading: bare(&document.select_single("h1").text()),
            has_wall_mark: is_short && WALL_MARKS.iter().any(|it| page.contains(it)),
            has_paywall: document.select(PAYWALLS).iter().any(|it| it.text().trim().len() > 20),
            is_shell: words < 60 && is_shell(light, &text),
            is_list: is_list(document),
            words,
            text,
        }
    }

    pub(super) fn standing(&self, about: &About, address: &Address, words: u32) -> PageStanding {
        if self.is_bot_wall(words) {
            PageStanding::BotWall
        } else if words == 0 || self.is_error(words) {
            PageStanding::NoArticle
        } else if self.is_paywall(about, words) {
            PageStanding::Paywall
        } else if !about.is_declared_article && (address.is_home_page() || self.is_list) {
            PageStanding::NoArticle
        } else {
            PageStanding::Whole
        }
    }

    fn is_bot_wall(&self, words: u32) -> bool {
        if words > LONGEST_WALL || self.words > LONGEST_TEASER {
            return false;
        }
        let has_title =
            [&self.title, &self.heading].iter().any(|it| WALL_TITLES.contains(&it.as_str()));
        let has_phrase = WALL_PHRASES.iter().any(|it| self.text.contains(it));
        let is_tiny = self.words < 60;
        has_title && (has_phrase || self.has_wall_mark || is_tiny)
            || has_phrase && (self.has_wall_mark || is_tiny)
            || self.is_shell
    }

    fn is_error(&self, words: u32) -> bool {
        let is_error = |text: &String| {
            ERRORS.contains(&text.as_str())
                || text.starts_with("pagenotfound")
                || text.starts_with("404")
                || text.ends_with("pagenotfound")
        };
        words < LONGEST_WALL && (is_error(&self.title) || is_error(&self.heading))
    }

    fn is_paywall(&self, about: &About, words: u32) -> bool {
        let has_phrase = PAYWALL_PHRASES.iter().any(|it| self.text.contains(it));
        words < LONGEST_TEASER && (about.is_for_payers || has_phrase || self.has_paywall)
    }
}

/// Where walls stand: behind the teaser.
fn end_of(text: &str) -> &str {
    let from = text.len().saturating_sub(6_000);
    let from = (from..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or_default();
    &text[from..]
}

/// A page without text, that a script would fill.
fn is_shell(light: &Light, text: &str) -> bool {
    let asked = light.without_script.to_lowercase();
    let asks = |text: &str| SCRIPT_PHRASES.iter().any(|it| text.contains(it));
    asks(&asked) || asks(text) || light.script_bytes > 20_000 && text.len() < 40
}

/// Whether the page shows many posts by title and link, and none of them as a whole.
fn is_list(document: &Document) -> bool {
    let headings: Vec<NodeRef<'_>> =
        document.select("h1, h2, h3, h4").nodes().iter().copied().filter(is_heading).collect();
    let is_other_post = |it: &&NodeRef<'_>| {
        let around = it.parent().filter(|it| it.has_name("a"));
        let inside = it.descendants_it().find(|it| it.has_name("a"));
        let is_whole = |link: &NodeRef<'_>| {
            let leads_away =
                link.attr("href").is_some_and(|it| !it.is_empty() && !it.starts_with('#'));
            leads_away && text_of(link).len() * 2 > text_of(it).len()
        };
        around.is_some() || inside.is_some_and(|it| is_whole(&it))
    };
    let posts = headings.iter().filter(is_other_post).filter(|it| !is_related(it)).count();
    posts >= FEWEST_POSTS && posts * 10 >= headings.len() * 7
}

fn is_related(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(Some(8)).any(|it| {
        it.has_name("aside")
            || it.has_name("footer")
            || it.has_name("nav")
            || (names::is_furniture(&it) && !it.has_name("body"))
    })
}
