//! Decides how numbers are drawn: from the machine's randomness, or the same again and again from a seed.

use sha2::{Digest as _, Sha256};

use crate::Surroundings;

/// Where numbers come from.
pub(super) enum Draw<'w> {
    /// The machine.
    Fresh(&'w dyn Surroundings),
    /// A seed: SHA-256 of the seed and a counter, so that the numbers are the same on every machine, in every version.
    Seeded { seed: &'w str, counter: u64 },
}

impl<'w> Draw<'w> {
    /// From the seed if there is one.
    pub(super) fn new(with: &'w dyn Surroundings, seed: Option<&'w str>) -> Self {
        match seed.filter(|s| !s.is_empty()) {
            Some(seed) => Self::Seeded { seed, counter: 0 },
            None => Self::Fresh(with),
        }
    }

    fn next(&mut self) -> u64 {
        let mut eight = [0; 8];
        match self {
            Self::Fresh(with) => with.random(&mut eight),
            Self::Seeded { seed, counter } => {
                let mut hash = Sha256::new();
                hash.update(counter.to_be_bytes());
                hash.update(seed.as_bytes());
                eight.copy_from_slice(&hash.finalize()[..8]);
                *counter += 1;
            }
        }
        u64::from_be_bytes(eight)
    }

    /// A number from 0 to `last`, each as likely as the others.
    pub(super) fn up_to(&mut self, last: u64) -> u64 {
        let Some(count) = last.checked_add(1) else {
            return self.next();
        };
        // The highest draws, too few for a whole round of `count`, are drawn again.
        let rounds = u64::MAX - (u64::MAX % count + 1) % count;
        loop {
            let n = self.next();
            if n <= rounds {
                return n % count;
            }
        }
    }

    /// One of the items; they must not be empty.
    pub(super) fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.up_to(items.len() as u64 - 1) as usize]
    }

    /// Puts the items into a random order, each order as likely as the others.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.up_to(i as u64) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fake;

    #[test]
    fn every_number_comes_up_about_equally() {
        let with = Fake::default();
        let mut draw = Draw::new(&with, None);
        let mut counts = [0; 7];
        for _ in 0..7000 {
            counts[draw.up_to(6) as usize] += 1;
        }
        assert!(counts.iter().all(|n| (850..1150).contains(n)), "{counts:?}");
    }

    #[test]
    fn a_seed_draws_the_same_again() {
        let with = Fake::default();
        let mut draws = ["a", "a", "b"].map(|s| {
            let mut draw = Draw::new(&with, Some(s));
            [(); 4].map(|()| draw.up_to(u64::MAX))
        });
        assert_eq!(draws[0], draws[1]);
        assert_ne!(draws[1], draws[2]);
        draws[0].sort_unstable();
        assert!(draws[0].windows(2).all(|w| w[0] != w[1]));
    }

    #[test]
    fn a_shuffle_loses_nothing() {
        let with = Fake::default();
        let mut items: Vec<u32> = (0..100).collect();
        Draw::new(&with, None).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
