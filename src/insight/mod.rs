//! Reads a text for what it is about; for now, in which language it is written.

mod language;
mod script;

pub use language::language_of;
pub use script::is_in_another_script;
