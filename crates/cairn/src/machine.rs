//! Decides how the builtin providers reach this machine: its randomness, its clock, its files, and the states that cairn keeps
//! on it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use cairn_provider_builtin::{StoredState, Surroundings};
use cairn_state::read_snapshot;

use crate::clock;

/// The machine that cairn runs on.
pub(crate) struct Machine;

#[async_trait]
impl Surroundings for Machine {
    fn random(&self, bytes: &mut [u8]) {
        clock::fill(bytes);
    }

    fn now(&self) -> i64 {
        clock::unix()
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn write(
        &self,
        path: &str,
        content: &[u8],
        file_mode: u32,
        folder_mode: u32,
    ) -> io::Result<()> {
        // A link stays a link: what it leads to is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        make_folder(folder, folder_mode)?;
        let Some(name) = path.file_name() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut temporary = OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}", clock::uuid()));
        let temporary = folder.join(temporary);
        let written = write_new(&temporary, content, file_mode)
            .and_then(|()| fs::rename(&temporary, &path))
            .and_then(|()| sync_folder(folder));
        if written.is_err() {
            // It is either renamed or of no use.
            drop(fs::remove_file(&temporary));
        }
        written
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn state(&self, folder: &str) -> Result<Option<StoredState>, String> {
        let folder = Path::new(folder);
        if !folder.is_dir() {
            return Ok(None);
        }
        let Some(found) = read_snapshot(folder).map_err(|e| e.to_string())? else {
            return Ok(None);
        };
        Ok(Some(StoredState {
            lineage: found.state.lineage.to_string(),
            serial: found.state.serial.0,
            outputs: found
                .state
                .outputs
                .into_iter()
                .map(|(n, output)| (n, output.value.into_value()))
                .collect(),
        }))
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

fn make_folder(folder: &Path, mode: u32) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
    #[cfg(not(unix))]
    let _ = mode;
    builder.create(folder)
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// The new name is as durable as the content.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_with_its_folders_and_mode() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/f");
        let text = path.to_str().unwrap();
        Machine.write(text, b"one", 0o640, 0o750).unwrap();
        Machine.write(text, b"two", 0o600, 0o750).unwrap();
        assert_eq!(Machine.read(text).unwrap(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let there: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(there.len(), 1, "nothing temporary is left: {there:?}");
        Machine.remove(text).unwrap();
        assert!(Machine.read(text).is_err());
    }

    #[test]
    fn a_write_that_fails_leaves_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("d");
        fs::create_dir(&folder).unwrap();
        assert!(
            Machine
                .write(folder.to_str().unwrap(), b"x", 0o600, 0o700)
                .is_err()
        );
        assert!(folder.is_dir());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        Machine
            .write(link.to_str().unwrap(), b"new", 0o600, 0o700)
            .unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
    }

    #[test]
    fn a_folder_without_a_state_has_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Machine.state(dir.path().to_str().unwrap()), Ok(None));
        assert_eq!(Machine.state("/no/such/folder"), Ok(None));
    }
}
