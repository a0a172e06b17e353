//! The digest: what goes into an issue, how it looks, and how it reaches its subscribers.

pub mod faces;

mod asked;
mod deliver;
mod draft;
mod edition;
mod fill;
mod letter;
mod links;
mod owner;
mod past;
mod post_office;
mod profile;
mod reach;
mod send;
mod subscribe;
mod told;
mod trial;
mod window;

pub use deliver::{Composition, DeliverError, compose_due, whats_due};
pub use edition::{Composed, DigestError, Edition, LeftOut};
pub use links::{CONFIRM_WITHIN, Holder, Links, Signer, holder};
pub use owner::{keep_owner, keep_reader, keep_readers, preferences_with, wanted};
pub use post_office::{PostOffice, USUAL_PAUSE};
pub use send::{CLAIMED_FOR, Sending, send_waiting};
pub use subscribe::{
    SubscribeError, add, ask, ask_to_move, come_back, confirm, confirm_move, fresh_stamp, leave,
    void_links,
};
pub use trial::{Trial, TrialError, send_once};
