//! Decides how a block is written (RFC 1951): with codes of its own, with the fixed ones, or as it is, whichever is shortest.

use super::huffman::{Code, codes};

/// A byte, or a repetition of what stood before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Byte(u8),
    Repeat { length: u16, distance: u16 },
}

impl Token {
    pub(super) fn byte(byte: u8) -> Self {
        Self::Byte(byte)
    }

    /// Lengths are 3 to 258, distances up to 32,768.
    pub(super) fn repeat(length: usize, distance: usize) -> Self {
        Self::Repeat {
            length: length as u16,
            distance: distance as u16,
        }
    }
}

const END: usize = 256;
const LITERALS: usize = 286;
const DISTANCES: usize = 30;

/// The most bytes of a stored block.
const STORED: usize = 65_535;

/// In this order the lengths of the codes for code lengths are written.
pub(super) const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Bits behind the symbols from 257 on, and the least length of each.
pub(super) const LENGTHS: [(u8, u16); 29] = spans::<29>(3, 4, 258);

/// Bits behind the symbols of distances, and the least distance of each.
pub(super) const SPANS: [(u8, u16); 30] = spans::<30>(1, 2, 0);

/// Symbols for spans of growing width: the first ones for one value each, then `group` of each width, which doubles. A last
/// value that is not 0 has a symbol of its own.
const fn spans<const N: usize>(first: u16, group: usize, last: u16) -> [(u8, u16); N] {
    let mut table = [(0, 0); N];
    let mut least = first;
    let mut i = 0;
    while i < N {
        let bits = if i < 2 * group {
            0
        } else {
            (i / group - 1) as u8
        };
        table[i] = (bits, least);
        least = least.wrapping_add(1 << bits);
        i += 1;
    }
    if last != 0 {
        table[N - 1] = (0, last);
    }
    table
}

/// The symbol of a value, and what stands in the bits behind it.
fn symbol(table: &[(u8, u16)], value: u16) -> (usize, u8, u16) {
    let i = table.partition_point(|(_, least)| *least <= value) - 1;
    (i, table[i].0, value - table[i].1)
}

/// The codes that need not be written.
pub(super) fn fixed_literals() -> [u8; 288] {
    let mut lengths = [8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    lengths
}

/// Writes blocks behind what is there.
pub(super) struct Writer {
    out: Vec<u8>,
    /// What does not fill a byte yet.
    bits: u64,
    n: u32,
}

/// How often each symbol occurs.
struct Counts {
    literals: [u32; LITERALS],
    distances: [u32; DISTANCES],
    /// Bits behind the symbols, of all tokens.
    extra: usize,
}

impl Counts {
    fn of(tokens: &[Token]) -> Self {
        let mut counts = Self {
            literals: [0; LITERALS],
            distances: [0; DISTANCES],
            extra: 0,
        };
        counts.literals[END] = 1;
        for token in tokens {
            match *token {
                Token::Byte(byte) => counts.literals[usize::from(byte)] += 1,
                Token::Repeat { length, distance } => {
                    let (l, l_bits, _) = symbol(&LENGTHS, length);
                    let (d, d_bits, _) = symbol(&SPANS, distance);
                    counts.literals[END + 1 + l] += 1;
                    counts.distances[d] += 1;
                    counts.extra += usize::from(l_bits) + usize::from(d_bits);
                }
            }
        }
        if counts.distances.iter().all(|n| *n == 0) {
            // One code at least must be described.
            counts.distances[0] = 1;
        }
        counts
    }

    fn size(&self, literals: &[Code], distances: &[Code]) -> usize {
        let sum = |counts: &[u32], codes: &[Code]| -> usize {
            counts
                .iter()
                .zip(codes)
                .map(|(n, c)| *n as usize * usize::from(c.length))
                .sum()
        };
        3 + self.extra + sum(&self.literals, literals) + sum(&self.distances, distances)
    }
}

/// The description of codes of a block's own.
struct Head {
    literals: usize,
    distances: usize,
    /// Lengths, and signs for repeated ones with what stands in the bits behind them.
    runs: Vec<(u8, u8, u8)>,
    codes: Vec<Code>,
    /// How many of `codes` are written.
    n: usize,
    bits: usize,
}

impl Head {
    fn new(literals: &[Code], distances: &[Code]) -> Self {
        let used = |codes: &[Code]| {
            codes
                .iter()
                .rposition(|c| c.length > 0)
                .map_or(0, |i| i + 1)
        };
        let (n_literals, n_distances) = (used(literals), used(distances));
        let lengths: Vec<u8> = literals[..n_literals]
            .iter()
            .chain(&distances[..n_distances])
            .map(|c| c.length)
            .collect();
        let mut runs = Vec::new();
        for same in lengths.chunk_by(|a, b| a == b) {
            repeated(same[0], same.len(), &mut runs);
        }
        let mut counts = [0; 19];
        for (sign, _, _) in &runs {
            counts[usize::from(*sign)] += 1;
        }
        let codes = codes(&counts, 7);
        let n = ORDER
            .iter()
            .rposition(|s| counts[*s] > 0)
            .map_or(4, |i| (i + 1).max(4));
        let bits = 5
            + 5
            + 4
            + 3 * n
            + runs
                .iter()
                .map(|(sign, bits, _)| usize::from(codes[usize::from(*sign)].length + bits))
                .sum::<usize>();
        Self {
            literals: n_literals,
            distances: n_distances,
            runs,
            codes,
            n,
            bits,
        }
    }
}

/// A length so many times: repeats of the one before are 3 to 6, of zero up to 138.
fn repeated(length: u8, mut n: usize, runs: &mut Vec<(u8, u8, u8)>) {
    if length == 0 {
        while n >= 11 {
            let some = n.min(138);
            runs.push((18, 7, (some - 11) as u8));
            n -= some;
        }
        if n >= 3 {
            runs.push((17, 3, (n - 3) as u8));
            n = 0;
        }
    } else {
        runs.push((length, 0, 0));
        n -= 1;
        while n >= 3 {
            let some = n.min(6);
            runs.push((16, 2, (some - 3) as u8));
            n -= some;
        }
    }
    runs.extend(std::iter::repeat_n((length, 0, 0), n));
}

impl Writer {
    pub(super) fn new(out: Vec<u8>) -> Self {
        Self { out, bits: 0, n: 0 }
    }

    fn put(&mut self, bits: u16, n: u8) {
        self.bits |= u64::from(bits) << self.n;
        self.n += u32::from(n);
        while self.n >= 8 {
            self.out.push(self.bits as u8);
            self.bits >>= 8;
            self.n -= 8;
        }
    }

    fn put_code(&mut self, code: Code) {
        self.put(code.bits, code.length);
    }

    /// A block of these tokens, which stand for `source` (nothing where that is not at hand any more).
    pub(super) fn block(&mut self, tokens: &[Token], source: Option<&[u8]>) {
        let counts = Counts::of(tokens);
        let (literals, distances) = (codes(&counts.literals, 15), codes(&counts.distances, 15));
        let head = Head::new(&literals, &distances);
        let (fixed, fixed_distances) = fixed();
        let fixed_size = counts.size(&fixed, &fixed_distances);
        let own_size = counts.size(&literals, &distances) + head.bits;
        if let Some(source) = source.filter(|s| s.len() <= STORED)
            && (source.len() + 5) * 8 < own_size.min(fixed_size)
        {
            self.stored(source, false);
        } else if own_size < fixed_size {
            self.put(0b100, 3);
            self.head(&head);
            self.tokens(tokens, &literals, &distances);
        } else {
            self.put(0b010, 3);
            self.tokens(tokens, &fixed, &fixed_distances);
        }
    }

    /// Bytes as they are.
    pub(super) fn stored(&mut self, bytes: &[u8], last: bool) {
        self.put(u16::from(last), 3);
        self.align();
        let n = bytes.len() as u16;
        self.put(n, 16);
        self.put(!n, 16);
        self.out.extend_from_slice(bytes);
    }

    fn align(&mut self) {
        if self.n > 0 {
            self.put(0, (8 - self.n) as u8);
        }
    }

    fn head(&mut self, head: &Head) {
        self.put((head.literals - 257) as u16, 5);
        self.put((head.distances - 1) as u16, 5);
        self.put((head.n - 4) as u16, 4);
        for symbol in &ORDER[..head.n] {
            self.put(u16::from(head.codes[*symbol].length), 3);
        }
        for (sign, bits, behind) in &head.runs {
            self.put_code(head.codes[usize::from(*sign)]);
            self.put(u16::from(*behind), *bits);
        }
    }

    fn tokens(&mut self, tokens: &[Token], literals: &[Code], distances: &[Code]) {
        for token in tokens {
            match *token {
                Token::Byte(byte) => self.put_code(literals[usize::from(byte)]),
                Token::Repeat { length, distance } => {
                    let (l, bits, behind) = symbol(&LENGTHS, length);
                    self.put_code(literals[END + 1 + l]);
                    self.put(behind, bits);
                    let (d, bits, behind) = symbol(&SPANS, distance);
                    self.put_code(distances[d]);
                    self.put(behind, bits);
                }
            }
        }
        self.put_code(literals[END]);
    }

    /// All bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.out
    }
}

/// The codes of both kinds that need not be written.
fn fixed() -> (Vec<Code>, Vec<Code>) {
    let mut next = [0u16; 10];
    (next[8], next[9]) = (0x30, 0x190);
    let lengths = fixed_literals();
    let mut literals = Vec::with_capacity(lengths.len());
    for (symbol, length) in lengths.into_iter().enumerate() {
        // Symbols from 280 on have the codes behind those of the bytes below 144.
        let code = if symbol < 280 {
            let code = next[usize::from(length)];
            next[usize::from(length)] += 1;
            code
        } else {
            0xc0 + (symbol - 280) as u16
        };
        literals.push(Code {
            bits: code.reverse_bits() >> (16 - length),
            length,
        });
    }
    let distances = (0..DISTANCES as u16)
        .map(|d| Code {
            bits: d.reverse_bits() >> 11,
            length: 5,
        })
        .collect();
    (literals, distances)
}
