//! Asks before something is gone for good.

use std::io::{self, BufRead, IsTerminal};

use super::output::Output;

/// Whether whoever sits there means it. Where nobody does, only `--yes` counts.
pub(super) fn is_meant(yes: bool, output: &Output) -> bool {
    if yes {
        return true;
    }
    if !io::stdin().is_terminal() {
        output.note("nothing was deleted; --yes does it");
        return false;
    }
    output.note("Delete this for good? [y/N]");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer).is_ok();
    let is_meant = read && matches!(answer.trim(), "y" | "Y" | "yes");
    if !is_meant {
        output.note("nothing was deleted");
    }
    is_meant
}
