//! Decides how a module gets to its place: fetched into a folder beside it, looked at, and renamed when it is whole.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use cairn_diag::Diagnostic;
use cairn_lang::{
    ArchiveFormat, LocateProblem, LocatedModule, ModuleArchive, ModuleLocator, ModulePackage,
    ModuleRequest, ModuleSource, SourceReader,
};

use super::registry::Found;
use super::{Entry, Installed, Manifest, archive, copy, git, http, key, modules_dir, registry};
use crate::settings::Settings;

/// What `init` and `get` say about installing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct InstallOptions<'o> {
    /// Fetches what is installed already, and chooses versions anew.
    pub(crate) upgrade: bool,
    /// The mirror folder, if one is given by a flag.
    pub(crate) mirror: Option<&'o str>,
}

/// Installs modules while a configuration is loaded.
pub(crate) struct Installer<'s> {
    settings: &'s Settings,
    options: InstallOptions<'s>,
    installed: Installed<'s>,
    modules_dir: PathBuf,
    mirror: Option<PathBuf>,
    /// Where packages have been put in this run, by what they are: nothing is fetched twice.
    fetched: RefCell<HashMap<String, PathBuf>>,
    /// Told line by line what happens.
    says: &'s dyn Fn(&str),
}

impl<'s> Installer<'s> {
    /// For the configuration in the working folder.
    pub(crate) fn new(
        settings: &'s Settings,
        reader: &'s dyn SourceReader,
        options: InstallOptions<'s>,
        says: &'s dyn Fn(&str),
    ) -> Self {
        let data_dir = settings.data_path();
        Self {
            installed: Installed::read(reader, &data_dir),
            modules_dir: PathBuf::from(modules_dir(&data_dir)),
            mirror: registry::mirror(options.mirror, settings),
            settings,
            options,
            fetched: RefCell::default(),
            says,
        }
    }

    /// What was installed under a key before.
    pub(crate) fn before(&self, key: &str) -> Option<&Entry> {
        self.installed.manifest.as_ref().ok()?.get(key)
    }

    /// Writes down where the modules lie. With `all`, the manifest is of the whole configuration; without, some modules
    /// could not be had, and what was known of others stays.
    pub(crate) fn record(&self, mut manifest: Manifest, all: bool) -> Result<(), Diagnostic> {
        let before = self.installed.manifest.as_ref().ok();
        if let (false, Some(before)) = (all, before) {
            manifest.complete_with(before);
        }
        let nothing_new = match before {
            Some(before) => *before == manifest || (before.is_trivial() && manifest.is_trivial()),
            None => false,
        };
        if nothing_new {
            return Ok(());
        }
        manifest.write(&self.modules_dir).map_err(|e| {
            Diagnostic::error("module-manifest", "Module manifest cannot be written").detail(
                format!("In the folder {}: {e}.", self.modules_dir.display()),
            )
        })
    }

    fn install(&self, wanted: &ModuleRequest<'_>) -> Result<LocatedModule, Box<LocateProblem>> {
        let (package, version) = self.resolve(wanted)?;
        let key = key(wanted);
        let about = |reason: String| {
            Box::new(LocateProblem::Source(
                Diagnostic::error("module-fetch", "Module cannot be installed").detail(reason),
            ))
        };
        let named = match &version {
            Some(version) => format!("{} {version}", wanted.source.package),
            None => wanted.source.package.to_string(),
        };
        (self.says)(&format!("Downloading {named} for {key}..."));
        let target = self.modules_dir.join(&key);
        let subdir = self
            .place(&named, &package, wanted.source.subdir.as_deref(), &target)
            .map_err(about)?;
        let folder = |path: &Path| path.display().to_string().replace('\\', "/");
        let package = folder(&target);
        Ok(LocatedModule {
            folder: match subdir {
                Some(subdir) => format!("{package}/{subdir}"),
                None => package.clone(),
            },
            package,
            version,
        })
    }

    /// What is to be fetched for a module, and its version.
    fn resolve(
        &self,
        wanted: &ModuleRequest<'_>,
    ) -> Result<(Package, Option<String>), Box<LocateProblem>> {
        Ok(match &wanted.source.package {
            ModulePackage::Registry(module) => {
                let Found {
                    version,
                    path,
                    format,
                } = registry::choose(self.mirror.as_deref(), module, wanted)?;
                let package = match format {
                    None => Package::Folder(path),
                    Some(format) => Package::ArchiveFile(path, format),
                };
                (package, Some(version.to_string()))
            }
            other => (Package::of(other), None),
        })
    }

    /// Puts a package in its place and gives the module's folder in it.
    fn place(
        &self,
        named: &str,
        package: &Package,
        subdir: Option<&str>,
        target: &Path,
    ) -> Result<Option<String>, String> {
        let failed = |e: io::Error| format!("{} cannot be written: {e}.", target.display());
        fs::create_dir_all(&self.modules_dir).map_err(failed)?;
        let beside = tempfile::Builder::new()
            .prefix(".new-")
            .tempdir_in(&self.modules_dir)
            .map_err(failed)?;
        let new = beside.path().join("new");
        let known = self.fetched.borrow().get(named).cloned();
        match known {
            Some(path) => copy::tree(&path, &new).map_err(failed)?,
            None => package.fetch(&new, self.settings)?,
        }
        let subdir = subdir.map(|s| find_folder(&new, s)).transpose()?;
        // What was there before is moved away first, and is deleted with the folder beside.
        match fs::symlink_metadata(target) {
            Ok(_) => fs::rename(target, beside.path().join("old")).map_err(failed)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(e)),
        }
        fs::rename(&new, target).map_err(failed)?;
        self.fetched
            .borrow_mut()
            .insert(named.to_owned(), target.to_path_buf());
        Ok(subdir)
    }
}

impl ModuleLocator for Installer<'_> {
    fn locate(&self, wanted: &ModuleRequest<'_>) -> Result<LocatedModule, Box<LocateProblem>> {
        if !self.options.upgrade
            && let Ok(found) = self.installed.locate(wanted)
        {
            return Ok(found);
        }
        self.install(wanted)
    }
}

/// Something that can be put into a folder.
enum Package {
    Folder(PathBuf),
    ArchiveFile(PathBuf, ArchiveFormat),
    Archive(ModuleArchive),
    Git(cairn_lang::GitRepository),
}

impl Package {
    fn of(package: &ModulePackage) -> Self {
        match package {
            ModulePackage::Git(git) => Self::Git(git.clone()),
            ModulePackage::Archive(archive) => Self::Archive(archive.clone()),
            ModulePackage::Registry(module) => Self::Folder(PathBuf::from(module.to_string())),
        }
    }

    /// Makes the folder, with the package in it.
    fn fetch(&self, into: &Path, settings: &Settings) -> Result<(), String> {
        let unreadable =
            |path: &Path, e: &io::Error| format!("{} cannot be read: {e}.", path.display());
        match self {
            Self::Folder(path) => copy::tree(path, into).map_err(|e| unreadable(path, &e)),
            Self::ArchiveFile(path, format) => {
                let file = File::open(path).map_err(|e| unreadable(path, &e))?;
                unpacked(file, *format, into)
            }
            Self::Archive(module) => {
                let shown = ModulePackage::Archive(module.clone());
                let mut file = if module.location.starts_with("http://")
                    || module.location.starts_with("https://")
                {
                    http::fetch(&module.location)
                        .map_err(|reason| format!("{shown} cannot be fetched: {reason}"))?
                } else {
                    let path = Path::new(&module.location);
                    File::open(path).map_err(|e| match e.kind() {
                        io::ErrorKind::NotFound => format!(
                            "There is no archive at {}. The path is relative to the folder of the calling module.",
                            path.display()
                        ),
                        _ => unreadable(path, &e),
                    })?
                };
                if let Some(checksum) = &module.checksum {
                    http::check(&mut file, checksum)?;
                }
                unpacked(file, module.format, into).map_err(|reason| format!("{shown}: {reason}"))
            }
            Self::Git(repository) => git::fetch(repository, into, settings),
        }
    }
}

fn unpacked(file: File, format: ArchiveFormat, into: &Path) -> Result<(), String> {
    fs::create_dir(into).map_err(|e| format!("{} cannot be written: {e}.", into.display()))?;
    archive::unpack(file, format, into)
}

/// A folder in a package. A step `*` stands for the only folder there is.
fn find_folder(package: &Path, subdir: &str) -> Result<String, String> {
    let mut found: Vec<String> = Vec::new();
    let mut at = package.to_path_buf();
    for part in subdir.split('/') {
        let folders = folders(&at);
        let name = match (part, folders.as_slice()) {
            ("*", [only]) => only.clone(),
            ("*", several) => {
                return Err(format!(
                    "The step * of the folder {subdir} stands for the only folder there is, and there are {}.",
                    several.len()
                ));
            }
            (part, folders) if folders.iter().any(|f| f == part) => part.to_owned(),
            (part, folders) => {
                let near = cairn_diag::nearest(part, folders.iter().map(String::as_str));
                let more = match (near, folders.is_empty()) {
                    (Some(near), _) => format!(" Did you mean {near}?"),
                    (None, true) => String::new(),
                    (None, false) => format!(" There are: {}.", folders.join(", ")),
                };
                return Err(format!(
                    "The package has no folder {subdir}: there is no {part}{}.{more}",
                    if found.is_empty() {
                        String::new()
                    } else {
                        format!(" in {}", found.join("/"))
                    }
                ));
            }
        };
        at.push(&name);
        found.push(name);
    }
    Ok(found.join("/"))
}

/// The folders in a folder, by name. A link is none: it could lead out of the package.
fn folders(at: &Path) -> Vec<String> {
    let entries = fs::read_dir(at).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|e| e.file_type().is_ok_and(|t| t.is_dir()))
        .filter_map(|e| e.file_name().into_string().ok())
        .filter(|name| name != ".git")
        .collect();
    names.sort();
    names
}

/// Copies the module at a source address into a folder (`init -from-module`).
pub(crate) fn copy_into(
    folder: &Path,
    source: &str,
    options: InstallOptions<'_>,
    settings: &Settings,
) -> Result<(), String> {
    let failed = |e: io::Error| format!("The module cannot be copied: {e}.");
    let remote = match ModuleSource::parse(source)? {
        ModuleSource::Local(path) => return copy::tree(Path::new(&path), folder).map_err(failed),
        ModuleSource::Remote(remote) => remote,
    };
    let package = match &remote.package {
        ModulePackage::Registry(module) => {
            let wanted = ModuleRequest {
                path: &cairn_model::Module::root(),
                source: &remote,
                constraints: None,
                written: "",
            };
            let mirror = registry::mirror(options.mirror, settings);
            let found = registry::choose(mirror.as_deref(), module, &wanted);
            let found = found.map_err(|problem| match *problem {
                LocateProblem::Call(d) | LocateProblem::Source(d) | LocateProblem::Version(d) => {
                    d.detail
                }
            })?;
            match found.format {
                None => Package::Folder(found.path),
                Some(format) => Package::ArchiveFile(found.path, format),
            }
        }
        other => Package::of(other),
    };
    let beside = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(folder)
        .map_err(failed)?;
    let new = beside.path().join("new");
    package.fetch(&new, settings)?;
    let from = match &remote.subdir {
        Some(subdir) => new.join(find_folder(&new, subdir)?),
        None => new,
    };
    let git = from.join(".git");
    if git.is_dir() {
        fs::remove_dir_all(git).map_err(failed)?;
    }
    copy::tree(&from, folder).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_package_are_found_by_name_or_star() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("repo-1.2/modules/net")).unwrap();
        let find = |s: &str| find_folder(dir.path(), s);
        assert_eq!(find("repo-1.2/modules").as_deref(), Ok("repo-1.2/modules"));
        assert_eq!(find("*/modules/net").as_deref(), Ok("repo-1.2/modules/net"));
        let said = find("*/modules/nett").unwrap_err();
        assert!(
            said.contains("Did you mean net?") && said.contains("in repo-1.2/modules"),
            "{said}"
        );
        assert!(find("*/modules/net/*").unwrap_err().contains("there are 0"));
    }

    #[test]
    fn an_entry_is_kept_where_others_fail() {
        let entry = |dir: &str| Entry {
            source: "s".to_owned(),
            version: None,
            dir: dir.to_owned(),
        };
        let doc = |key: &str, dir: &str| {
            let text = format!(r#"{{"Modules":[{{"Key":"{key}","Source":"s","Dir":"{dir}"}}]}}"#);
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join("modules.json"), text).unwrap();
            let disk = cairn_engine::Disk::new(dir.path());
            Manifest::read(&disk, ".").unwrap()
        };
        let mut new = doc("a", "new");
        new.complete_with(&doc("a", "old"));
        new.complete_with(&doc("b", "old"));
        assert_eq!(new.get("a"), Some(&entry("new")));
        assert_eq!(new.get("b"), Some(&entry("old")));
    }
}
