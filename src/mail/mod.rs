//! Hands mails over: to a server by SMTP, to a folder, or to the memory of a test.

mod error;
mod folder;
mod judge;
mod letter;
mod smtp;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

pub use self::{
    error::{Cause, MailError},
    letter::{Letter, MailList},
    smtp::{Login, Patience, Relay, Security, Smtp},
};

/// Where mails go.
#[derive(Debug)]
pub enum Mailer {
    Smtp(Box<Smtp>),
    /// Each mail as a file, for whoever has no mail server.
    Folder(PathBuf),
    Memory(Mailbox),
}

/// Mails that were handed over within this program. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Mailbox(Arc<Mutex<Vec<Letter>>>);

impl Mailbox {
    pub fn letters(&self) -> Vec<Letter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Mailer {
    /// Returns what the other side said when it took the letter. From then on the letter is theirs.
    pub async fn hand_over(&self, letter: &Letter) -> Result<String, MailError> {
        match self {
            Self::Smtp(smtp) => smtp.hand_over(letter).await,
            Self::Folder(folder) => folder::keep(folder, letter).await,
            Self::Memory(mailbox) => {
                mailbox.0.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
                Ok("kept in memory".to_owned())
            }
        }
    }

    /// Nothing more comes for a while: a connection that was kept is closed.
    pub async fn rest(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.rest().await;
        }
    }

    /// What mails are handed over to, in a few words.
    pub fn place(&self) -> String {
        match self {
            Self::Smtp(smtp) => smtp.server().to_owned(),
            Self::Folder(folder) => folder.display().to_string(),
            Self::Memory(_) => "memory".to_owned(),
        }
    }
}
