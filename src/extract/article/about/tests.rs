//! The order of trust, kept.
