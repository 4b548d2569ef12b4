//! Decides the command lines of the ssh client: who logs in where, by which key, through which host, and whom to trust.
//!
//! The user's own configuration of ssh has no part in it, as it has none in Terraform: what counts is in the `connection`
//! block. Keys are handed over in files that only this user can read and that are gone with the [`Files`].

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use cairn_plan::{SshConnection, SshHost};
use tokio::process::Command;

use super::quoted;

/// Keys and known hosts on disk, for as long as a connection is used.
pub(super) struct Files {
    dir: tempfile::TempDir,
    target: Vec<String>,
}

impl Files {
    /// Writes what the client needs.
    pub(super) fn new(connection: &SshConnection) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("cairn-ssh-").tempdir()?;
        let mut target = options(&connection.target, connection, dir.path(), "target")?;
        if let Some(bastion) = &connection.bastion {
            let mut words = vec!["ssh".to_owned()];
            words.extend(options(bastion, connection, dir.path(), "bastion")?);
            let words: Vec<String> = words
                .iter()
                // A percent sign begins a placeholder in this option.
                .map(|w| quoted(w).replace('%', "%%"))
                .collect();
            let through = format!(
                "ProxyCommand={} -W '[%h]:%p' -- {}",
                words.join(" "),
                quoted(&bastion.host).replace('%', "%%")
            );
            target.extend(["-o".to_owned(), through]);
        }
        Ok(Self { dir, target })
    }

    /// Something that differs each time.
    pub(super) fn unique(&self) -> String {
        let name = self.dir.path().file_name().unwrap_or_default();
        name.to_string_lossy().replace("cairn-ssh-", "")
    }

    /// The client, about to run a command of a Unix shell on the machine; `seconds` is how long one attempt may take.
    pub(super) fn ssh(&self, connection: &SshConnection, seconds: u64, remote: &str) -> Command {
        let mut command = program("ssh", connection);
        command
            .args(&self.target)
            .args(["-o", &format!("ConnectTimeout={seconds}")])
            .args(["--", &connection.target.host, remote]);
        command
    }

    /// The copying client, about to put folders and files into a folder of the machine.
    pub(super) fn scp(
        &self,
        connection: &SshConnection,
        sources: &[PathBuf],
        destination: &str,
    ) -> Command {
        let host = &connection.target.host;
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.clone()
        };
        let mut command = program("scp", connection);
        command
            .args(["-q", "-r"])
            .args(&self.target)
            .arg("--")
            .args(sources.iter().map(|s| plain(s)))
            .arg(format!("{host}:{destination}"));
        command
    }
}

/// A path that scp does not take for another machine's.
fn plain(path: &Path) -> PathBuf {
    if path.is_absolute() {
        path.to_owned()
    } else {
        Path::new(".").join(path)
    }
}

fn program(name: &str, connection: &SshConnection) -> Command {
    match &connection.password {
        None => Command::new(name),
        Some(password) => {
            let mut command = Command::new("sshpass");
            // The environment of a process is its user's to read; its arguments are everybody's.
            command.args(["-e", name]).env("SSHPASS", password);
            command
        }
    }
}

fn options(
    host: &SshHost,
    connection: &SshConnection,
    dir: &Path,
    role: &str,
) -> io::Result<Vec<String>> {
    let mut words = vec!["-F".to_owned(), "none".to_owned()];
    let mut set = |option: &str, value: &str| {
        words.extend(["-o".to_owned(), format!("{option}={value}")]);
    };
    let file = |name: &str, text: &str| -> io::Result<String> {
        let path = dir.join(format!("{role}-{name}"));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        file.write_all(text.trim_end().as_bytes())?;
        file.write_all(b"\n")?;
        Ok(path.display().to_string())
    };
    let by_password = role == "target" && connection.password.is_some();
    if by_password {
        set("NumberOfPasswordPrompts", "1");
    } else {
        set("BatchMode", "yes");
    }
    set("LogLevel", "ERROR");
    set("ServerAliveInterval", "30");
    set("Port", &host.port.to_string());
    set("User", &host.user);
    match &host.private_key {
        Some(key) => set("IdentityFile", &file("key", key)?),
        None => set("IdentityFile", "none"),
    }
    if let Some(certificate) = &host.certificate {
        set("CertificateFile", &file("key-cert.pub", certificate)?);
    }
    if !connection.agent {
        set("IdentityAgent", "none");
        set("IdentitiesOnly", "yes");
    }
    set("GlobalKnownHostsFile", "/dev/null");
    if let Some(key) = &host.host_key {
        let name = &host.host;
        let known = format!("{name} {key}\n[{name}]:{} {key}", host.port);
        set("UserKnownHostsFile", &file("known-hosts", &known)?);
        set("StrictHostKeyChecking", "yes");
    } else {
        set("UserKnownHostsFile", "/dev/null");
        set("StrictHostKeyChecking", "no");
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    fn host(name: &str) -> SshHost {
        SshHost {
            host: name.to_owned(),
            port: 2222,
            user: "ecs-user".to_owned(),
            private_key: Some("KEY\n".to_owned()),
            certificate: None,
            host_key: None,
        }
    }

    fn connection() -> SshConnection {
        SshConnection {
            target: host("10.0.0.1"),
            password: None,
            agent: true,
            bastion: None,
            timeout: Duration::from_secs(1),
            script_path: None,
        }
    }

    fn words(command: &Command) -> Vec<String> {
        let command = command.as_std();
        std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|w| w.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_key_is_handed_over_in_a_file_of_this_user() {
        let c = connection();
        let files = Files::new(&c).expect("files");
        let words = words(&files.ssh(&c, 7, "true"));
        assert_eq!(words[0], "ssh");
        assert!(words.iter().all(|w| !w.contains("KEY")), "{words:?}");
        let key = words
            .iter()
            .find_map(|w| w.strip_prefix("IdentityFile="))
            .expect("a key");
        assert_eq!(fs::read_to_string(key).expect("readable"), "KEY\n");
        let mode = fs::metadata(key).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        for wanted in [
            "User=ecs-user",
            "Port=2222",
            "ConnectTimeout=7",
            "BatchMode=yes",
            "StrictHostKeyChecking=no",
        ] {
            assert!(words.iter().any(|w| w == wanted), "{wanted}: {words:?}");
        }
        assert_eq!(words[words.len() - 3..], ["--", "10.0.0.1", "true"]);
        let key = key.to_owned();
        drop(files);
        assert!(!Path::new(&key).exists());
    }

    #[test]
    fn a_host_key_is_insisted_on_and_no_agent_is_asked_where_none_is_wanted() {
        let mut c = connection();
        c.agent = false;
        c.target.private_key = None;
        c.target.host_key = Some("ssh-ed25519 AAAA".to_owned());
        let files = Files::new(&c).expect("files");
        let words = words(&files.ssh(&c, 7, "true"));
        for wanted in [
            "StrictHostKeyChecking=yes",
            "IdentityAgent=none",
            "IdentityFile=none",
        ] {
            assert!(words.iter().any(|w| w == wanted), "{wanted}: {words:?}");
        }
        let known =
            fs::read_to_string(files.dir.path().join("target-known-hosts")).expect("readable");
        assert_eq!(
            known,
            "10.0.0.1 ssh-ed25519 AAAA\n[10.0.0.1]:2222 ssh-ed25519 AAAA\n"
        );
    }

    #[test]
    fn a_password_is_in_no_command_line() {
        let mut c = connection();
        c.password = Some("hunter2".to_owned());
        let files = Files::new(&c).expect("files");
        let command = files.ssh(&c, 7, "true");
        let words = words(&command);
        assert_eq!(words[..3], ["sshpass", "-e", "ssh"]);
        assert!(words.iter().all(|w| !w.contains("hunter2")));
        assert!(!words.iter().any(|w| w == "BatchMode=yes"));
    }

    #[test]
    fn a_bastion_is_gone_through() {
        let mut c = connection();
        c.bastion = Some(host("gate's"));
        let files = Files::new(&c).expect("files");
        let words = words(&files.scp(&c, &[PathBuf::from("a:b")], "/srv"));
        let proxy = words
            .iter()
            .find_map(|w| w.strip_prefix("ProxyCommand="))
            .expect("a way");
        assert!(proxy.starts_with("'ssh' '-F' 'none' "), "{proxy}");
        assert!(proxy.ends_with(r"-W '[%h]:%p' -- 'gate'\''s'"), "{proxy}");
        assert_eq!(words[words.len() - 2..], ["./a:b", "10.0.0.1:/srv"]);
    }
}
