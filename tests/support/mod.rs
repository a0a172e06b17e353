//! What several behaviour tests stand on: servers on loopback that do as they are told.

pub(crate) mod blog;
pub(crate) mod fake_web;
pub(crate) mod feeds;
pub(crate) mod issue;
pub(crate) mod library;
pub(crate) mod program;
pub(crate) mod retrieval;
pub(crate) mod service;
pub(crate) mod smtp;
pub(crate) mod story_runs;
pub(crate) mod story_set;
pub(crate) mod team;
pub(crate) mod tls;
