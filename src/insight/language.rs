//! The language of a text, from its script, its commonest words, or its trigrams.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use crate::domain::Language;

/// In bytes: how much of a text is read. More makes the answer slower, not better.
const SAMPLE: usize = 320;
/// Fewer letters than this prove nothing in a script that many languages share.
const FEWEST_LETTERS: usize = 40;

/// Without the languages that nobody writes engineering posts in: each costs a comparison, and now
/// and then a wrong answer.
static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_denylist(vec![
        Lang::Lat,
        Lang::Epo,
        Lang::Zul,
        Lang::Sna,
        Lang::Aka,
        Lang::Jav,
        Lang::Tuk,
        Lang::Uzb,
        Lang::Yid,
        Lang::Aze,
        Lang::Afr,
        Lang::Tgl,
        Lang::Cym,
    ])
});

/// The language that the beginning of a text is surely written in.
pub fn language_of(text: &str) -> Option<Language> {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let scripts = Scripts::of(sample);
    if let Some(tag) = scripts.language() {
        return tag.parse().ok();
    }
    if scripts.letters < FEWEST_LETTERS {
        return None;
    }
    if is_plainly_english(sample) {
        return "en".parse().ok();
    }
    let found = DETECTOR.detect(sample).filter(whatlang::Info::is_reliable)?;
    tag(found.lang()).parse().ok()
}

/// How many letters of a text belong to scripts that tell a language.
#[derive(Default)]
struct Scripts {
    letters: usize,
    han: usize,
    kana: usize,
    hangul: usize,
}

impl Scripts {
    fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for letter in text.chars() {
            match letter {
                '\u{3040}'..='\u{30ff}' => counts.kana += 1,
                '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => counts.han += 1,
                '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' => counts.hangul += 1,
                _ if letter.is_alphabetic() => {}
                _ => continue,
            }
            counts.letters += 1;
        }
        counts
    }

    /// A letter of these scripts says as much as three of an alphabet, so that product names do not
    /// outvote the sentences around them.
    fn language(&self) -> Option<&'static str> {
        let telling = self.han + self.kana + self.hangul;
        if telling < 4 || telling * 4 < self.letters {
            return None;
        }
        if self.hangul * 2 > telling {
            return Some("ko");
        }
        // Japanese prose has kana in every sentence, Chinese has none.
        Some(if self.kana * 10 > telling { "ja" } else { "zh" })
    }
}

/// Whether so many of the commonest English words occur that no other language is possible: the
/// usual case, told without trigrams.
fn is_plainly_english(text: &str) -> bool {
    let is_foreign = |it: &char| it.is_alphabetic() && !it.is_ascii();
    if !text.is_ascii() && text.chars().filter(is_foreign).count() > 6 {
        return false;
    }
    let (mut words, mut english, mut telling) = (0, 0, 0);
    for word in text.split(|it: char| !it.is_ascii_alphabetic()).filter(|it| !it.is_empty()) {
        words += 1;
        match word {
            "the" | "The" | "and" | "of" | "with" | "that" | "this" | "This" | "our" | "we"
            | "We" | "from" | "which" | "their" | "are" | "how" | "How" => telling += 1,
            "to" | "in" | "is" | "for" | "it" | "on" | "as" | "be" | "by" | "at" | "or" | "a"
            | "an" | "was" | "have" | "has" | "not" | "you" | "can" | "but" => english += 1,
            _ => {}
        }
    }
    english += telling;
    words >= 8 && telling >= 3 && english * 5 >= words
}

/// The tag of BCP 47, which prefers two letters where there are two.
#[rustfmt::skip]
fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Eng => "en", Lang::Deu => "de", Lang::Fra => "fr", Lang::Spa => "es",
        Lang::Por => "pt", Lang::Ita => "it", Lang::Nld => "nl", Lang::Swe => "sv",
        Lang::Dan => "da", Lang::Nob => "nb", Lang::Fin => "fi", Lang::Pol => "pl",
        Lang::Ces => "cs", Lang::Slk => "sk", Lang::Slv => "sl", Lang::Hrv => "hr",
        Lang::Srp => "sr", Lang::Mkd => "mk", Lang::Bul => "bg", Lang::Ron => "ro",
        Lang::Hun => "hu", Lang::Ell => "el", Lang::Tur => "tr", Lang::Rus => "ru",
        Lang::Ukr => "uk", Lang::Bel => "be", Lang::Lit => "lt", Lang::Lav => "lv",
        Lang::Est => "et", Lang::Cat => "ca",
        Lang::Cmn => "zh", Lang::Jpn => "ja", Lang::Kor => "ko", Lang::Vie => "vi",
        Lang::Tha => "th", Lang::Ind => "id",
        Lang::Ara => "ar", Lang::Heb => "he", Lang::Pes => "fa",
        Lang::Urd => "ur", Lang::Hin => "hi", Lang::Ben => "bn", Lang::Pan => "pa",
        Lang::Guj => "gu", Lang::Mar => "mr", Lang::Nep => "ne", Lang::Tam => "ta",
        Lang::Tel => "te", Lang::Kan => "kn", Lang::Mal => "ml", Lang::Ori => "or",
        Lang::Sin => "si", Lang::Mya => "my", Lang::Khm => "km", Lang::Kat => "ka",
        Lang::Hye => "hy", Lang::Amh => "am",
        _ => lang.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Option<String> {
        language_of(text).map(String::from)
    }

    #[test]
    fn prose_tells_its_language() {
        for (text, tag) in [
            (
                "We moved the ranking service to a new cluster, and this is how it went for our team.",
                "en",
            ),
            (
                "Wir haben unseren Suchdienst umgezogen und berichten hier, was dabei schiefgegangen ist und warum.",
                "de",
            ),
            (
                "Nous avons déplacé notre service de recherche et voici ce que nous en avons appris cette année.",
                "fr",
            ),
            ("検索サービスを新しい基盤に移行しました。Kubernetes と Kafka を使っています。", "ja"),
            ("我们把搜索服务迁移到了新的平台，这里是我们的经验。", "zh"),
            ("검색 서비스를 새로운 플랫폼으로 옮긴 이야기를 소개합니다.", "ko"),
            (
                "Мы перенесли службу поиска на новую платформу и рассказываем, что из этого вышло и почему.",
                "ru",
            ),
        ] {
            assert_eq!(language(text).as_deref(), Some(tag), "{text}");
        }
    }

    #[test]
    fn a_text_that_proves_nothing_has_no_language() {
        for text in ["", "v1.2.3", "Kafka", "let a = b;", "12:30 — 14:00", "日本"] {
            assert_eq!(language(text), None, "{text}");
        }
    }
}
