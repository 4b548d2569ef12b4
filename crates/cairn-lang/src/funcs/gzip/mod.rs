//! Decides what `base64gzip` and `base64gunzip` give. The compressed bytes are those that Terraform makes, as a plan would show
//! any other as a change: which repetitions are found, where blocks end and how each is written follow the same rules.

mod block;
mod huffman;
mod inflate;
mod repeats;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_value::Value;

use super::{Fault, Function, Returns, nfc, string, text};
use crate::eval::EvalContext;

/// What is unpacked may not be larger than this, in bytes.
const UNPACKED: usize = 64 << 20;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64gzip", &[string("str")], Returns::String, |_, a| {
        Ok(Value::string(BASE64.encode(flushed(text(a, 0).as_bytes()))))
    }),
    Function::new("base64gunzip", &[string("str")], Returns::String, gunzip),
];

fn gunzip(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let packed = super::encoding::decode_base64(text(args, 0)).map_err(|e| Fault::arg(0, e))?;
    let bytes =
        unpack(&packed).map_err(|e| Fault::arg(0, format!("failed to decode gzip data: {e}")))?;
    String::from_utf8(bytes)
        .map(nfc)
        .map_err(|_| Fault::arg(0, "the unpacked text is not valid UTF-8"))
}

/// As `base64gzip` has it: the text is flushed before the file is closed, so two empty stored blocks end it.
fn flushed(bytes: &[u8]) -> Vec<u8> {
    member_of(bytes, true)
}

/// A file of one member (RFC 1952): no name, no time, the system unknown. The bytes are those that a Go program makes with the
/// defaults, which is what providers of user data do.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    member_of(bytes, false)
}

fn member_of(bytes: &[u8], flush: bool) -> Vec<u8> {
    let mut writer = block::Writer::new(vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    repeats::compress(bytes, |tokens, source| writer.block(tokens, source));
    if flush {
        writer.stored(&[], false);
    }
    writer.stored(&[], true);
    let mut out = writer.finish();
    out.extend(crc32(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// All members of a file, one after the other.
fn unpack(packed: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    let mut rest = packed;
    loop {
        rest = member(rest, &mut out)?;
        if rest.is_empty() {
            return Ok(out);
        }
    }
}

/// Unpacks one member; gives what stands behind it.
fn member<'p>(packed: &'p [u8], out: &mut Vec<u8>) -> Result<&'p [u8], &'static str> {
    const EARLY: &str = "it ends too early";
    let (head, mut rest) = packed.split_first_chunk::<10>().ok_or(EARLY)?;
    let [0x1f, 0x8b, 8, flags, ..] = *head else {
        return Err("it has no gzip header");
    };
    let (checked, extra, name, comment) = (
        flags & 2 != 0,
        flags & 4 != 0,
        flags & 8 != 0,
        flags & 16 != 0,
    );
    if extra {
        let (length, behind) = rest.split_first_chunk::<2>().ok_or(EARLY)?;
        rest = behind
            .get(usize::from(u16::from_le_bytes(*length))..)
            .ok_or(EARLY)?;
    }
    for _ in 0..usize::from(name) + usize::from(comment) {
        let end = rest.iter().position(|b| *b == 0).ok_or(EARLY)?;
        rest = &rest[end + 1..];
    }
    if checked {
        let (sum, behind) = rest.split_first_chunk::<2>().ok_or(EARLY)?;
        let header = &packed[..packed.len() - rest.len()];
        if crc32(header) as u16 != u16::from_le_bytes(*sum) {
            return Err("the checksum of its header is wrong");
        }
        rest = behind;
    }
    let start = out.len();
    let rest = inflate::inflate(rest, out, UNPACKED)?;
    let (sum, rest) = rest.split_first_chunk::<4>().ok_or(EARLY)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(EARLY)?;
    let unpacked = &out[start..];
    if crc32(unpacked) != u32::from_le_bytes(*sum)
        || unpacked.len() as u32 != u32::from_le_bytes(*length)
    {
        return Err("its checksum is wrong");
    }
    Ok(rest)
}

/// The cyclic redundancy check of RFC 1952 §8.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut c = i as u32;
            let mut bit = 0;
            while bit < 8 {
                c = if c & 1 == 1 {
                    0xedb8_8320 ^ (c >> 1)
                } else {
                    c >> 1
                };
                bit += 1;
            }
            table[i] = c;
            i += 1;
        }
        table
    };
    !bytes
        .iter()
        .fold(!0, |c: u32, b| TABLE[usize::from(c as u8 ^ b)] ^ (c >> 8))
}

#[cfg(test)]
mod tests {
    use super::{flushed, pack, unpack};

    #[test]
    fn what_is_packed_is_unpacked() {
        // Longer than the window, with near and far repetitions and stretches without any.
        let mut text = Vec::new();
        let mut state = 1u32;
        while text.len() < 300_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let from = (state >> 8) as usize % (text.len() + 1);
            let n = (state >> 3) as usize % 400;
            if state & 0x300 == 0 {
                text.extend(state.to_le_bytes());
            } else {
                let again: Vec<u8> = text[from..].iter().take(n).copied().collect();
                text.extend(again);
                text.push((state >> 24) as u8);
            }
        }
        for n in [0, 1, 2, 3, 4, 261, 262, 65_535, 65_536, 65_537, text.len()] {
            assert_eq!(unpack(&pack(&text[..n])).as_deref(), Ok(&text[..n]), "{n}");
            assert_eq!(
                unpack(&flushed(&text[..n])).as_deref(),
                Ok(&text[..n]),
                "{n}"
            );
        }
    }

    #[test]
    fn members_follow_each_other_and_headers_may_be_longer() {
        let mut packed = pack(b"one ");
        let mut named = pack(b"two");
        // A name and a comment.
        named[3] = 8 | 16;
        named.splice(10..10, *b"file\0said\0");
        packed.extend(named);
        assert_eq!(unpack(&packed).as_deref(), Ok(&b"one two"[..]));
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let packed = pack(b"some text, some text, some text");
        for n in 0..packed.len() {
            assert!(unpack(&packed[..n]).is_err(), "{n} bytes");
        }
        for at in [0, 1, 2, packed.len() - 1, packed.len() - 5] {
            let mut damaged = packed.clone();
            damaged[at] ^= 1;
            assert!(unpack(&damaged).is_err(), "byte {at}");
        }
    }
}
