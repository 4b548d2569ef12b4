//! Decides how an archive is unpacked: nothing may be written outside of the folder it is unpacked in, whatever it says.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use cairn_lang::ArchiveFormat;

use super::copy::link;

/// More than this is taken for an archive that was made to fill a disk.
const MAX_BYTES: u64 = 1 << 30;
const MAX_ENTRIES: usize = 100_000;

/// Unpacks an archive into an empty folder.
///
/// # Errors
/// A sentence that says what is wrong with it. What has been unpacked by then is left.
pub(super) fn unpack(file: File, format: ArchiveFormat, into: &Path) -> Result<(), String> {
    let mut unpacker = Unpacker {
        root: into,
        bytes: 0,
        entries: 0,
    };
    let file = BufReader::new(file);
    match format {
        ArchiveFormat::Zip => unpacker.zip(file),
        ArchiveFormat::Tar => unpacker.tar(file),
        ArchiveFormat::TarGz => unpacker.tar(flate2::read::MultiGzDecoder::new(file)),
        ArchiveFormat::TarBz2 => unpacker.tar(bzip2::read::MultiBzDecoder::new(file)),
        ArchiveFormat::TarXz => unpacker.tar(lzma_rust2::XzReader::new(file, true)),
    }
}

/// What an entry of an archive is.
enum Entry<'r> {
    Folder,
    File {
        from: &'r mut dyn Read,
        executable: bool,
    },
    Link(PathBuf),
    Same(PathBuf),
}

struct Unpacker<'p> {
    root: &'p Path,
    bytes: u64,
    entries: usize,
}

impl Unpacker<'_> {
    fn zip(&mut self, file: BufReader<File>) -> Result<(), String> {
        let broken = |e: zip::result::ZipError| format!("The zip archive cannot be read: {e}.");
        let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
        for i in 0..archive.len() {
            let mut entry = archive.by_index(i).map_err(broken)?;
            let path = PathBuf::from(&*entry.name().map_err(broken)?);
            let executable = entry.unix_mode().is_some_and(|m| m & 0o100 != 0);
            if entry.is_dir() {
                self.put(&path, Entry::Folder)?;
            } else if entry.is_symlink() {
                let mut target = String::new();
                (&mut entry)
                    .take(4096)
                    .read_to_string(&mut target)
                    .map_err(|e| unwritable(&path, &e))?;
                self.put(&path, Entry::Link(PathBuf::from(target)))?;
            } else {
                let from = &mut entry;
                self.put(&path, Entry::File { from, executable })?;
            }
        }
        Ok(())
    }

    fn tar(&mut self, reader: impl Read) -> Result<(), String> {
        let broken = |e: io::Error| format!("The tar archive cannot be read: {e}.");
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries().map_err(broken)? {
            let mut entry = entry.map_err(broken)?;
            let path = entry.path().map_err(broken)?.into_owned();
            let kind = entry.header().entry_type();
            let target = entry.link_name().map_err(broken)?.map(PathBuf::from);
            let executable = entry.header().mode().is_ok_and(|m| m & 0o100 != 0);
            match (kind, target) {
                // Notes of the packing program, such as the commit that git packed.
                (tar::EntryType::XGlobalHeader | tar::EntryType::XHeader, _) => {}
                (tar::EntryType::Directory, _) => self.put(&path, Entry::Folder)?,
                (tar::EntryType::Symlink, Some(target)) => self.put(&path, Entry::Link(target))?,
                (tar::EntryType::Link, Some(target)) => self.put(&path, Entry::Same(target))?,
                (
                    tar::EntryType::Regular
                    | tar::EntryType::Continuous
                    | tar::EntryType::GNUSparse,
                    _,
                ) => {
                    let from = &mut entry;
                    self.put(&path, Entry::File { from, executable })?;
                }
                _ => {
                    return Err(format!(
                        "The archive holds {}, which is neither a file nor a folder nor a link.",
                        path.display()
                    ));
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, path: &Path, entry: Entry<'_>) -> Result<(), String> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(format!(
                "The archive holds more than {MAX_ENTRIES} files, which no module does."
            ));
        }
        let parts = inside(path).ok_or_else(|| leads_out(path))?;
        let Some((name, folders)) = parts.split_last() else {
            return Ok(());
        };
        let folder = self.folder(path, folders)?;
        let target = folder.join(name);
        let failed = |e: io::Error| unwritable(path, &e);
        if !matches!(entry, Entry::Folder) && fs::symlink_metadata(&target).is_ok() {
            // A later entry of the same name takes the place of the earlier; it must not be written through a link.
            fs::remove_file(&target).map_err(failed)?;
        }
        match entry {
            Entry::Folder => {
                self.folder(path, &parts)?;
            }
            Entry::File { from, executable } => {
                let mut file = File::create_new(&target).map_err(failed)?;
                let left = MAX_BYTES.saturating_sub(self.bytes);
                let written = io::copy(&mut from.take(left + 1), &mut file).map_err(failed)?;
                self.bytes += written;
                if written > left {
                    return Err(format!(
                        "Unpacked, the archive is larger than {} MB, which no module is.",
                        MAX_BYTES >> 20
                    ));
                }
                if executable {
                    make_executable(&target).map_err(failed)?;
                }
            }
            Entry::Link(points_to) => {
                if !stays_inside(folders.len(), &points_to) {
                    return Err(format!(
                        "The archive holds the link {} to {}, which leads out of the module's package.",
                        path.display(),
                        points_to.display()
                    ));
                }
                link(&points_to, &target).map_err(failed)?;
            }
            Entry::Same(first) => {
                let parts = inside(&first).ok_or_else(|| leads_out(&first))?;
                let Some((name, folders)) = parts.split_last() else {
                    return Err(leads_out(&first));
                };
                let first = self.folder(path, folders)?.join(name);
                if !fs::symlink_metadata(&first).is_ok_and(|m| m.is_file()) {
                    return Err(format!(
                        "The archive says that {} is the same as a file that it does not hold.",
                        path.display()
                    ));
                }
                fs::copy(first, &target).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// A folder below the root, made where it is not there. No step of the way may be a link.
    fn folder(&self, path: &Path, parts: &[PathBuf]) -> Result<PathBuf, String> {
        let mut folder = self.root.to_path_buf();
        for part in parts {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(m) if m.is_dir() => {}
                Ok(_) => return Err(leads_out(path)),
                Err(_) => fs::create_dir(&folder).map_err(|e| unwritable(path, &e))?,
            }
        }
        Ok(folder)
    }
}

/// The steps of a path that stays below where it begins.
fn inside(path: &Path) -> Option<Vec<PathBuf>> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            // A backslash separates on one system and not on another; nobody means it as part of a name.
            Component::Normal(part) if !part.to_string_lossy().contains('\\') => {
                parts.push(PathBuf::from(part));
            }
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts)
}

/// Whether a link in a folder of this depth leads to something in the package: up only at first, and not too far. A way up
/// behind a name could go through another link.
fn stays_inside(depth: usize, points_to: &Path) -> bool {
    let mut up = 0;
    let mut named = false;
    for component in points_to.components() {
        match component {
            Component::ParentDir if !named => up += 1,
            Component::Normal(_) => named = true,
            Component::CurDir => {}
            _ => return false,
        }
    }
    up <= depth
}

fn leads_out(path: &Path) -> String {
    format!(
        "The archive holds the path {}, which leads out of the folder it is unpacked in.",
        path.display()
    )
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be unpacked: {error}.", path.display())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, Write as _};

    use super::*;

    fn unpacked(bytes: &[u8], format: ArchiveFormat) -> (tempfile::TempDir, Result<(), String>) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("in");
        fs::create_dir(&into).unwrap();
        let result = unpack(file, format, &into);
        (dir, result)
    }

    /// A tar archive of one entry after another, whatever their names.
    fn tar_of(entries: &[(&str, tar::EntryType, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, kind, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o755);
            // The safe way to set a name refuses what is to be tried here.
            let field = &mut header.as_old_mut().name;
            field[..name.len()].copy_from_slice(name.as_bytes());
            let body: &[u8] = if kind.is_file() {
                content.as_bytes()
            } else {
                if !content.is_empty() {
                    let field = &mut header.as_old_mut().linkname;
                    field[..content.len()].copy_from_slice(content.as_bytes());
                }
                &[]
            };
            header.set_size(body.len() as u64);
            header.set_cksum();
            builder.append(&header, body).unwrap();
        }
        builder.into_inner().unwrap()
    }

    const FILE: tar::EntryType = tar::EntryType::Regular;
    const LINK: tar::EntryType = tar::EntryType::Symlink;

    #[test]
    fn tars_are_unpacked_however_they_are_packed() {
        let tar = tar_of(&[
            ("./a/main.tf", FILE, "x"),
            ("a/same.tf", tar::EntryType::Link, "a/main.tf"),
            ("b", LINK, "a"),
            ("a/up", LINK, "../a/main.tf"),
        ]);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&tar).unwrap();
        let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bz.write_all(&tar).unwrap();
        for (bytes, format) in [
            (tar.clone(), ArchiveFormat::Tar),
            (gz.finish().unwrap(), ArchiveFormat::TarGz),
            (bz.finish().unwrap(), ArchiveFormat::TarBz2),
        ] {
            let (dir, result) = unpacked(&bytes, format);
            result.unwrap();
            for path in ["in/a/main.tf", "in/a/same.tf", "in/b/main.tf", "in/a/up"] {
                let text = fs::read_to_string(dir.path().join(path)).unwrap();
                assert_eq!(text, "x", "{path}");
            }
        }
    }

    #[test]
    fn nothing_is_written_outside() {
        for entries in [
            &[("../evil", FILE, "x")][..],
            &[("/evil", FILE, "x")],
            &[("a/../../evil", FILE, "x")],
            &[("a\\..\\evil", FILE, "x")],
            &[("l", LINK, ".."), ("l/evil", FILE, "x")],
            &[("l", LINK, "/etc")],
            &[("a/l", LINK, "../../x")],
            &[("a/b/l", LINK, "../.."), ("m", LINK, "a/b/l/../..")],
            &[("l", LINK, "a"), ("a/x", FILE, "x"), ("l/evil", FILE, "x")],
            &[("h", tar::EntryType::Link, "../evil")],
            &[("dev", tar::EntryType::Char, "")],
        ] {
            let (dir, result) = unpacked(&tar_of(entries), ArchiveFormat::Tar);
            let said = result.unwrap_err();
            assert!(
                said.contains("leads out") || said.contains("neither a file"),
                "{entries:?}: {said}"
            );
            assert!(!dir.path().join("evil").exists());
            assert!(!dir.path().join("in/a/evil").exists());
        }
    }

    #[test]
    fn a_file_is_not_written_through_an_earlier_link() {
        let tar = tar_of(&[("a", FILE, "1"), ("l", LINK, "a"), ("l", FILE, "2")]);
        let (dir, result) = unpacked(&tar, ArchiveFormat::Tar);
        result.unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("in/a")).unwrap(), "1");
        assert_eq!(fs::read_to_string(dir.path().join("in/l")).unwrap(), "2");
    }

    #[test]
    fn zips_are_unpacked_and_checked_alike() {
        let zip_of = |names: &[&str]| {
            let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
            for name in names {
                let options = zip::write::SimpleFileOptions::default();
                writer.start_file(*name, options).unwrap();
                writer.write_all(b"x").unwrap();
            }
            writer.finish().unwrap().into_inner()
        };
        let (dir, result) = unpacked(&zip_of(&["a/b.tf"]), ArchiveFormat::Zip);
        result.unwrap();
        assert_eq!(
            fs::read_to_string(dir.path().join("in/a/b.tf")).unwrap(),
            "x"
        );
        for name in ["../evil", "/evil"] {
            let (dir, result) = unpacked(&zip_of(&[name]), ArchiveFormat::Zip);
            assert!(
                result.is_err() || !dir.path().join("evil").exists(),
                "{name}"
            );
            assert!(!Path::new("/evil").exists());
        }
        let (_, result) = unpacked(b"junk", ArchiveFormat::Zip);
        assert!(result.unwrap_err().contains("zip archive"));
        let (_, result) = unpacked(b"junk", ArchiveFormat::TarXz);
        assert!(result.unwrap_err().contains("tar archive"));
    }
}
