//! Decides what the source of a module call means: a local folder, or a package (registry, git, archive) and a folder in it.
//! Does not look whether there is such a thing.

use std::fmt;

/// Where a module is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleSource {
    /// A folder: relative to the calling module's (`./net`, `../net`), or absolute.
    Local(String),
    /// A folder of a package that must be fetched.
    Remote(RemoteModule),
}

/// A folder of a package. Prints as the source address in its normal form, without a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteModule {
    /// What is fetched.
    pub package: ModulePackage,
    /// The folder in it, without slashes at its ends; nothing where it is the package's root.
    pub subdir: Option<String>,
}

/// What can be fetched as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModulePackage {
    /// A module of a registry.
    Registry(RegistryModule),
    /// A git repository.
    Git(GitRepository),
    /// An archive file.
    Archive(ModuleArchive),
}

/// A module's address in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryModule {
    /// The registry's host, without upper case letters.
    pub host: String,
    /// Who publishes it.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The provider it is for.
    pub provider: String,
}

/// A git repository at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitRepository {
    /// What git clones: a URL of one of the schemes https, http, ssh, git, file.
    pub url: String,
    /// A branch, tag or commit; the default branch where none is named.
    pub reference: Option<String>,
    /// How many commits of the history are fetched; all where none is said.
    pub depth: Option<u32>,
}

/// An archive file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleArchive {
    /// An http or https URL, or a path: relative to the calling module's folder (`./net.zip`), or absolute.
    pub location: String,
    /// How it is packed.
    pub format: ArchiveFormat,
    /// `algorithm:digits` that the file must have, if one is stated.
    pub checksum: Option<String>,
}

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// `.zip`
    Zip,
    /// `.tar`
    Tar,
    /// `.tar.gz`, `.tgz`
    TarGz,
    /// `.tar.bz2`, `.tbz2`
    TarBz2,
    /// `.tar.xz`, `.txz`
    TarXz,
}

impl ArchiveFormat {
    const ENDINGS: [(&str, Self); 8] = [
        ("zip", Self::Zip),
        ("tar", Self::Tar),
        ("tar.gz", Self::TarGz),
        ("tgz", Self::TarGz),
        ("tar.bz2", Self::TarBz2),
        ("tbz2", Self::TarBz2),
        ("tar.xz", Self::TarXz),
        ("txz", Self::TarXz),
    ];

    /// The format that a file's name tells.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::ENDINGS
            .iter()
            .find(|(ending, _)| {
                name.strip_suffix(ending)
                    .is_some_and(|stem| stem.ends_with('.'))
            })
            .map(|(_, format)| *format)
    }

    /// The endings of names that tell this format, without the dot in front.
    pub fn endings(self) -> impl Iterator<Item = &'static str> {
        let of_this = move |(_, format): &&(&str, Self)| *format == self;
        Self::ENDINGS
            .iter()
            .filter(of_this)
            .map(|(ending, _)| *ending)
    }

    /// The format that an ending stands for: `zip`, `tar.gz`.
    fn of_ending(ending: &str) -> Option<Self> {
        let found = Self::ENDINGS.iter().find(|(e, _)| *e == ending);
        found.map(|(_, format)| *format)
    }
}

impl ModuleSource {
    /// Reads a source address.
    ///
    /// # Errors
    /// Sentences that say what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if is_local(text) {
            return match ArchiveFormat::of_name(text) {
                None => Ok(Self::Local(text.to_owned())),
                Some(format) => Ok(archive(text, format, None, None)),
            };
        }
        let (way, address) = match text.split_once("::") {
            Some((way, address)) if way.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                (Some(way), address)
            }
            _ => (None, text),
        };
        match way {
            Some("git") => git(address),
            Some("http" | "https" | "file") | None => plain(address),
            Some(other) => Err(not_served(other)),
        }
    }

    /// The package and folder, if it is none of the disk.
    pub fn remote(&self) -> Option<&RemoteModule> {
        match self {
            Self::Remote(remote) => Some(remote),
            Self::Local(_) => None,
        }
    }
}

fn is_local(source: &str) -> bool {
    source == "."
        || source == ".."
        || ["./", "../", ".\\", "..\\", "/"]
            .iter()
            .any(|p| source.starts_with(p))
}

/// An address without `git::` in front.
fn plain(address: &str) -> Result<ModuleSource, String> {
    if let Some((scheme, rest)) = address.split_once("://") {
        return match scheme {
            "http" | "https" => over_http(address),
            "file" if rest.starts_with('/') => {
                let (path, subdir, query) = split(address)?;
                let path = path.trim_start_matches("file://").to_owned();
                match format(&path, &query)? {
                    Some(f) => Ok(archive(&path, f, subdir, checksum(&query))),
                    None => Ok(ModuleSource::Local(match subdir {
                        Some(subdir) => format!("{path}/{subdir}"),
                        None => path,
                    })),
                }
            }
            "file" => {
                Err("A file:// address holds the whole path: file:///srv/modules/net.".into())
            }
            "ssh" | "git" => Err(format!("A git repository is written git::{address}.")),
            other => Err(not_served(other)),
        };
    }
    if address.starts_with("git@") {
        return git(address);
    }
    let host = address.split('/').next().unwrap_or_default();
    if host == "github.com" || host == "bitbucket.org" {
        return of_forge(host, address);
    }
    if host.ends_with("amazonaws.com") {
        return Err(not_served("s3"));
    }
    if host.ends_with("googleapis.com") {
        return Err(not_served("gcs"));
    }
    registry(address)
}

fn not_served(way: &str) -> String {
    let what = match way {
        "s3" => "from an S3 bucket, which takes AWS credentials and their signatures",
        "gcs" => "from a Google Cloud Storage bucket, which takes Google credentials",
        "hg" => "from a Mercurial repository, which takes a Mercurial client",
        "oci" => "from an OCI registry",
        _ => {
            return format!(
                "There is no way `{way}` to fetch a module. There are local folders (./net), git repositories (git::https://host/repository.git), archives (https://host/net.zip) and registry addresses (namespace/name/provider)."
            );
        }
    };
    format!(
        "Modules cannot be fetched {what}; cairn brings no client for that. Put the module into a git repository, behind an https address as an archive, or into a folder of this configuration."
    )
}

/// `github.com/owner/repository/sub/folder` and its like.
fn of_forge(host: &str, address: &str) -> Result<ModuleSource, String> {
    let (path, subdir, query) = split(address)?;
    let mut parts = path.split('/').filter(|p| !p.is_empty()).skip(1);
    let (Some(owner), Some(repository)) = (parts.next(), parts.next()) else {
        return Err(format!(
            "An address at {host} names owner and repository: {host}/owner/repository."
        ));
    };
    let repository = repository.trim_end_matches(".git");
    let more: Vec<&str> = parts.collect();
    let subdir = match (more.is_empty(), subdir) {
        (true, subdir) => subdir,
        (false, None) => Some(more.join("/")),
        (false, Some(subdir)) => Some(format!("{}/{subdir}", more.join("/"))),
    };
    repository_at(
        format!("https://{host}/{owner}/{repository}.git"),
        subdir,
        &query,
    )
}

/// What stands behind `git::`.
fn git(address: &str) -> Result<ModuleSource, String> {
    const SCHEMES: [&str; 5] = ["https", "http", "ssh", "git", "file"];
    if address.starts_with("github.com/") || address.starts_with("bitbucket.org/") {
        let host = address.split('/').next().unwrap_or_default();
        return of_forge(host, address);
    }
    let (path, subdir, query) = split(address)?;
    let url = match path.split_once("://") {
        Some((scheme, rest)) if SCHEMES.contains(&scheme) && !rest.is_empty() => path,
        Some((scheme, _)) => {
            return Err(format!(
                "A git repository is reached by https, http, ssh, git or file, not by `{scheme}`."
            ));
        }
        // user@host:path, as ssh has it.
        None => match path.split_once(':') {
            Some((host, path))
                if !host.is_empty()
                    && !host.starts_with('-')
                    && !host.contains('/')
                    && !path.is_empty()
                    && !path.starts_with(':') =>
            {
                format!("ssh://{host}/{}", path.trim_start_matches('/'))
            }
            _ if path.starts_with('/') => format!("file://{path}"),
            _ => {
                return Err(format!(
                    "`{}` is no address of a git repository. Write git::https://host/repository.git, or git@host:owner/repository.git for ssh.",
                    without_password(&path)
                ));
            }
        },
    };
    repository_at(url, subdir, &query)
}

fn repository_at(
    url: String,
    subdir: Option<String>,
    query: &[(String, String)],
) -> Result<ModuleSource, String> {
    let mut repository = GitRepository {
        url,
        reference: None,
        depth: None,
    };
    for (name, value) in query {
        match name.as_str() {
            "ref" if value.starts_with('-') || value.is_empty() => {
                return Err(format!("?ref={value} names no branch, tag or commit."));
            }
            "ref" => repository.reference = Some(value.clone()),
            "depth" => {
                let depth = value.parse().ok().filter(|d| *d > 0);
                repository.depth = Some(depth.ok_or_else(|| {
                    format!("?depth={value} is no number of commits; it must be 1 or more.")
                })?);
            }
            "sshkey" => {
                return Err("?sshkey= is not taken: the key would stand in the configuration. Give it to the ssh client, in its configuration or agent.".into());
            }
            other => {
                return Err(format!(
                    "A git address has no parameter `{other}`; there are ref and depth."
                ));
            }
        }
    }
    Ok(ModuleSource::Remote(RemoteModule {
        package: ModulePackage::Git(repository),
        subdir,
    }))
}

fn over_http(address: &str) -> Result<ModuleSource, String> {
    let (url, subdir, query) = split(address)?;
    let path = url.split_once("://").map_or("", |(_, rest)| rest);
    let Some(format) = format(path, &query)? else {
        let shown = without_password(&url);
        return Err(if path.ends_with(".git") {
            format!("A git repository is written git::{shown}.")
        } else {
            format!(
                "{shown} does not say how it is packed. The name of an archive ends in .zip, .tar.gz, .tar.bz2 or .tar.xz, or ?archive=zip says so; a git repository is written git::{shown}."
            )
        });
    };
    let own = |n: &str| matches!(n, "archive" | "checksum");
    let rest: Vec<String> = query
        .iter()
        .filter(|(n, _)| !own(n))
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let url = if rest.is_empty() {
        url
    } else {
        format!("{url}?{}", rest.join("&"))
    };
    Ok(archive(&url, format, subdir, checksum(&query)))
}

fn archive(
    location: &str,
    format: ArchiveFormat,
    subdir: Option<String>,
    checksum: Option<String>,
) -> ModuleSource {
    ModuleSource::Remote(RemoteModule {
        package: ModulePackage::Archive(ModuleArchive {
            location: location.to_owned(),
            format,
            checksum,
        }),
        subdir,
    })
}

/// How a file is packed: by `?archive=`, else by its name.
fn format(path: &str, query: &[(String, String)]) -> Result<Option<ArchiveFormat>, String> {
    match query.iter().find(|(n, _)| n == "archive") {
        None => Ok(ArchiveFormat::of_name(path)),
        Some((_, ending)) => ArchiveFormat::of_ending(ending).map(Some).ok_or_else(|| {
            format!("?archive={ending} is no known packing; there are zip, tar, tar.gz, tar.bz2 and tar.xz.")
        }),
    }
}

fn checksum(query: &[(String, String)]) -> Option<String> {
    let found = query.iter().find(|(n, _)| n == "checksum");
    found.map(|(_, v)| v.clone())
}

fn registry(address: &str) -> Result<ModuleSource, String> {
    let unknown = || {
        format!(
            "`{}` is no address of a module. A local folder begins with ./ or ../; other modules are named by namespace/name/provider (a registry), git::https://host/repository.git or https://host/net.zip.",
            without_password(address)
        )
    };
    let (path, subdir, query) = split(address)?;
    if !query.is_empty() {
        return Err(unknown());
    }
    let parts: Vec<&str> = path.split('/').collect();
    let (host, [namespace, name, provider]) = match parts[..] {
        [a, b, c] => (RegistryModule::DEFAULT_HOST, [a, b, c]),
        [host, a, b, c] if host.contains(['.', ':']) || host == "localhost" => (host, [a, b, c]),
        _ => return Err(unknown()),
    };
    let word = |w: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let edge = |c: char| c.is_ascii_alphanumeric();
        w.len() <= 64 && w.chars().all(fits) && w.starts_with(edge) && w.ends_with(edge)
    };
    let lower = |w: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !w.is_empty() && w.len() <= 64 && w.chars().all(fits)
    };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if !(word(namespace) && word(name) && lower(provider) && host.chars().all(named)) {
        return Err(unknown());
    }
    Ok(ModuleSource::Remote(RemoteModule {
        package: ModulePackage::Registry(RegistryModule {
            host: host.to_ascii_lowercase(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            provider: provider.to_owned(),
        }),
        subdir,
    }))
}

type Parts = (String, Option<String>, Vec<(String, String)>);

/// Package, folder in it and parameters of `package//folder?name=value`.
fn split(address: &str) -> Result<Parts, String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let scheme = path.find("://").map_or(0, |i| i + 3);
    // file:// is followed by a third slash.
    let from = scheme + usize::from(path[scheme..].starts_with('/'));
    let (package, subdir) = match path[from..].find("//") {
        Some(i) => (
            &path[..from + i],
            Some(path[from + i + 2..].trim_matches('/')),
        ),
        None => (path, None),
    };
    let subdir = subdir.filter(|s| !s.is_empty() && *s != ".");
    if let Some(subdir) = subdir
        && subdir.split(['/', '\\']).any(|part| part == "..")
    {
        return Err(format!(
            "The folder {subdir} behind // leads out of the package with .., which nothing may do."
        ));
    }
    let subdir = subdir.map(|s| {
        let parts: Vec<&str> = s
            .split('/')
            .filter(|p| !p.is_empty() && *p != ".")
            .collect();
        parts.join("/")
    });
    let query = query
        .split('&')
        .filter(|q| !q.is_empty())
        .map(|q| {
            let (name, value) = q.split_once('=').unwrap_or((q, ""));
            (name.to_owned(), decoded(value))
        })
        .collect();
    Ok((package.trim_end_matches('/').to_owned(), subdir, query))
}

/// `%2F` and its like as what they stand for.
fn decoded(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = value
            .get(i + 1..i + 3)
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[i], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                i += 3;
            }
            (byte, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| value.to_owned())
}

/// A URL that may be shown: the password, if there is one, taken out, and what stands behind a question mark too.
pub(crate) fn without_password(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let host_end = rest.find('/').unwrap_or(rest.len());
    match rest[..host_end].rfind('@') {
        Some(at) => {
            let user = rest[..at].split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{}", &rest[at + 1..])
        }
        None => url.to_owned(),
    }
}

impl RegistryModule {
    /// The host that an address without one means.
    pub const DEFAULT_HOST: &'static str = "registry.terraform.io";
}

impl fmt::Display for RegistryModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            host,
            namespace,
            name,
            provider,
        } = self;
        write!(f, "{host}/{namespace}/{name}/{provider}")
    }
}

impl fmt::Display for ModulePackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, None, f)
    }
}

impl fmt::Display for RemoteModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(&self.package, self.subdir.as_deref(), f)
    }
}

fn write(package: &ModulePackage, subdir: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let folder = |f: &mut fmt::Formatter<'_>| match subdir {
        Some(subdir) => write!(f, "//{subdir}"),
        None => Ok(()),
    };
    match package {
        ModulePackage::Registry(registry) => {
            write!(f, "{registry}")?;
            folder(f)
        }
        ModulePackage::Git(git) => {
            write!(f, "git::{}", without_password(&git.url))?;
            folder(f)?;
            let mut sign = '?';
            if let Some(reference) = &git.reference {
                write!(f, "?ref={reference}")?;
                sign = '&';
            }
            git.depth.map_or(Ok(()), |d| write!(f, "{sign}depth={d}"))
        }
        ModulePackage::Archive(archive) => {
            let location = &archive.location;
            if location.starts_with('/') {
                f.write_str("file://")?;
            }
            f.write_str(&without_password(location))?;
            folder(f)?;
            match location.split_once('?') {
                // What it says may be a key, such as that of a signed address.
                Some(_) => f.write_str("?…"),
                None => Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match ModuleSource::parse(text) {
            Ok(ModuleSource::Local(path)) => format!("local {path}"),
            Ok(ModuleSource::Remote(remote)) => remote.to_string(),
            Err(e) => format!("error {e}"),
        }
    }

    #[test]
    fn addresses_are_read_as_terraform_reads_them() {
        for (text, expected) in [
            ("./net", "local ./net"),
            ("..", "local .."),
            ("/srv/net", "local /srv/net"),
            ("./net.zip", "./net.zip"),
            ("/srv/net.tar.gz", "file:///srv/net.tar.gz"),
            ("file:///srv/net.tgz//sub", "file:///srv/net.tgz//sub"),
            ("file:///srv/net//sub", "local /srv/net/sub"),
            ("a/b/c", "registry.terraform.io/a/b/c"),
            ("a/b/c//x/./y/", "registry.terraform.io/a/b/c//x/y"),
            ("Registry.Example.com/a/b/c", "registry.example.com/a/b/c"),
            ("localhost:8080/a/b/c", "localhost:8080/a/b/c"),
            ("github.com/o/r", "git::https://github.com/o/r.git"),
            (
                "github.com/o/r.git//s?ref=v1",
                "git::https://github.com/o/r.git//s?ref=v1",
            ),
            ("github.com/o/r/s/t", "git::https://github.com/o/r.git//s/t"),
            (
                "bitbucket.org/o/r?ref=a%2Fb",
                "git::https://bitbucket.org/o/r.git?ref=a/b",
            ),
            (
                "git@github.com:o/r.git",
                "git::ssh://git@github.com/o/r.git",
            ),
            (
                "git::user@h:o/r.git//s?ref=x&depth=1",
                "git::ssh://user@h/o/r.git//s?ref=x&depth=1",
            ),
            ("git::ssh://git@h:22/o/r.git", "git::ssh://git@h:22/o/r.git"),
            ("git::file:///srv/r.git//s", "git::file:///srv/r.git//s"),
            (
                "git::https://u:secret@h/r.git?depth=2",
                "git::https://u@h/r.git?depth=2",
            ),
            ("https://h/net.zip//s?x=key", "https://h/net.zip//s?…"),
            ("https://h/net?archive=tar.gz", "https://h/net"),
            ("https::https://h/net.tar.xz", "https://h/net.tar.xz"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn parameters_are_taken_apart() {
        let archive = |text: &str| match ModuleSource::parse(text).unwrap() {
            ModuleSource::Remote(RemoteModule {
                package: ModulePackage::Archive(archive),
                ..
            }) => archive,
            other => panic!("{other:?}"),
        };
        let a = archive("https://h/x?archive=tar.bz2&checksum=sha256:00&k=v");
        assert_eq!(a.location, "https://h/x?k=v");
        assert_eq!(a.format, ArchiveFormat::TarBz2);
        assert_eq!(a.checksum.as_deref(), Some("sha256:00"));
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_way_out() {
        for (text, part) in [
            ("net", "begins with ./"),
            ("a/b", "begins with ./"),
            ("a.b/c/d", "begins with ./"),
            ("a/b/C", "begins with ./"),
            ("nohost/a/b/c", "begins with ./"),
            ("s3::https://s3.amazonaws.com/b/x.zip", "S3 bucket"),
            ("gcs::https://www.googleapis.com/x", "Google"),
            ("hg::http://h/r", "Mercurial"),
            ("what::x", "no way `what`"),
            ("ftp://h/x.zip", "no way `ftp`"),
            ("https://h/r.git", "git::https://h/r.git"),
            ("https://u:secret@h/x", "https://u@h/x does not say"),
            ("git::https://h/r//../x", "leads out"),
            ("a/b/c//x/../../y", "leads out"),
            ("git::https://h/r?ref=-x", "no branch"),
            ("git::https://h/r?depth=0", "1 or more"),
            ("git::https://h/r?sshkey=abc", "ssh client"),
            ("git::https://h/r?branch=a", "ref and depth"),
            ("git::ext::sh", "no address of a git repository"),
            ("git::rsync://h/r", "not by `rsync`"),
            ("ssh://h/r", "git::ssh://h/r"),
            ("github.com/o", "owner and repository"),
            ("https://h/x?archive=rar", "no known packing"),
            ("file://x", "whole path"),
        ] {
            let said = shown(text);
            assert!(
                said.starts_with("error ") && said.contains(part),
                "{text}: {said}"
            );
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
