//! Decides how a git repository is fetched: by the git that is installed, which knows the user's credentials and proxies.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use cairn_lang::{GitRepository, ModulePackage};

use crate::settings::Settings;

/// What names the repository that git is working in; that of whoever called cairn is none of a module's business.
const INHERITED: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
];

/// Checks a repository out into a folder that is not there yet.
///
/// # Errors
/// Sentences that say what git says, and the way out.
pub(super) fn fetch(
    repository: &GitRepository,
    into: &Path,
    settings: &Settings,
) -> Result<(), String> {
    let git = Git {
        repository,
        settings,
    };
    let shown = ModulePackage::Git(repository.clone());
    let failed = |said: String| format!("git cannot fetch {shown}: {said}");
    match repository.depth {
        None => {
            git.run(
                None,
                &[
                    OsStr::new("clone"),
                    "--".as_ref(),
                    repository.url.as_ref(),
                    into.as_os_str(),
                ],
            )
            .map_err(failed)?;
            if let Some(reference) = &repository.reference {
                git.run(Some(into), &["checkout", "--quiet", reference, "--"])
                    .map_err(|said| no_reference(reference, &said))?;
            }
        }
        Some(depth) => {
            // A clone of some depth takes branches and tags only; fetching takes commits as well, where the server lets it.
            let wanted = repository.reference.as_deref().unwrap_or("HEAD");
            git.run(
                None,
                &[
                    OsStr::new("init"),
                    "--quiet".as_ref(),
                    "--".as_ref(),
                    into.as_os_str(),
                ],
            )
            .map_err(failed)?;
            git.run(
                Some(into),
                &["remote", "add", "--", "origin", &repository.url],
            )
            .map_err(failed)?;
            let depth = format!("--depth={depth}");
            git.run(Some(into), &["fetch", "--quiet", &depth, "origin", wanted])
                .map_err(|said| match &repository.reference {
                    Some(reference) => no_reference(reference, &said),
                    None => failed(said),
                })?;
            git.run(Some(into), &["checkout", "--quiet", "FETCH_HEAD"])
                .map_err(failed)?;
        }
    }
    if into.join(".gitmodules").exists() {
        git.run(
            Some(into),
            &["submodule", "--quiet", "update", "--init", "--recursive"],
        )
        .map_err(failed)?;
    }
    Ok(())
}

fn no_reference(reference: &str, said: &str) -> String {
    format!(
        "The repository has no branch, tag or commit `{reference}` that git could check out: {said} Correct ?ref= in the source."
    )
}

struct Git<'r> {
    repository: &'r GitRepository,
    settings: &'r Settings,
}

impl Git<'_> {
    fn run(&self, folder: Option<&Path>, args: &[impl AsRef<OsStr>]) -> Result<(), String> {
        let mut command = Command::new("git");
        if let Some(folder) = folder {
            command.arg("-C").arg(folder);
        }
        command
            .args(args)
            .stdin(Stdio::null())
            .env("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh")
            .env("LC_ALL", "C");
        for name in INHERITED {
            command.env_remove(name);
        }
        if !(self.settings.asks && self.settings.at_keyboard) {
            // Nobody could answer.
            command.env("GIT_TERMINAL_PROMPT", "0");
        }
        let output = command.output().map_err(|e| match e.kind() {
            ErrorKind::NotFound => {
                "git is not installed. Install it, or put a copy of the module into a folder of this configuration.".to_owned()
            }
            _ => format!("git cannot be started: {e}."),
        })?;
        if output.status.success() {
            return Ok(());
        }
        Err(self.shown(&String::from_utf8_lossy(&output.stderr)))
    }

    /// What git said, as one line and without the password of the address.
    fn shown(&self, said: &str) -> String {
        let lines = said.lines().map(str::trim).filter(|l| !l.is_empty());
        let mut text = lines.collect::<Vec<_>>().join(" ");
        if let Some(password) = password(&self.repository.url) {
            text = text.replace(password, "***");
        }
        if !text.ends_with(['.', '?', '!']) {
            text.push('.');
        }
        text
    }
}

fn password(url: &str) -> Option<&str> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    let (_, password) = authority.rsplit_once('@')?.0.split_once(':')?;
    Some(password).filter(|p| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn passwords_are_found() {
        assert_eq!(password("https://u:s3:cret@h:80/r.git"), Some("s3:cret"));
        for without in [
            "https://h:80/r",
            "ssh://git@h/r",
            "https://u:@h/r",
            "file:///a:b@c",
        ] {
            assert_eq!(password(without), None, "{without}");
        }
    }
}
