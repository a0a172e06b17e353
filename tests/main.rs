//! The behaviour of the product, through the doors a user has, and the shape of its house.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod application;
mod architecture;
mod articles;
mod asking;
mod backfilling;
mod browser;
mod choosing;
mod commands;
mod configuration;
mod crashes;
mod crawling;
mod delivering;
mod discovering;
mod extracting;
mod feeds;
mod fetching;
mod insight;
mod issue_faces;
mod issue_pages;
mod keeping;
mod keeping_by_command;
mod landscape;
mod listing;
mod long_questions;
mod messages;
mod papers;
mod reading_list;
mod reading_posts;
mod repairing;
mod robots;
mod sanitising;
mod search_agreement;
mod searching;
mod store_contract;
mod stories;
mod subscribing;
mod subscribing_to_digests;
mod suggesting;
mod support;
mod telling;
mod web;
mod wording;
