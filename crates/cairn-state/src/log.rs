//! Decides how the log is written and read: the durable truth between two exports, one checksummed frame per synchronisation.
//!
//! ```text
//! frame: "cLF1"   length of the body (4 bytes)   CRC-32 of length and body (4 bytes)   body: entries
//! entry: kind (1 byte), then     0 start: format, base serial, lineage     1 session: JSON
//!        2 begin: intent, record     3 commit: serial, intent or 0, changes     4 abandon: intent
//! change: tree (1 byte), key, record        key, record, text: length (4 bytes), bytes; a record of length FFFFFFFF: removed
//! ```
//! A frame is appended with one write and one fdatasync, and is all or nothing. Only the last frame may be incomplete (the
//! crash came while it was written, nobody was told it is safe): it is dropped. Anything else that does not match is
//! damage and refused. What the records mean is decided in `codec`.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::IntentId;
use crate::codec::record::{FORMAT, Tree};
use crate::disk;
use crate::error::{Result, StateError};

const MAGIC: &[u8; 4] = b"cLF1";
const HEAD: usize = 12;
const REMOVED: u32 = u32::MAX;

/// One record set or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Op {
    pub(crate) tree: Tree,
    pub(crate) key: Vec<u8>,
    /// The sealed record; nothing: removed.
    pub(crate) record: Option<Vec<u8>>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The log begins: it continues the export of this serial.
    Start { serial: u64, lineage: String },
    /// A command opened the state (JSON: operation, who, version, time); it made what follows.
    Session(Vec<u8>),
    /// An intent was recorded.
    Begin { intent: IntentId, record: Vec<u8> },
    /// A commit.
    Commit {
        serial: u64,
        closes: Option<IntentId>,
        ops: Vec<Op>,
    },
    /// An intent came to nothing.
    Abandon { intent: IntentId },
}

impl Entry {
    /// Whether it says something about the state, not only about the log.
    fn counts(&self) -> bool {
        !matches!(self, Self::Start { .. } | Self::Session(_))
    }
}

/// A log open for appending.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    path: PathBuf,
    len: u64,
    /// How many entries besides start and session.
    entries: u64,
    /// A write or synchronisation failed, and what is on the disk is not certain.
    stopped: bool,
}

/// What a log was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Where the last whole frame ends.
    pub(crate) valid: u64,
    /// Whether an incomplete frame follows.
    pub(crate) torn: bool,
    /// How many entries besides start and session.
    pub(crate) entries: u64,
}

/// The name of the log that continues the export of a serial.
pub(crate) fn file_name(serial: u64) -> String {
    format!("wal.{serial}")
}

/// The serial in a log's name.
pub(crate) fn serial_of(name: &str) -> Option<u64> {
    name.strip_prefix("wal.")?.parse().ok()
}

impl Log {
    /// Makes a log that continues the export of `serial`. It is durable, its name is not yet.
    pub(crate) fn create(dir: &Path, serial: u64, lineage: &str) -> Result<Self> {
        let path = dir.join(file_name(serial));
        let file = disk::private()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|e| StateError::io(&path, "create", e))?;
        let mut log = Self {
            file,
            path,
            len: 0,
            entries: 0,
            stopped: false,
        };
        log.append(&[Entry::Start {
            serial,
            lineage: lineage.to_owned(),
        }])?;
        Ok(log)
    }

    /// Opens a log that [`read`] found to be of this extent; an incomplete frame at its end is cut off.
    pub(crate) fn open(path: &Path, extent: Extent) -> Result<Self> {
        let io = |e| StateError::io(path, "open", e);
        let mut file = disk::private().write(true).open(path).map_err(io)?;
        if extent.torn {
            file.set_len(extent.valid)
                .and_then(|()| file.sync_all())
                .map_err(io)?;
        }
        file.seek(SeekFrom::Start(extent.valid)).map_err(io)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            len: extent.valid,
            entries: extent.entries,
            stopped: false,
        })
    }

    /// How long it is.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// How many entries it has besides start and session.
    pub(crate) fn entries(&self) -> u64 {
        self.entries
    }

    /// Appends entries as one frame: durable on return, or (with an error) not there.
    pub(crate) fn append<'e>(
        &mut self,
        entries: impl IntoIterator<Item = &'e Entry>,
    ) -> Result<()> {
        if self.stopped {
            return Err(StateError::Stopped {
                path: self.path.clone(),
            });
        }
        let (frame, count) = frame(entries)?;
        let io = |e| StateError::io(&self.path, "write", e);
        if let Err(e) = self.file.write_all(&frame) {
            // Take back what was written of it, so that the next frame follows the last whole one.
            let undone = self
                .file
                .set_len(self.len)
                .and_then(|()| self.file.seek(SeekFrom::Start(self.len)));
            self.stopped = undone.is_err();
            return Err(io(e));
        }
        if let Err(e) = self.file.sync_data() {
            // After a failed synchronisation nobody knows what is on the disk; a second attempt may lie.
            self.stopped = true;
            return Err(io(e));
        }
        self.len += frame.len() as u64;
        self.entries += count;
        Ok(())
    }
}

fn frame<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Result<(Vec<u8>, u64)> {
    let mut count = 0;
    let mut out = Vec::with_capacity(256);
    out.extend(MAGIC);
    out.extend([0; HEAD - MAGIC.len()]);
    for entry in entries {
        write_entry(&mut out, entry);
        count += u64::from(entry.counts());
    }
    let len = u32::try_from(out.len() - HEAD)
        .ok()
        .filter(|l| *l < REMOVED)
        .ok_or_else(|| StateError::Unstorable {
            what: "one call or commit is larger than 4 GiB; split it into smaller resources"
                .to_owned(),
        })?;
    out[4..8].copy_from_slice(&len.to_be_bytes());
    let crc = crc(len, &out[HEAD..]);
    out[8..12].copy_from_slice(&crc.to_be_bytes());
    Ok((out, count))
}

fn crc(len: u32, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&len.to_be_bytes());
    hasher.update(body);
    hasher.finalize()
}

fn write_entry(out: &mut Vec<u8>, entry: &Entry) {
    match entry {
        Entry::Start { serial, lineage } => {
            out.extend([0, FORMAT]);
            out.extend(serial.to_be_bytes());
            write_bytes(out, lineage.as_bytes());
        }
        Entry::Session(json) => {
            out.push(1);
            write_bytes(out, json);
        }
        Entry::Begin { intent, record } => {
            out.push(2);
            out.extend(intent.0.to_be_bytes());
            write_bytes(out, record);
        }
        Entry::Commit {
            serial,
            closes,
            ops,
        } => {
            out.push(3);
            out.extend(serial.to_be_bytes());
            out.extend(closes.map_or(0, |i| i.0).to_be_bytes());
            out.extend((ops.len() as u32).to_be_bytes());
            for op in ops {
                out.push(op.tree.tag());
                write_bytes(out, &op.key);
                match &op.record {
                    Some(record) => write_bytes(out, record),
                    None => out.extend(REMOVED.to_be_bytes()),
                }
            }
        }
        Entry::Abandon { intent } => {
            out.push(4);
            out.extend(intent.0.to_be_bytes());
        }
    }
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

/// Reads a log, giving each entry to `each`; a sentence from there means that the log is damaged.
pub(crate) fn read(
    path: &Path,
    each: &mut dyn FnMut(Entry) -> std::result::Result<(), String>,
) -> Result<Extent> {
    let io = |e| StateError::io(path, "read", e);
    let mut file = File::open(path).map_err(io)?;
    let len = file.metadata().map_err(io)?.len();
    let mut reader = BufReader::with_capacity(1 << 16, &mut file);
    let mut extent = Extent {
        valid: 0,
        torn: false,
        entries: 0,
    };
    let mut body = Vec::new();
    while extent.valid < len {
        let rest = len - extent.valid;
        let Some(found) = read_frame(&mut reader, rest, &mut body).map_err(io)? else {
            extent.torn = true;
            break;
        };
        if !found {
            let rest = read_rest(path, extent.valid, rest).map_err(io)?;
            if is_torn(&rest, extent.valid) {
                extent.torn = true;
                break;
            }
            return Err(StateError::corrupt(
                path,
                format!(
                    "the frame at byte {} does not match its checksum",
                    extent.valid
                ),
            ));
        }
        let at = extent.valid;
        let mut wrong =
            |what: String| StateError::corrupt(path, format!("{what} (in the frame at byte {at})"));
        let mut input = Input(&body);
        while !input.0.is_empty() {
            let entry = input.entry().map_err(&mut wrong)?;
            extent.entries += u64::from(entry.counts());
            each(entry).map_err(&mut wrong)?;
        }
        extent.valid += (HEAD + body.len()) as u64;
    }
    Ok(extent)
}

/// Reads the next frame into `body`. Nothing: it is cut off by the end; false: it does not match.
fn read_frame(
    reader: &mut impl Read,
    rest: u64,
    body: &mut Vec<u8>,
) -> std::io::Result<Option<bool>> {
    if rest < HEAD as u64 {
        return Ok(None);
    }
    let mut head = [0; HEAD];
    match reader.read_exact(&mut head) {
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    if !head.starts_with(MAGIC) {
        return Ok(Some(false));
    }
    let len = u32::from_be_bytes(head[4..8].try_into().expect("four bytes"));
    if u64::from(len) > rest - HEAD as u64 {
        return Ok(None);
    }
    body.resize(len as usize, 0);
    match reader.read_exact(body) {
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let stored = u32::from_be_bytes(head[8..].try_into().expect("four bytes"));
    Ok(Some(crc(len, body) == stored))
}

fn read_rest(path: &Path, from: u64, len: u64) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut rest = Vec::new();
    file.take(len).read_to_end(&mut rest)?;
    Ok(rest)
}

/// Whether what does not match is a last frame cut off by a power loss: the length reached the disk, some sectors of the contents
/// did not, and those read as zeros, be it the one in which the frame begins. A flipped bit in a frame that did reach the
/// disk leaves no such hole, and behind a frame that was lost by damage there may be whole ones.
fn is_torn(rest: &[u8], at: u64) -> bool {
    const SECTOR: usize = 512;
    let mut start = 0;
    let mut hole = false;
    while start < rest.len() && !hole {
        let into = (at as usize + start) % SECTOR;
        let end = (start + SECTOR - into).min(rest.len());
        hole = rest[start..end].iter().all(|b| *b == 0);
        start = end;
    }
    hole && !(1..rest.len()).any(|at| begins_whole_frame(&rest[at..]))
}

fn begins_whole_frame(bytes: &[u8]) -> bool {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4)?;
        Some(u32::from_be_bytes(four.try_into().expect("four bytes")))
    };
    if !bytes.starts_with(MAGIC) {
        return false;
    }
    let (Some(len), Some(stored)) = (number(4), number(8)) else {
        return false;
    };
    let body = bytes.get(HEAD..HEAD.saturating_add(len as usize));
    body.is_some_and(|body| crc(len, body) == stored)
}

struct Input<'b>(&'b [u8]);

impl<'b> Input<'b> {
    fn take(&mut self, len: usize) -> std::result::Result<&'b [u8], String> {
        let (taken, rest) = self
            .0
            .split_at_checked(len)
            .ok_or_else(|| "an entry is cut off".to_owned())?;
        self.0 = rest;
        Ok(taken)
    }

    fn u8(&mut self) -> std::result::Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn u32(&mut self) -> std::result::Result<u32, String> {
        Ok(u32::from_be_bytes(
            self.take(4)?.try_into().expect("four bytes"),
        ))
    }

    fn u64(&mut self) -> std::result::Result<u64, String> {
        Ok(u64::from_be_bytes(
            self.take(8)?.try_into().expect("eight bytes"),
        ))
    }

    fn bytes(&mut self) -> std::result::Result<Vec<u8>, String> {
        let len = self.u32()?;
        Ok(self.take(len as usize)?.to_vec())
    }

    fn entry(&mut self) -> std::result::Result<Entry, String> {
        Ok(match self.u8()? {
            0 => {
                let format = self.u8()?;
                if format != FORMAT {
                    return Err(format!("the log has the unknown format {format}"));
                }
                Entry::Start {
                    serial: self.u64()?,
                    lineage: String::from_utf8(self.bytes()?)
                        .map_err(|_| "the lineage is no text".to_owned())?,
                }
            }
            1 => Entry::Session(self.bytes()?),
            2 => Entry::Begin {
                intent: IntentId(self.u64()?),
                record: self.bytes()?,
            },
            3 => {
                let serial = self.u64()?;
                let closes = self.u64()?;
                let mut ops = Vec::new();
                for _ in 0..self.u32()? {
                    let tag = self.u8()?;
                    let tree =
                        Tree::from_tag(tag).ok_or_else(|| format!("there is no tree {tag}"))?;
                    let key = self.bytes()?;
                    let len = self.u32()?;
                    let record = match len {
                        REMOVED => None,
                        len => Some(self.take(len as usize)?.to_vec()),
                    };
                    ops.push(Op { tree, key, record });
                }
                Entry::Commit {
                    serial,
                    closes: (closes != 0).then_some(IntentId(closes)),
                    ops,
                }
            }
            4 => Entry::Abandon {
                intent: IntentId(self.u64()?),
            },
            kind => return Err(format!("there is no kind of entry {kind}")),
        })
    }
}
