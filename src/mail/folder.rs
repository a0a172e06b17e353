//! Mails as files, which every mail program opens.

use std::{io, path::Path};

use tokio::{fs, io::AsyncWriteExt as _};

use super::{Letter, MailError};

/// Whole or not at all, under a name by its `Message-ID`, so that a repeat takes the place of the first.
pub(super) async fn keep(folder: &Path, letter: &Letter) -> Result<String, MailError> {
    let bytes = letter.bytes().map_err(|error| MailError::Refused {
        server: folder.display().to_string(),
        to: letter.to.clone(),
        answer: error.to_string(),
        unknown_address: false,
    })?;
    let path = folder.join(format!("{}.eml", file_name(&letter.message_id)));
    let written = write(folder, &path, &bytes).await;
    written.map_err(|source| MailError::Folder { path: path.clone(), source })?;
    Ok(format!("kept as {}", path.display()))
}

async fn write(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder).await?;
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    fs::rename(&beside, path).await
}

fn file_name(message_id: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '@');
    let name: String = message_id.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
    name.trim_start_matches('.').chars().take(200).collect()
}
