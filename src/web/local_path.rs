//! Paths of our own, where a request names one to go on to.

use url::Url;

/// Stands in for our host, whatever it is called.
const OURS: &str = "http://ours.invalid";

/// In bytes: that of the longest query fits.
const LONGEST: usize = 16 * 1024;

/// What a request gave as the next page, if that is one of ours: nobody may lead our readers elsewhere.
pub(super) fn local_path(text: &str) -> Option<String> {
    let is_plain = text.starts_with('/') && !text.chars().any(|it| it.is_control() || it == '\\');
    if !is_plain || text.len() > LONGEST {
        return None;
    }
    // As browsers read it, so that nothing means another host to them than to us.
    let base = Url::parse(OURS).ok()?;
    let url = base.join(text).ok()?;
    let is_ours = url.origin() == base.origin() && !url.path().starts_with("//");
    let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
    let fragment = url.fragment().map(|it| format!("#{it}")).unwrap_or_default();
    is_ours.then(|| format!("{}{query}{fragment}", url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_lead_on() {
        for ours in ["/", "/search?q=a%20b&x=//evil", "/entries/7#note", "/a/%2F/b"] {
            assert_eq!(local_path(ours).as_deref(), Some(ours));
        }
        assert_eq!(local_path("/a/../b").as_deref(), Some("/b"));
        for elsewhere in [
            "",
            "search",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/./\n/evil.example",
            "/..//evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            " /search",
        ] {
            assert_eq!(local_path(elsewhere), None, "{elsewhere:?}");
        }
    }
}
