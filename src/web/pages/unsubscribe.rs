//! `/unsubscribe/…`: leaving with one click, from a mail program (RFC 8058) or on a page; and coming back.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
};

use super::{
    private::{TextPage, Told, holder_of, on_to, void},
    tongue::Tongue,
    words::rich,
};
use crate::{
    digest::{self, Holder, Signer},
    domain::{LinkPurpose, SubscriberState},
    web::Web,
};

/// Shows a button and changes nothing: programs that look for harm follow every link in a mail.
pub(in crate::web) async fn unsubscribe(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Unsubscribe, &token).await? else {
        return void(&headers);
    };
    if holder.subscriber.state == SubscriberState::Left {
        return left(&web, &holder, &token).await;
    }
    let words = Tongue::of(holder.subscriber.preferences.language.as_str());
    let address = holder.address_text();
    let meaning = words.fill("digest.leave.meaning", &[("address", address.as_str())]);
    let preferences = Signer::of(&web.library().store, None).await?;
    TextPage::new(&words, words.text("digest.leave.heading"), vec![rich(&meaning)])
        .with_button(&format!("/unsubscribe/{token}"), words.text("digest.leave.button"), false)
        .with_link(
            &preferences.preferences_path(&holder.subscriber),
            words.text("digest.leave.instead"),
        )
        .told()
}

/// From anywhere, at once, and as often as one likes. What the body says makes no difference: the address
/// says whose link it is.
pub(in crate::web) async fn post_unsubscribe(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Unsubscribe, &token).await? else {
        return void(&headers);
    };
    if holder.subscriber.state != SubscriberState::Left {
        digest::leave(&web.library().store, &holder, web.clock().now()).await?;
    }
    left(&web, &holder, &token).await
}

async fn left(web: &Web, holder: &Holder, token: &str) -> Told {
    let words = Tongue::of(holder.subscriber.preferences.language.as_str());
    let address = holder.address_text();
    let meaning = words.fill("digest.left.meaning", &[("address", address.as_str())]);
    let signer = Signer::of(&web.library().store, None).await?;
    TextPage::new(&words, words.text("digest.left.heading"), vec![rich(&meaning)])
        .with_button(&format!("/unsubscribe/{token}/undo"), words.text("digest.left.undo"), false)
        .with_link(
            &signer.preferences_path(&holder.subscriber),
            words.text("digest.left.preferences"),
        )
        .told()
}

pub(in crate::web) async fn post_undo(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Told {
    let Some(holder) = holder_of(&web, LinkPurpose::Unsubscribe, &token).await? else {
        return void(&headers);
    };
    let store = &web.library().store;
    digest::come_back(store, &holder, web.clock().now()).await?;
    let signer = Signer::of(store, None).await?;
    Ok(on_to(&signer.preferences_path(&holder.subscriber)))
}
