//! The weekly digest: what goes into an issue, how it looks, and how it reaches its subscribers.

pub mod faces;

mod deliver;
mod edition;
mod letter;
mod links;
mod owner;
mod post_office;
mod send;
mod trial;

pub use deliver::{Composition, DeliverError, compose_due, whats_due};
pub use edition::{Composed, DigestError, Edition, LeftOut};
pub use links::Links;
pub use owner::keep_owner;
pub use post_office::{PostOffice, USUAL_PAUSE};
pub use send::{CLAIMED_FOR, Sending, send_waiting};
pub use trial::{Trial, TrialError, send_once};
