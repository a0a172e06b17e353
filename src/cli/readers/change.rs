//! `peerscope readers add`, `change`, `password` and `remove`.

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::{called, name, password};
use crate::{
    access::{self, Passwords},
    cli::{
        Ending,
        meant::is_meant,
        output::{Output, count},
        start::Start,
    },
    domain::{Auth, ReaderRole, display_name},
    store::KeptByReader,
};

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    /// What they log in with, or what the proxy calls them
    name: String,
    /// They also run the installation; the first one must
    #[arg(long)]
    admin: bool,
    /// What others see of them
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// File with the password, or `-`; asked for unless it is named
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
}

impl Add {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let (name, store) = (name(&self.name)?, start.store().await?);
        let display = display_name(self.display_name.as_deref().unwrap_or_default(), &name)?;
        let role = if self.admin { ReaderRole::Admin } else { ReaderRole::Reader };
        if role != ReaderRole::Admin && store.count_readers().await? == 0 {
            // Before a password is typed for nothing.
            bail!(access::AccessError::FirstIsAdmin);
        }
        // Whoever comes by a proxy has none.
        let is_asked = !matches!(start.settings.auth, Auth::Proxy { .. });
        let password = match &self.password_file {
            None if !is_asked => None,
            file => Some(password::wanted(&name, file.as_deref())?),
        };
        let (passwords, now) = (Passwords::default(), start.clock.now());
        let reader =
            access::add_reader(&store, &passwords, (&name, display, role), password, now).await?;
        output.line(&format!("{name} is {} here from now on", reader.role.as_str()));
        if start.settings.auth == Auth::None {
            output.note("nobody has to log in yet: `peerscope serve` asks for it with PEERSCOPE_AUTH=password");
        }
        Ok(Ending::Well)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    Reader,
    Admin,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Change {
    name: String,
    #[arg(long)]
    role: Option<Role>,
    /// What others see of them
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
}

impl Change {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let reader = called(&store, &self.name).await?;
        if let Some(written) = &self.display_name {
            let display = display_name(written, &reader.name)?;
            store.set_display_name(reader.id, &display).await?;
        }
        let role = self.role.map(|it| match it {
            Role::Reader => ReaderRole::Reader,
            Role::Admin => ReaderRole::Admin,
        });
        if let Some(role) = role
            && !store.set_role(reader.id, role).await?
        {
            bail!("{} is the only admin: make another one first", reader.name);
        }
        let reader = called(&store, &self.name).await?;
        output.line(&format!("{} is {} here", reader.name, reader.role.as_str()));
        Ok(Ending::Well)
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct NewPassword {
    name: String,
    /// File with the password, or `-`; asked for unless it is named
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
}

impl NewPassword {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let reader = called(&store, &self.name).await?;
        let password = password::wanted(&reader.name, self.password_file.as_deref())?;
        access::reset_password(&store, &Passwords::default(), reader.id, password).await?;
        output.line(&format!("{} has another password, and is logged out everywhere", reader.name));
        Ok(Ending::Well)
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Remove {
    name: String,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl Remove {
    pub(super) async fn run(&self, start: &Start, output: &Output) -> anyhow::Result<Ending> {
        let store = start.store().await?;
        let reader = called(&store, &self.name).await?;
        output.line(&format!("{}: {}", reader.name, in_words(&store.kept_by(reader.id).await?)));
        if !is_meant(self.yes, output) {
            return Ok(Ending::Failed);
        }
        if !store.remove_reader(reader.id).await? {
            bail!("{} is the only admin: make another one first", reader.name);
        }
        output.line("removed");
        Ok(Ending::Well)
    }
}

fn in_words(kept: &KeptByReader) -> String {
    let told = |number: u32, one, many| count(u64::from(number), one, many);
    [
        told(kept.readings, "story on the list", "stories on the list"),
        told(kept.notes, "note", "notes"),
        told(kept.highlights, "highlight", "highlights"),
        told(kept.searches, "search", "searches"),
        told(kept.corrections, "correction", "corrections"),
        told(kept.recommendations, "recommendation", "recommendations"),
    ]
    .join(", ")
}
