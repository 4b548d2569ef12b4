//! Decides what the builtin providers may use of the machine: randomness, the clock, files, waiting. The command line gives the
//! real thing; tests give one that is repeatable.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use cairn_value::{Name, Value};

/// The outputs of a state, and which state it is.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredState {
    /// Its name for ever.
    pub lineage: String,
    /// How often it was written.
    pub serial: u64,
    /// Its root outputs.
    pub outputs: BTreeMap<Name, Value>,
}

/// What the builtin providers may use of the machine. Paths are relative to the root module's folder.
#[async_trait]
pub trait Surroundings: Send + Sync {
    /// Fills the buffer with random bytes fit for secrets.
    fn random(&self, bytes: &mut [u8]);

    /// Now, in seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;

    /// The bytes of a file.
    ///
    /// # Errors
    /// Those of the file system.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Writes a file so that at every moment either the old content is there or the new one, whole. Folders that are missing
    /// are made. The modes are Unix permissions before the umask, which systems without them pass over.
    ///
    /// # Errors
    /// Those of the file system.
    fn write(&self, path: &str, content: &[u8], file_mode: u32, folder_mode: u32)
    -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// Those of the file system.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// The state that cairn keeps in a folder, as of its last commit; nothing where there is none.
    ///
    /// # Errors
    /// A sentence that says why it cannot be read.
    fn state(&self, folder: &str) -> Result<Option<StoredState>, String>;

    /// Waits.
    async fn sleep(&self, time: Duration);
}

/// Surroundings in which nothing happens: random bytes are zeros, it is 1970, there are no files, and no time passes. For
/// tests that use the builtin provider beside what they test.
pub struct Still;

#[async_trait]
impl Surroundings for Still {
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn now(&self) -> i64 {
        0
    }

    fn read(&self, _: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn write(&self, _: &str, _: &[u8], _: u32, _: u32) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn state(&self, _: &str) -> Result<Option<StoredState>, String> {
        Ok(None)
    }

    async fn sleep(&self, _: Duration) {}
}
