//! What the program says about its work, on standard error: text for people, JSON for collectors.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::config::{LogFormat, Settings};

/// Starts logging. A second start in one process changes nothing.
pub(super) fn begin(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log.filter)
        .unwrap_or_else(|_| EnvFilter::new("warn,tantivy=error,peerscope=info"));
    let registry = tracing_subscriber::registry().with(filter);
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    // An error means that logging was begun before, which is as good.
    let _ = match settings.log.format {
        LogFormat::Text => registry.with(lines.with_target(false)).try_init(),
        LogFormat::Json => registry.with(lines.json()).try_init(),
    };
}
