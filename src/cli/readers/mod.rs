//! `peerscope readers`: who has a login here, and what programs come in their names.

mod change;
mod list;
mod password;
mod tokens;

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::{Ending, output::Output, start::Start};
use crate::{
    domain::{Reader, ReaderName},
    store::Store,
};

#[derive(Debug, Subcommand)]
pub(super) enum Readers {
    /// List who has a login
    List(list::List),
    /// Give somebody a login; the first one takes over the list and journal of this installation
    Add(change::Add),
    /// Give a reader another name or role
    Change(change::Change),
    /// Give a reader another password, and log them out everywhere
    Password(change::NewPassword),
    /// Delete a reader with list and journal, after saying what that is
    Remove(change::Remove),
    /// List, make and revoke the tokens by which programs come in a reader's name
    Tokens(tokens::Tokens),
}

impl Readers {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        match self {
            Self::List(it) => it.run(start, output).await,
            Self::Add(it) => it.run(start, output).await,
            Self::Change(it) => it.run(start, output).await,
            Self::Password(it) => it.run(start, output).await,
            Self::Remove(it) => it.run(start, output).await,
            Self::Tokens(it) => it.run(start, output).await,
        }
    }
}

fn name(written: &str) -> anyhow::Result<ReaderName> {
    Ok(written.parse::<ReaderName>()?)
}

/// Whoever is called so.
pub(super) async fn called(store: &Store, written: &str) -> anyhow::Result<Reader> {
    let name = name(written)?;
    let found = store.reader_called(&name).await.context("could not read the library")?;
    match found {
        Some(who) => Ok(who.reader),
        None => bail!("no reader is called `{name}`; `peerscope readers list` shows who there is"),
    }
}
