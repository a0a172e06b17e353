//! The lists that blogs of many engines show.
