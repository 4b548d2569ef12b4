//! Decides how the export is written and read: the whole state as one JSON document, a record a line, with a checksum at its end.
//!
//! ```text
//! {"cairn_state":1,"lineage":"..","serial":12,"next_intent":4,"records":[
//! {"res":{"addr":"alicloud_vpc.main",..},"serial":7},
//! {"out":{"name":"ids",..},"serial":12}
//! ],"count":2,"crc32":"8c736521"}
//! ```
//! The checksum covers all bytes before `"crc32"`. Records are exactly those of the database, without their envelopes.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::Deserialize;

use crate::codec::key;
use crate::codec::record::{self, FORMAT, Tree};
use crate::codec::v1::{self, HeadV1};
use crate::disk;
use crate::error::{Result, StateError};
use crate::image::{Image, intent_key};

/// The name of the export.
pub(crate) const FILE: &str = "export.json";

/// Writes an export to a new file, and makes its contents durable. The records come in the order of trees and keys.
pub(crate) struct Writer {
    file: BufWriter<File>,
    path: std::path::PathBuf,
    crc: crc32fast::Hasher,
    count: u64,
}

impl Writer {
    /// Begins an export.
    pub(crate) fn create(path: &Path, head: &HeadV1) -> Result<Self> {
        let file = disk::private()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .map_err(|e| StateError::io(path, "create", e))?;
        let mut writer = Self {
            file: BufWriter::with_capacity(1 << 16, file),
            path: path.to_owned(),
            crc: crc32fast::Hasher::new(),
            count: 0,
        };
        let lineage = serde_json::to_string(&head.lineage).expect("text is JSON");
        let line = format!(
            "{{\"cairn_state\":{FORMAT},\"lineage\":{lineage},\"serial\":{},\"next_intent\":{},\"records\":[",
            head.serial, head.next_intent
        );
        writer.write(line.as_bytes())?;
        Ok(writer)
    }

    /// Adds a sealed record.
    pub(crate) fn record(&mut self, tree: Tree, key: &[u8], bytes: &[u8]) -> Result<()> {
        let record =
            record::open(tree, key, bytes).map_err(|what| StateError::corrupt(&self.path, what))?;
        let comma = if self.count == 0 { "" } else { "," };
        let head = format!("{comma}\n{{\"{}\":", tree.name());
        self.write(head.as_bytes())?;
        self.write(record.payload)?;
        self.write(format!(",\"serial\":{}}}", record.serial).as_bytes())?;
        self.count += 1;
        Ok(())
    }

    /// Ends the export: its contents are durable, its name is not yet.
    pub(crate) fn finish(mut self) -> Result<()> {
        let tail = format!("\n],\"count\":{},", self.count);
        self.write(tail.as_bytes())?;
        let crc = self.crc.clone().finalize();
        self.write(format!("\"crc32\":\"{crc:08x}\"}}\n").as_bytes())?;
        let io = |e| StateError::io(&self.path, "write", e);
        self.file.flush().map_err(io)?;
        self.file.get_ref().sync_all().map_err(io)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.crc.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(|e| StateError::io(&self.path, "write", e))
    }
}

/// Writes an image as an export.
pub(crate) fn write_image(path: &Path, image: &Image) -> Result<()> {
    let mut writer = Writer::create(
        path,
        &HeadV1 {
            lineage: image.lineage.clone(),
            serial: image.serial,
            next_intent: image.journal.next_id().0,
        },
    )?;
    for ((tree, key), record) in &image.records {
        writer.record(*tree, key, record)?;
    }
    for (id, record) in image.journal.open() {
        writer.record(Tree::Intents, &intent_key(*id), record)?;
    }
    writer.finish()
}

#[derive(Deserialize)]
struct Header {
    cairn_state: u32,
    lineage: String,
    serial: u64,
    next_intent: u64,
}

impl Header {
    fn check(&self, path: &Path) -> Result<()> {
        if self.cairn_state == u32::from(FORMAT) {
            return Ok(());
        }
        Err(StateError::Unsupported {
            path: path.to_owned(),
            found: self.cairn_state,
            supported: u32::from(FORMAT),
        })
    }
}

/// Reads an export. Nothing where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Image>> {
    let Some(mut lines) = Lines::open(path)? else {
        return Ok(None);
    };
    let wrong = |what: &str| StateError::corrupt(path, what);

    lines.next()?;
    let header = lines
        .header()
        .ok_or_else(|| wrong("it does not begin as an export does"))?;
    if header.check(path).is_err() {
        // A later format and a damaged digit look the same here; the checksum tells.
        lines.skip_to_tail()?;
        match lines.tail() {
            Some((_, true)) => header.check(path)?,
            _ => return Err(wrong("it does not match its checksum")),
        }
    }
    let mut image = Image::empty(header.lineage);
    image.serial = header.serial;
    image.journal = crate::journal::Journal::new(header.next_intent);
    let mut count = 0_u64;
    loop {
        let Some(line) = lines.next()? else {
            return Err(wrong("its end is missing"));
        };
        if line.starts_with(b"]") {
            break;
        }
        let line = line.strip_suffix(b",").unwrap_or(line);
        let (tree, key, sealed) = read_line(line).map_err(|what| wrong(&what))?;
        image
            .insert(tree, key, sealed)
            .map_err(|what| wrong(&what))?;
        count += 1;
    }
    let (stored_count, matches) = lines
        .tail()
        .ok_or_else(|| wrong("its last line is malformed"))?;
    if !matches {
        return Err(wrong("it does not match its checksum"));
    }
    if stored_count != count {
        return Err(wrong("it has not as many records as it says"));
    }
    Ok(Some(image))
}

/// The head of an export whose checksum matches, without reading its records. Nothing where there is no such file.
pub(crate) fn head(path: &Path) -> Result<Option<HeadV1>> {
    let Some(mut lines) = Lines::open(path)? else {
        return Ok(None);
    };
    let wrong = |what: &str| StateError::corrupt(path, what);
    lines.next()?;
    let header = lines
        .header()
        .ok_or_else(|| wrong("it does not begin as an export does"))?;
    lines.skip_to_tail()?;
    match lines.tail() {
        Some((_, true)) => {}
        _ => return Err(wrong("it does not match its checksum")),
    }
    header.check(path)?;
    Ok(Some(HeadV1 {
        lineage: header.lineage,
        serial: header.serial,
        next_intent: header.next_intent,
    }))
}

/// Reads a line `{"res":PAYLOAD,"serial":N}`.
fn read_line(line: &[u8]) -> std::result::Result<(Tree, Vec<u8>, Vec<u8>), String> {
    let malformed = || "a line is malformed".to_owned();
    let rest = line
        .strip_prefix(b"{\"")
        .and_then(|l| l.strip_suffix(b"}"))
        .ok_or_else(malformed)?;
    let tree = Tree::ALL
        .into_iter()
        .find(|t| rest.starts_with(t.name().as_bytes()))
        .ok_or_else(malformed)?;
    let rest = rest[tree.name().len()..]
        .strip_prefix(b"\":")
        .ok_or_else(malformed)?;
    let cut = rest
        .windows(SERIAL.len())
        .rposition(|w| w == SERIAL)
        .ok_or_else(malformed)?;
    let payload = &rest[..cut];
    let serial = std::str::from_utf8(&rest[cut + SERIAL.len()..])
        .ok()
        .and_then(|s| s.parse().ok())
        .ok_or_else(malformed)?;
    let key = match tree {
        Tree::Resources => key::of_instance(&v1::addr_of(payload)?),
        Tree::Outputs => v1::name_of(payload)?.into_bytes(),
        Tree::Checks => record::CHECKS.to_vec(),
        Tree::Intents => intent_key(v1::intent_id_of(payload)?).to_vec(),
        Tree::Meta => return Err(malformed()),
    };
    let sealed = record::seal(tree, &key, serial, payload);
    Ok((tree, key, sealed))
}

const SERIAL: &[u8] = b",\"serial\":";

struct Lines<'p> {
    reader: BufReader<File>,
    path: &'p Path,
    crc: crc32fast::Hasher,
    line: Vec<u8>,
}

impl<'p> Lines<'p> {
    fn open(path: &'p Path) -> Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                reader: BufReader::with_capacity(1 << 16, file),
                path,
                crc: crc32fast::Hasher::new(),
                line: Vec::new(),
            })),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StateError::io(path, "read", e)),
        }
    }

    fn skip_to_tail(&mut self) -> Result<()> {
        while self.next()?.is_some_and(|line| !line.starts_with(b"]")) {}
        Ok(())
    }

    /// The next line without its end, all but the last counted into the checksum.
    fn next(&mut self) -> Result<Option<&[u8]>> {
        self.line.clear();
        self.reader
            .read_until(b'\n', &mut self.line)
            .map_err(|e| StateError::io(self.path, "read", e))?;
        if self.line.is_empty() {
            return Ok(None);
        }
        if !self.line.starts_with(b"]") {
            self.crc.update(&self.line);
        }
        Ok(Some(self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// The header, if the present line is one. The line ends with `"records":[`; closed, it is a document of its own.
    fn header(&self) -> Option<Header> {
        let mut line = self.line.strip_suffix(b"\n")?.to_vec();
        line.extend(b"]}");
        serde_json::from_slice(&line).ok()
    }

    /// The count, and whether the checksum matches, if the present line is the last one and nothing follows.
    fn tail(&mut self) -> Option<(u64, bool)> {
        let line = std::str::from_utf8(&self.line).ok()?;
        let rest = line.strip_prefix("],\"count\":")?;
        let (count, rest) = rest.split_once(",\"crc32\":\"")?;
        let crc = u32::from_str_radix(rest.strip_suffix("\"}\n")?, 16).ok()?;
        self.crc.update(format!("],\"count\":{count},").as_bytes());
        if !self.reader.fill_buf().ok()?.is_empty() {
            return None;
        }
        Some((count.parse().ok()?, self.crc.clone().finalize() == crc))
    }
}
