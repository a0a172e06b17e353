//! The weekly digest: what goes into an issue, how it looks, and how it reaches its subscribers.

pub mod faces;

mod asked;
mod draft;
mod edition;
mod fill;
mod links;
mod past;
mod profile;
mod reach;
mod told;
mod window;

pub use edition::{Composed, DigestError, Edition, LeftOut};
pub use links::Links;
