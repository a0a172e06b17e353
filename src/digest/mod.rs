//! The digest: what goes into an issue, how it looks, and how it reaches its subscribers.

pub mod faces;

mod edition;
mod links;
mod subscribe;

pub use edition::{Composed, DigestError, Edition, LeftOut};
pub use links::{CONFIRM_WITHIN, Holder, Links, Signer, holder};
pub use subscribe::{
    SubscribeError, add, ask, ask_to_move, come_back, confirm, confirm_move, fresh_stamp, leave,
    void_links,
};
