//! Peerscope follows what peer companies publish and keeps it searchable on your own machine.
//!
//! The modules stand on floors; ARCHITECTURE.md draws them and `tests/architecture.rs` keeps them.

pub mod access;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod crawl;
pub mod daemon;
pub mod digest;
pub mod domain;
pub mod exchange;
pub mod extract;
pub mod feeds;
pub mod fetch;
pub mod home;
pub mod insight;
pub mod mail;
pub mod messages;
pub mod reading;
pub mod report;
pub mod search;
pub mod store;
pub mod syndication;
pub mod web;
