//! What can be done with a story, as a part of any page: one click without a script, or in place with one. All
//! buttons belong to one form of the page, so that a card needs none of its own.

use super::{escape::push_escaped, say};
use crate::domain::{ReadingState, StoryId};

/// The form that all buttons of a page belong to; it stands once on every page.
pub(super) const FORM: &str = "deeds";

/// For a story that is on the list in some state, or not at all.
pub(super) fn of_story(story: StoryId, state: Option<ReadingState>) -> String {
    let mut html = format!("<div class=\"deeds\" data-story=\"{story}\">");
    if state.is_none() {
        push_button(story, "queued", say::text("web.list.do.queued"), &mut html);
    }
    html.push_str("<details class=\"menu\"><summary");
    if let Some(state) = state {
        html.push_str(" class=\"state ");
        html.push_str(state.as_str());
        html.push_str("\">");
        push_escaped(state_name(state), &mut html);
    } else {
        html.push_str(" aria-label=\"");
        push_escaped(say::text("web.list.do.more"), &mut html);
        html.push_str("\">…");
    }
    html.push_str("</summary><div class=\"choices\">");
    for other in ReadingState::ALL.into_iter().filter(|it| Some(*it) != state) {
        if state.is_none() && other == ReadingState::Queued {
            continue;
        }
        let key = format!("web.list.do.{}", other.as_str());
        push_button(story, other.as_str(), say::text(&key), &mut html);
    }
    if state.is_some() {
        push_button(story, "none", say::text("web.list.do.none"), &mut html);
    }
    html.push_str("</div></details></div>");
    html
}

pub(super) fn state_name(state: ReadingState) -> &'static str {
    match state {
        ReadingState::Queued => say::text("web.list.state.queued"),
        ReadingState::Reading => say::text("web.list.state.reading"),
        ReadingState::Studied => say::text("web.list.state.studied"),
        ReadingState::Applied => say::text("web.list.state.applied"),
        ReadingState::Dropped => say::text("web.list.state.dropped"),
    }
}

fn push_button(story: StoryId, value: &str, label: &str, html: &mut String) {
    html.push_str("<button class=\"quiet\" form=\"");
    html.push_str(FORM);
    html.push_str("\" formaction=\"/stories/");
    html.push_str(&story.to_string());
    html.push_str("/reading\" name=\"state\" value=\"");
    html.push_str(value);
    html.push('"');
    // As the keyboard finds it.
    match value {
        "queued" => html.push_str(" data-key=\"queue\""),
        "studied" => html.push_str(" data-key=\"studied\""),
        _ => {}
    }
    html.push('>');
    push_escaped(label, html);
    html.push_str("</button>");
}

/// A field of a form that says where to come back to.
pub(super) fn push_back(path: &str, html: &mut String) {
    html.push_str("<input type=\"hidden\" name=\"back\" value=\"");
    push_escaped(path, html);
    html.push_str("\">");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_list_is_queued_by_one_button_and_what_is_there_says_how_far() {
        let none = of_story(StoryId(7), None);
        assert!(none.contains("formaction=\"/stories/7/reading\" name=\"state\" value=\"queued\""));
        assert_eq!(none.matches("<button").count(), 5);
        let studied = of_story(StoryId(7), Some(ReadingState::Studied));
        assert!(studied.contains("class=\"state studied\">Studied<"));
        assert!(studied.contains("value=\"none\"") && !studied.contains("value=\"studied\""));
        assert_eq!(studied.matches("<button").count(), 5);
    }
}
