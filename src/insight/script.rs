//! Which script a text is written in, where that alone says that a declared language is wrong.

use crate::domain::Language;

/// Letters that are looked at.
const LETTERS_READ: usize = 200;
/// Fewer letters than this say nothing.
const FEWEST_LETTERS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    /// Han, kana and hangul, among which languages share letters.
    EastAsian,
}

/// Whether a text is mostly written in a script that the language is not written in. Languages and
/// letters of further scripts are given the benefit of the doubt.
pub fn is_in_another_script(text: &str, declared: &Language) -> bool {
    let Some(expected) = usual_script(declared) else { return false };
    let mut counts = [0_usize; 3];
    let mut letters = 0;
    for script in text.chars().filter(|it| it.is_alphabetic()).take(LETTERS_READ).map(script_of) {
        letters += 1;
        if let Some(script) = script {
            counts[script as usize] += 1;
        }
    }
    // A technical text in Chinese or Russian is full of Latin names, so that a third will do.
    let others = [Script::Cyrillic, Script::EastAsian, Script::Latin];
    letters >= FEWEST_LETTERS
        && others.into_iter().filter(|it| *it != expected).any(|script| {
            let enough = if script == Script::Latin { letters * 9 / 10 } else { letters / 3 };
            counts[script as usize] > enough
        })
}

/// `None` for languages in further scripts, or in several.
fn usual_script(language: &Language) -> Option<Script> {
    match language.primary() {
        "zh" | "ja" | "ko" => Some(Script::EastAsian),
        "ru" | "uk" | "bg" | "be" | "mk" => Some(Script::Cyrillic),
        "en" | "de" | "fr" | "es" | "it" | "pt" | "nl" | "pl" | "sv" | "da" | "nb" | "no"
        | "fi" | "cs" | "sk" | "hu" | "ro" | "tr" | "vi" | "id" => Some(Script::Latin),
        _ => None,
    }
}

fn script_of(letter: char) -> Option<Script> {
    match u32::from(letter) {
        0x0041..=0x024f | 0x1e00..=0x1eff => Some(Script::Latin),
        0x0400..=0x052f => Some(Script::Cyrillic),
        0x1100..=0x11ff
        | 0x3040..=0x30ff
        | 0x3400..=0x9fff
        | 0xac00..=0xd7af
        | 0xf900..=0xfaff
        | 0x20000..=0x3ffff => Some(Script::EastAsian),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_wrong(text: &str, declared: &str) -> bool {
        is_in_another_script(text, &declared.parse().unwrap())
    }

    #[test]
    fn a_text_in_another_script_than_its_language_is_noticed() {
        let chinese = "我们把排序服务从 Python 迁移到 Rust，延迟下降了一半，成本也随之降低。";
        assert!(is_wrong(chinese, "en-US"));
        assert!(!is_wrong(chinese, "zh"));
        assert!(is_wrong("Мы перенесли сервис на новый кластер без простоя", "en"));
        assert!(is_wrong(
            "We moved the ranking service to a new cluster without downtime",
            "zh-CN"
        ));
    }

    #[test]
    fn a_few_foreign_letters_say_nothing() {
        assert!(!is_wrong("The name 東京 means eastern capital, and so it is written here", "en"));
        assert!(!is_wrong("東京", "en"));
        assert!(!is_wrong("שלום לכולם זה פוסט על מערכות מבוזרות", "he"));
    }
}
