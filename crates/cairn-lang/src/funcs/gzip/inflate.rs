//! Decides what compressed blocks stand for (RFC 1951).

use super::block::{LENGTHS, ORDER, SPANS, fixed_literals};

const EARLY: &str = "it ends too early";
const DAMAGED: &str = "it is damaged";

/// The longest code.
const LONGEST: usize = 15;

/// Writes behind `out` what the blocks stand for; gives what stands behind them.
pub(super) fn inflate<'p>(
    packed: &'p [u8],
    out: &mut Vec<u8>,
    most: usize,
) -> Result<&'p [u8], &'static str> {
    let mut bits = Bits {
        bytes: packed,
        held: 0,
        n: 0,
    };
    let start = out.len();
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => {
                bits.align();
                let n = bits.take(16)?;
                if bits.take(16)? != !n & 0xffff {
                    return Err(DAMAGED);
                }
                for _ in 0..n {
                    out.push(bits.take(8)? as u8);
                }
            }
            1 => {
                let literals = Decoder::new(&fixed_literals())?;
                let distances = Decoder::new(&[5; 30])?;
                bits.block(&literals, &distances, out, start, most)?;
            }
            2 => {
                let (literals, distances) = bits.head()?;
                bits.block(&literals, &distances, out, start, most)?;
            }
            _ => return Err(DAMAGED),
        }
        if out.len() > most {
            return Err("it is too large");
        }
        if last {
            bits.align();
            return Ok(bits.bytes);
        }
    }
}

struct Bits<'p> {
    bytes: &'p [u8],
    held: u32,
    n: u32,
}

impl Bits<'_> {
    fn take(&mut self, n: u32) -> Result<u32, &'static str> {
        while self.n < n {
            let (&byte, rest) = self.bytes.split_first().ok_or(EARLY)?;
            self.bytes = rest;
            self.held |= u32::from(byte) << self.n;
            self.n += 8;
        }
        let taken = self.held & ((1 << n) - 1);
        self.held >>= n;
        self.n -= n;
        Ok(taken)
    }

    /// To the next byte. Less than one is held.
    fn align(&mut self) {
        (self.held, self.n) = (0, 0);
    }

    fn symbol(&mut self, decoder: &Decoder) -> Result<usize, &'static str> {
        let (mut code, mut first, mut passed) = (0, 0, 0);
        for length in 1..=LONGEST {
            code |= self.take(1)? as usize;
            let n = decoder.per_length[length];
            if code < first + n {
                return Ok(decoder.symbols[passed + code - first]);
            }
            passed += n;
            first = (first + n) << 1;
            code <<= 1;
        }
        Err(DAMAGED)
    }

    /// The codes of a block's own.
    fn head(&mut self) -> Result<(Decoder, Decoder), &'static str> {
        let literals = self.take(5)? as usize + 257;
        let distances = self.take(5)? as usize + 1;
        let n = self.take(4)? as usize + 4;
        if literals > 286 || distances > 30 {
            return Err(DAMAGED);
        }
        let mut of_lengths = [0; 19];
        for symbol in &ORDER[..n] {
            of_lengths[*symbol] = self.take(3)? as u8;
        }
        let of_lengths = Decoder::new(&of_lengths)?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            let (length, n) = match self.symbol(&of_lengths)? {
                16 => (*lengths.last().ok_or(DAMAGED)?, self.take(2)? + 3),
                17 => (0, self.take(3)? + 3),
                18 => (0, self.take(7)? + 11),
                length => (length as u8, 1),
            };
            lengths.extend(std::iter::repeat_n(length, n as usize));
        }
        if lengths.len() > literals + distances || lengths[256] == 0 {
            return Err(DAMAGED);
        }
        let (literals, distances) = lengths.split_at(literals);
        Ok((Decoder::new(literals)?, Decoder::new(distances)?))
    }

    fn block(
        &mut self,
        literals: &Decoder,
        distances: &Decoder,
        out: &mut Vec<u8>,
        start: usize,
        most: usize,
    ) -> Result<(), &'static str> {
        loop {
            match self.symbol(literals)? {
                byte @ ..=255 => out.push(byte as u8),
                256 => return Ok(()),
                symbol => {
                    let &(bits, least) = LENGTHS.get(symbol - 257).ok_or(DAMAGED)?;
                    let length = usize::from(least) + self.take(u32::from(bits))? as usize;
                    let symbol = self.symbol(distances)?;
                    let &(bits, least) = SPANS.get(symbol).ok_or(DAMAGED)?;
                    let distance = usize::from(least) + self.take(u32::from(bits))? as usize;
                    if distance > out.len() - start {
                        return Err(DAMAGED);
                    }
                    for _ in 0..length {
                        out.push(out[out.len() - distance]);
                    }
                }
            }
            if out.len() > most {
                return Err("it is too large");
            }
        }
    }
}

/// Codes to read with: how many there are of each length, and the symbols in the order of their codes.
struct Decoder {
    per_length: [usize; LONGEST + 1],
    symbols: Vec<usize>,
}

impl Decoder {
    fn new(lengths: &[u8]) -> Result<Self, &'static str> {
        let mut per_length = [0; LONGEST + 1];
        for length in lengths {
            per_length[usize::from(*length)] += 1;
        }
        per_length[0] = 0;
        let mut left = 1usize;
        for n in &per_length[1..] {
            left = (2 * left).checked_sub(*n).ok_or(DAMAGED)?;
        }
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|s| lengths[*s] > 0).collect();
        symbols.sort_by_key(|s| lengths[*s]);
        Ok(Self {
            per_length,
            symbols,
        })
    }
}
