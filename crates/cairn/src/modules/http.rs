//! Decides how an archive is fetched over http and https, and whether it is the one that was meant.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::time::Duration;

use sha2::{Digest, Sha256, Sha512};

/// More than this is taken for something else than a module.
const MAX_BYTES: u64 = 1 << 30;

/// Fetches a file into an unnamed one. Redirections are followed.
///
/// # Errors
/// A sentence that says why it cannot be had, without the address.
pub(super) fn fetch(url: &str) -> Result<File, String> {
    let runtime = tokio::runtime::Handle::try_current()
        .map_err(|e| format!("Nothing can be fetched without a runtime: {e}."))?;
    tokio::task::block_in_place(|| runtime.block_on(download(url)))
}

async fn download(url: &str) -> Result<File, String> {
    // An error means that a provider was installed before, which serves as well.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(60))
        .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| chain(&e))?;
    let failed = |e: reqwest::Error| chain(&e.without_url());
    let mut response = client.get(url).send().await.map_err(failed)?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("The server answers with the status {status}."));
    }
    let mut file = tempfile::tempfile().map_err(|e| unwritable(&e))?;
    let mut size = 0;
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        size += chunk.len() as u64;
        if size > MAX_BYTES {
            return Err(format!(
                "It is larger than {} MB, which no module is.",
                MAX_BYTES >> 20
            ));
        }
        file.write_all(&chunk).map_err(|e| unwritable(&e))?;
    }
    file.rewind().map_err(|e| unwritable(&e))?;
    Ok(file)
}

fn unwritable(error: &io::Error) -> String {
    format!("What is fetched cannot be written: {error}.")
}

/// An error with its causes, as a sentence.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(e) = cause {
        let more = e.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = e.source();
    }
    text.push('.');
    text
}

/// Checks a file against `sha256:DIGITS` or `sha512:DIGITS`, and leaves it at its beginning.
///
/// # Errors
/// A sentence that says what it has instead.
pub(super) fn check(file: &mut File, checksum: &str) -> Result<(), String> {
    let (algorithm, wanted) = checksum.split_once(':').unwrap_or(("", checksum));
    let found = match algorithm {
        "sha256" => digest::<Sha256>(file),
        "sha512" => digest::<Sha512>(file),
        _ => {
            return Err(format!(
                "?checksum={checksum} is no checksum that can be checked; write sha256:DIGITS or sha512:DIGITS."
            ));
        }
    };
    let found = found.map_err(|e| format!("What was fetched cannot be read: {e}."))?;
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(format!(
        "Its checksum is {algorithm}:{found}, and ?checksum= in the source says {wanted}. It is not what was meant, and nothing of it is used."
    ))
}

fn digest<D: Digest>(file: &mut File) -> io::Result<String> {
    let mut hasher = D::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hasher.update(&buffer[..n]);
    }
    file.rewind()?;
    Ok(hasher
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect())
}
