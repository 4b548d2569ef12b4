//! Decides how configuration files and files named by expressions are found on disk.

use std::path::{Path, PathBuf};

use cairn_lang::{FileReader, SourceReader};

/// The disk below a root module's folder.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The disk as seen from a root module's folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

fn said(path: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("There is no file or folder at {}.", path.display())
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("{} may not be read by this user.", path.display())
        }
        std::io::ErrorKind::InvalidData => format!("{} is not UTF-8 text.", path.display()),
        _ => format!("{} cannot be read: {error}.", path.display()),
    }
}

impl SourceReader for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        let path = self.path(path);
        std::fs::read_to_string(&path).map_err(|e| said(&path, &e))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let path = self.path(folder);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&path).map_err(|e| said(&path, &e))? {
            let entry = entry.map_err(|e| said(&path, &e))?;
            if entry.path().is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}

impl FileReader for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let path = self.path(path);
        std::fs::read(&path).map_err(|e| said(&path, &e))
    }

    fn exists(&self, path: &str) -> bool {
        self.path(path).is_file()
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, String> {
        let top = self.path(folder);
        let mut found = Vec::new();
        let mut open = vec![(top.clone(), String::new())];
        while let Some((path, prefix)) = open.pop() {
            for entry in std::fs::read_dir(&path).map_err(|e| said(&path, &e))? {
                let entry = entry.map_err(|e| said(&path, &e))?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let relative = format!("{prefix}{name}");
                // A link to a folder is not followed: it could lead round in a circle.
                match entry.file_type() {
                    Ok(t) if t.is_dir() => open.push((entry.path(), format!("{relative}/"))),
                    Ok(_) => found.push(relative),
                    Err(e) => return Err(said(&path, &e)),
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// A configuration kept in memory: the files of a saved plan.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    files: std::collections::BTreeMap<String, String>,
}

impl Archive {
    /// From paths (relative to the root module's folder) and texts.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            files: files.into_iter().collect(),
        }
    }
}

fn tidy(path: &str) -> String {
    path.split('/')
        .filter(|p| !p.is_empty() && *p != ".")
        .collect::<Vec<_>>()
        .join("/")
}

impl SourceReader for Archive {
    fn read(&self, path: &str) -> Result<String, String> {
        self.files
            .get(&tidy(path))
            .cloned()
            .ok_or_else(|| format!("The saved plan has no file {path}."))
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, String> {
        let folder = tidy(folder);
        Ok(self
            .files
            .keys()
            .filter_map(|path| {
                let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
                (parent == folder).then(|| name.to_owned())
            })
            .collect())
    }
}
