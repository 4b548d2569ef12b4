//! Decides which bits stand for each symbol of a block: the codes that make it shortest, none longer than allowed. Where
//! several would be equally short, it is the one that merging packages gives with packages before symbols of the same weight.

/// The bits of one symbol, the first of them lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

/// Codes for symbols by how often each occurs; a symbol that does not occur has none.
pub(super) fn codes(counts: &[u32], most: usize) -> Vec<Code> {
    let mut symbols: Vec<usize> = (0..counts.len()).filter(|s| counts[*s] > 0).collect();
    let mut codes = vec![Code::default(); counts.len()];
    if symbols.len() <= 2 {
        for (bits, &symbol) in symbols.iter().enumerate() {
            codes[symbol] = Code {
                bits: bits as u16,
                length: 1,
            };
        }
        return codes;
    }
    symbols.sort_by_key(|s| (counts[*s], *s));
    let weights: Vec<u64> = symbols.iter().map(|s| u64::from(counts[*s])).collect();
    let mut next = 0u16;
    for (length, n) in per_length(&weights, most.min(symbols.len() - 1)) {
        next <<= 1;
        // The commonest are last. Codes of one length rise with the symbols.
        let mut of_length = symbols.split_off(symbols.len() - n);
        of_length.sort_unstable();
        for symbol in of_length {
            codes[symbol] = Code {
                bits: next.reverse_bits() >> (16 - length),
                length: length as u8,
            };
            next += 1;
        }
    }
    codes
}

/// How many codes there are of each length, from 1: packages are merged (Larmore and Hirschberg).
fn per_length(weights: &[u64], most: usize) -> Vec<(usize, usize)> {
    // The rows from the longest codes up: in each the weights, and pairs of the items of the row before. `true` is a pair.
    let mut rows: Vec<Vec<bool>> = Vec::with_capacity(most);
    let mut pairs: Vec<u64> = Vec::new();
    for _ in 0..most {
        let mut row = Vec::with_capacity(weights.len() + pairs.len());
        let mut sums = Vec::with_capacity(weights.len() + pairs.len());
        let (mut w, mut p) = (0, 0);
        while w < weights.len() || p < pairs.len() {
            let pair = p < pairs.len() && (w == weights.len() || pairs[p] <= weights[w]);
            row.push(pair);
            if pair {
                sums.push(pairs[p]);
                p += 1;
            } else {
                sums.push(weights[w]);
                w += 1;
            }
        }
        pairs = sums.chunks_exact(2).map(|two| two[0] + two[1]).collect();
        rows.push(row);
    }
    let mut needed = 2 * weights.len() - 2;
    let mut deeper = Vec::with_capacity(most);
    for row in rows.iter().rev() {
        let in_pairs = row[..needed].iter().filter(|pair| **pair).count();
        // So many symbols have a code at least as long.
        deeper.push(needed - in_pairs);
        needed = 2 * in_pairs;
    }
    (0..most)
        .map(|i| (i + 1, deeper[i] - deeper.get(i + 1).unwrap_or(&0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Code, codes};

    #[test]
    fn common_symbols_have_short_codes() {
        let lengths = |counts: &[u32], most| -> Vec<u8> {
            codes(counts, most).iter().map(|c| c.length).collect()
        };
        assert_eq!(lengths(&[1, 1, 2, 4, 0, 8], 15), [4, 4, 3, 2, 0, 1]);
        assert_eq!(lengths(&[1, 1, 2, 4, 0, 8], 3), [3, 3, 3, 3, 0, 1]);
        assert_eq!(lengths(&[0, 5, 0, 9], 15), [0, 1, 0, 1]);
        assert_eq!(lengths(&[0, 5], 15), [0, 1]);
        assert_eq!(lengths(&[1; 8], 15), [3; 8]);
    }

    #[test]
    fn no_code_begins_another() {
        let counts: Vec<u32> = (0..286).map(|i| (i * i) % 97).collect();
        for most in [9, 12, 15] {
            let codes: Vec<Code> = codes(&counts, most)
                .into_iter()
                .filter(|c| c.length > 0)
                .collect();
            let used: f64 = codes
                .iter()
                .map(|c| f64::from(c.length))
                .map(|l| 0.5f64.powf(l))
                .sum();
            assert!((used - 1.0).abs() < 1e-9);
            for (i, a) in codes.iter().enumerate() {
                for b in &codes[i + 1..] {
                    let shared = a.length.min(b.length);
                    assert!((a.bits ^ b.bits) & ((1 << shared) - 1) != 0);
                }
            }
        }
    }
}
