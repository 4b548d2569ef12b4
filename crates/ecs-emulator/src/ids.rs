//! Decides the ids of everything the cloud makes: a prefix and seventeen characters drawn from a seed
//! and a counter per kind, so that the same seed and the same requests give the same ids.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The source of ids; part of what is kept on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ids {
    seed: u64,
    used: BTreeMap<String, u64>,
}

impl Ids {
    /// A fresh source.
    pub(crate) const fn new(seed: u64) -> Self {
        Self {
            seed,
            used: BTreeMap::new(),
        }
    }

    /// The next id of a kind, `i-bp1…`.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        let number = self.draw(prefix);
        let mut state = mix(self.seed ^ hash(prefix)) ^ number;
        let mut id = String::with_capacity(prefix.len() + 21);
        id.push_str(prefix);
        id.push_str("-bp1");
        for _ in 0..17 {
            state = mix(state);
            id.push(BASE36[(state % 36) as usize] as char);
        }
        id
    }

    /// The next number of a kind, from 1.
    pub(crate) fn draw(&mut self, kind: &str) -> u64 {
        if let Some(number) = self.used.get_mut(kind) {
            *number += 1;
            return *number;
        }
        self.used.insert(kind.to_owned(), 1);
        1
    }

    /// Whether any number of a kind was drawn.
    pub(crate) fn has_drawn(&self, kind: &str) -> bool {
        self.used.contains_key(kind)
    }

    /// A well mixed number for the `number`-th thing of a kind.
    pub(crate) fn noise(&self, kind: &str, number: u64) -> u64 {
        mix(mix(self.seed ^ hash(kind)) ^ number)
    }
}

const BASE36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// One step of SplitMix64.
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a over the text: stable over versions and machines, which the standard hasher is not.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// An id in the form of a request id: upper-case hexadecimal groups of 8-4-4-4-12.
pub(crate) fn request_id(seed: u64, number: u64) -> String {
    let a = mix(mix(seed) ^ number);
    let b = mix(a);
    format!(
        "{:08X}-{:04X}-{:04X}-{:04X}-{:012X}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_stable_and_distinct() {
        let (mut a, mut b) = (Ids::new(7), Ids::new(7));
        let first: Vec<String> = (0..20_000).map(|_| a.next("i")).collect();
        assert!(
            first
                .iter()
                .all(|id| id.len() == 22 && id.starts_with("i-bp1"))
        );
        assert_eq!(first[0], b.next("i"));
        assert_ne!(b.next("d")[2..], first[1][2..]);
        assert_eq!(first.iter().collect::<HashSet<_>>().len(), first.len());
        assert_eq!(request_id(1, 2).len(), 36);
    }
}
