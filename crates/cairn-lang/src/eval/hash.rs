//! Decides how the evaluator's memos hash their keys: in few steps, as they are asked for every instance. Keys are names of
//! the user's own configuration, so nothing guards against chosen collisions.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map with keys of the configuration.
pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// Multiplies and rotates each word in.
#[derive(Default)]
pub(crate) struct Quick(u64);

/// An odd number of well mixed bits: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Quick {
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(26) ^ word).wrapping_mul(SPREAD);
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(last));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.word(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }

    fn finish(&self) -> u64 {
        // The map takes its bucket from the low bits, which a product mixes least.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::{BuildHasher, Hash};

    #[test]
    fn near_keys_lie_apart() {
        let build = BuildHasherDefault::<Quick>::default();
        let hash = |key: &dyn Fn(&mut Quick)| {
            let mut hasher = build.build_hasher();
            key(&mut hasher);
            hasher.finish()
        };
        let mut whole = HashSet::new();
        let mut buckets = HashSet::new();
        for i in 0..4096_usize {
            for h in [
                hash(&|q| (i * 64, 0x5555_0000_usize).hash(q)),
                hash(&|q| format!("name-{i}").hash(q)),
            ] {
                whole.insert(h);
                buckets.insert(h & 0xffff);
            }
        }
        assert_eq!(whole.len(), 8192);
        assert!(buckets.len() > 6500, "{}", buckets.len());
    }
}
