//! How each element of a clean body is written, and what stands in for those that may not stay.

use std::{borrow::Cow, fmt::Write as _};

use memchr::memmem;

use super::{
    entities::{decoded, push_attribute, push_text},
    links::{self, Target},
    plain,
    rewrite::{Fate, Film, Source, Unusual, Writer},
    tags::{Kind, Tag},
};

/// In characters; a picture's text in the page and in the index.
const LONGEST_ALT: usize = 1000;

impl Writer<'_> {
    /// Writes the start tag of an element that has content.
    pub(super) fn open_tag(&mut self, tag: Tag) -> Fate {
        let is_bare = matches!(tag.name, "a" | "span" | "bdo");
        let inherits = tag.kind == Kind::Preformatted && self.language.is_some();
        if self.attributes.is_empty() && !inherits {
            if is_bare {
                return Fate::Unwrapped;
            }
            self.html.push('<');
            self.html.push_str(tag.name);
            self.html.push('>');
            return Fate::Kept;
        }
        let start = self.html.len();
        self.html.push('<');
        self.html.push_str(tag.name);
        let bare = self.html.len();
        if tag.kind == Kind::Link && self.push_target() == Fate::Dropped {
            self.html.truncate(start);
            return Fate::Dropped;
        }
        self.push_specific(tag);
        let is_anchor = self.push_id(tag);
        self.push_language_and_direction();
        if is_bare && self.html.len() == bare {
            self.html.truncate(start);
            return Fate::Unwrapped;
        }
        if matches!(tag.name, "a" | "abbr" | "dfn") {
            self.push_title();
        }
        self.html.push('>');
        if is_anchor { Fate::Anchored } else { Fate::Kept }
    }

    /// Writes an element without content.
    pub(super) fn void_tag(&mut self, tag: Tag) {
        if tag.kind == Kind::Image {
            return self.image();
        }
        self.html.push('<');
        self.html.push_str(tag.name);
        if tag.kind == Kind::Column {
            self.push_number("span");
        }
        self.html.push('>');
    }

    /// What stands in for a tag that is not in the list.
    pub(super) fn replaced(&mut self, name: &str) -> Result<(), Unusual> {
        if self.source == Source::Publisher {
            return Err(Unusual);
        }
        match name {
            "base" => {
                self.rebase();
                Ok(())
            }
            "iframe" => self.frame(),
            "video" => self.open_film("video"),
            "audio" => self.open_film("audio"),
            "source" => {
                self.note_source();
                Ok(())
            }
            "math" => self.maths(),
            _ => Err(Unusual),
        }
    }

    pub(super) fn push_web_link(&mut self, url: &str) {
        push_attribute("href", url, &mut self.html);
        self.html.push_str(" rel=\"noopener noreferrer\" referrerpolicy=\"no-referrer\"");
    }

    /// `Dropped` for a link that only shares the post.
    fn push_target(&mut self) -> Fate {
        let Some(href) = self.attributes.take("href") else { return Fate::Unwrapped };
        match links::target(&href, &self.base) {
            Some(Target::Web(url)) if links::only_shares(&url) => return Fate::Dropped,
            Some(Target::Web(url)) => self.push_web_link(&url),
            Some(Target::Mail(address)) => push_attribute("href", &address, &mut self.html),
            Some(Target::Place(place)) => push_attribute("href", &place, &mut self.html),
            None => return Fate::Unwrapped,
        }
        Fate::Kept
    }

    fn push_specific(&mut self, tag: Tag) {
        match tag.name {
            "pre" | "code" => self.push_code_language(tag),
            "div" | "figure" => self.note_code_language(),
            "ol" => {
                self.push_number("start");
                self.push_flag("reversed");
                self.push_choice("type", &["1", "a", "A", "i", "I"]);
            }
            "li" => self.push_number("value"),
            "colgroup" => self.push_number("span"),
            "td" | "th" => {
                self.push_number("colspan");
                self.push_number("rowspan");
                if tag.name == "th" {
                    self.push_choice("scope", &["col", "row", "colgroup", "rowgroup"]);
                }
            }
            "time" => self.push_date(),
            "details" => self.push_flag("open"),
            _ => {}
        }
    }

    /// Whether there is an id that a link may lead to. Old pages name places by `<a name>`.
    fn push_id(&mut self, tag: Tag) -> bool {
        let id = self.attributes.get("id").and_then(links::anchor);
        let old = || self.attributes.get("name").filter(|_| tag.kind == Kind::Link);
        let Some(id) = id.or_else(|| old().and_then(links::anchor)) else { return false };
        push_attribute("id", &id, &mut self.html);
        true
    }

    fn push_language_and_direction(&mut self) {
        let is_tag = |it: &str| {
            (2..=35).contains(&it.len())
                && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        };
        if let Some(lang) = self.attributes.take("lang").filter(|it| is_tag(it)) {
            push_attribute("lang", &lang, &mut self.html);
        }
        self.push_choice("dir", &["ltr", "rtl", "auto"]);
    }

    fn push_title(&mut self) {
        if let Some(title) = self.attributes.take("title").filter(|it| !it.trim().is_empty()) {
            push_attribute("title", title.trim(), &mut self.html);
        }
    }

    fn push_number(&mut self, name: &str) {
        let Some(value) = self.attributes.take(name) else { return };
        if let Ok(number) = value.trim().parse::<i16>() {
            push_attribute(name, &number.to_string(), &mut self.html);
        }
    }

    fn push_flag(&mut self, name: &str) {
        if self.attributes.get(name).is_some() {
            push_attribute(name, "", &mut self.html);
        }
    }

    fn push_choice(&mut self, name: &str, choices: &[&str]) {
        let Some(value) = self.attributes.take(name) else { return };
        if choices.contains(&&*value) {
            push_attribute(name, &value, &mut self.html);
        }
    }

    fn push_date(&mut self) {
        let is_date = |it: &str| {
            let is_usual = |it: u8| it.is_ascii_alphanumeric() || b":+-. ".contains(&it);
            it.len() <= 40 && it.bytes().all(is_usual)
        };
        if let Some(date) = self.attributes.take("datetime").filter(|it| is_date(it)) {
            push_attribute("datetime", &date, &mut self.html);
        }
    }

    fn push_code_language(&mut self, tag: Tag) {
        let inherited = match tag.kind {
            Kind::Preformatted => self.language.take().map(|(_, language)| language),
            _ => None,
        };
        if let Some(language) = self.code_language().or(inherited) {
            self.html.push_str(" class=\"language-");
            self.html.push_str(&language);
            self.html.push('"');
        }
    }

    fn note_code_language(&mut self) {
        if let Some(language) = self.code_language() {
            self.language = Some((self.depth(), language));
        }
    }

    /// Which language the publisher says that code is in, in any of the usual notations.
    fn code_language(&self) -> Option<String> {
        let class = self.attributes.get("class").unwrap_or_default();
        let mut classes = class.split(|it: char| it.is_ascii_whitespace() || it == ';');
        let named = classes.by_ref().find_map(|class| {
            let prefixes = ["language-", "lang-", "highlight-source-", "brush:"];
            prefixes.iter().find_map(|prefix| class.strip_prefix(prefix))
        });
        let named = match named {
            Some("") => classes.next(),
            named => named,
        };
        named
            .or_else(|| self.attributes.get("data-lang"))
            .or_else(|| self.attributes.get("data-language"))
            .map(str::to_ascii_lowercase)
            .filter(|it| (1..=32).contains(&it.len()))
            .filter(|it| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"+#._-".contains(&it)))
    }

    fn image(&mut self) {
        let alt = self.attributes.take("alt").unwrap_or_default();
        let alt = shortened(alt.trim());
        let class = self.attributes.get("class").unwrap_or_default();
        if !alt.is_empty() && class.split(' ').any(|it| matches!(it, "emoji" | "wp-smiley")) {
            return push_text(alt, &mut self.html);
        }
        let (width, height) = (self.size("width"), self.size("height"));
        if width.is_some_and(|it| it <= 1) && height.is_some_and(|it| it <= 1) {
            return;
        }
        let srcset = self.srcset();
        let src = self.src().or_else(|| first_candidate(&srcset));
        let Some(src) = src.filter(|it| !links::counts_readers(it)) else { return };
        self.html.push_str("<img");
        push_attribute("src", &src, &mut self.html);
        if !srcset.is_empty() {
            push_attribute("srcset", &srcset, &mut self.html);
        }
        push_attribute("alt", alt, &mut self.html);
        self.push_title();
        for (name, size) in [("width", width), ("height", height)] {
            if let Some(size) = size {
                // Writing to a `String` cannot fail.
                let _ = write!(self.html, " {name}=\"{size}\"");
            }
        }
        self.html.push_str(" loading=\"lazy\">");
    }

    /// Where the picture is; pages that load late keep a placeholder in `src`.
    fn src(&self) -> Option<String> {
        ["data-src", "data-lazy-src", "data-original", "src"]
            .into_iter()
            .filter_map(|name| self.attributes.get(name))
            .find_map(|written| links::media(written, &self.base))
            .map(Cow::into_owned)
    }

    fn srcset(&self) -> String {
        let written = ["data-srcset", "data-lazy-srcset", "srcset"]
            .into_iter()
            .find_map(|name| self.attributes.get(name));
        written.map(|it| links::candidates(it, &self.base)).unwrap_or_default()
    }

    /// In CSS pixels.
    fn size(&self, name: &str) -> Option<u16> {
        let written = self.attributes.get(name)?.trim();
        written.strip_suffix("px").unwrap_or(written).parse().ok()
    }

    /// A body that was copied with its page's `base` means its links so.
    fn rebase(&mut self) {
        let href = self.attributes.take("href").unwrap_or_default();
        let base = links::media(&href, &self.base).and_then(|it| it.parse().ok());
        if let Some(base) = base {
            self.base = Cow::Owned(base);
        }
    }

    /// A frame becomes a link to what it would have shown.
    fn frame(&mut self) -> Result<(), Unusual> {
        let title = self.attributes.take("title").unwrap_or_default().trim().to_owned();
        let src = self.src().filter(|it| !links::counts_readers(it));
        let is_hidden = self.size("width").is_some_and(|it| it <= 1)
            || self.size("height").is_some_and(|it| it <= 1)
            || self.attributes.hide(FILM);
        self.skip_to("</iframe>")?;
        if let Some(src) = src.filter(|_| !is_hidden) {
            self.link(&src, &named(&title, links::host_of(&src)));
        }
        Ok(())
    }

    fn open_film(&mut self, name: &'static str) -> Result<(), Unusual> {
        let poster = self.attributes.get("poster").and_then(|it| links::media(it, &self.base));
        let poster = poster.map(Cow::into_owned);
        let title = self.attributes.take("title").unwrap_or_default().trim().to_owned();
        let is_seen = !self.attributes.hide(FILM);
        self.film = is_seen.then(|| Film { address: self.src(), poster, title });
        let start = self.html.len();
        self.enter(Tag { name, ..FILM }, Fate::Dropped, start)
    }

    fn note_source(&mut self) {
        let src = self.src();
        if let Some(film) = &mut self.film {
            film.address = film.address.take().or(src);
        }
    }

    /// A film or a recording becomes a link, with its poster as picture.
    pub(super) fn replace_film(&mut self, tag: Tag) {
        if tag.kind != Kind::Film {
            return;
        }
        let Some(film) = self.film.take() else { return };
        let Some(address) = film.address else { return };
        let mut content = String::new();
        match film.poster {
            Some(poster) => {
                content.push_str("<img");
                push_attribute("src", &poster, &mut content);
                push_attribute("alt", shortened(&film.title), &mut content);
                content.push_str(" loading=\"lazy\">");
            }
            None => content = named(&film.title, links::host_and_path(&address)),
        }
        self.link(&address, &content);
    }

    /// Maths become the TeX they were made from, else their letters, as code of the language `math`.
    /// `math` itself is never written: it switches the rules by which a browser reads what follows.
    fn maths(&mut self) -> Result<(), Unusual> {
        let alt = self.attributes.take("alttext").unwrap_or_default().trim().to_owned();
        let inside = self.skip_to("</math>")?;
        let tex = match annotation(inside) {
            Some(tex) => tex,
            None if !alt.is_empty() => alt,
            None => decoded(&plain::without_tags(inside)).split_whitespace().collect(),
        };
        if !tex.trim().is_empty() && self.may_hold_text() {
            self.html.push_str("<code class=\"language-math\">");
            push_text(tex.trim(), &mut self.html);
            self.html.push_str("</code>");
        }
        Ok(())
    }
}

const FILM: Tag = Tag { name: "video", kind: Kind::Film };

/// The TeX source inside `math`, if it carries it.
fn annotation(mathml: &str) -> Option<String> {
    let start = memmem::find(mathml.as_bytes(), b"encoding=\"application/x-tex\">")?;
    let after = &mathml[start..];
    let inside = &after[after.find('>')? + 1..];
    let tex = decoded(&inside[..inside.find("</annotation>")?]).trim().to_owned();
    (!tex.is_empty()).then_some(tex)
}

/// The words of a link that replaces something shown, as HTML.
fn named(title: &str, url: &str) -> String {
    let mut words = String::new();
    push_text(if title.is_empty() { url } else { title }, &mut words);
    words
}

fn first_candidate(srcset: &str) -> Option<String> {
    srcset
        .split(' ')
        .next()
        .map(|it| it.trim_end_matches(','))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
}

fn shortened(alt: &str) -> &str {
    alt.char_indices().nth(LONGEST_ALT).map_or(alt, |(end, _)| alt[..end].trim_end())
}
