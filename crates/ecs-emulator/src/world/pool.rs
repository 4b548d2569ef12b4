//! Decides which address of a vSwitch comes next. The first address of the block and the last three
//! are never handed out.

use std::collections::BTreeSet;

use crate::cidr::{Cidr, address_text, parse_address};

/// The addresses of one vSwitch.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    first: u32,
    last: u32,
    used: BTreeSet<u32>,
    /// Where the search begins.
    next: u32,
}

/// Why an address cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAddress {
    /// It is not in the usable part of the block.
    Outside,
    /// Something has it.
    Taken,
    /// None is left.
    Exhausted,
}

impl Pool {
    pub(crate) fn new(cidr: &str) -> Self {
        let (first, last) = Cidr::parse(cidr).map_or((1, 0), Cidr::usable);
        Self {
            first,
            last,
            used: BTreeSet::new(),
            next: first,
        }
    }

    /// Notes an address as used.
    pub(crate) fn mark(&mut self, address: &str) {
        if let Some(address) = parse_address(address) {
            self.used.insert(address);
            self.next = self.next.max(address.saturating_add(1));
        }
    }

    pub(crate) fn free(&mut self, address: &str) {
        if let Some(address) = parse_address(address) {
            self.used.remove(&address);
        }
    }

    /// How many addresses are left.
    pub(crate) fn available(&self) -> i64 {
        let all = i64::from(self.last) - i64::from(self.first) + 1;
        (all - self.used.len() as i64).max(0)
    }

    /// Whether `count` addresses from `start` on can all be had.
    pub(crate) fn check_run(&self, start: u32, count: u32) -> Result<(), NoAddress> {
        let end = start
            .checked_add(count.saturating_sub(1))
            .ok_or(NoAddress::Outside)?;
        if start < self.first || end > self.last {
            return Err(NoAddress::Outside);
        }
        if self.used.range(start..=end).next().is_some() {
            return Err(NoAddress::Taken);
        }
        Ok(())
    }

    /// Takes one address; it has been checked.
    pub(crate) fn take(&mut self, address: u32) -> String {
        self.used.insert(address);
        address_text(address)
    }

    /// Takes the next free one.
    pub(crate) fn take_next(&mut self) -> Result<String, NoAddress> {
        if self.available() == 0 {
            return Err(NoAddress::Exhausted);
        }
        let free = |from: u32| (from..=self.last).find(|address| !self.used.contains(address));
        let address = free(self.next.max(self.first))
            .or_else(|| free(self.first))
            .ok_or(NoAddress::Exhausted)?;
        self.next = address + 1;
        Ok(self.take(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_out_all_but_the_reserved() {
        let mut pool = Pool::new("10.0.0.0/29");
        assert_eq!(pool.available(), 4);
        let all: Vec<String> = (0..4).map(|_| pool.take_next().unwrap()).collect();
        assert_eq!(all, ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]);
        assert_eq!(pool.take_next(), Err(NoAddress::Exhausted));
        pool.free("10.0.0.2");
        assert_eq!(pool.take_next().as_deref(), Ok("10.0.0.2"));
        let at = |text| parse_address(text).unwrap();
        assert_eq!(pool.check_run(at("10.0.0.0"), 1), Err(NoAddress::Outside));
        assert_eq!(pool.check_run(at("10.0.0.5"), 1), Err(NoAddress::Outside));
        assert_eq!(pool.check_run(at("10.0.0.3"), 2), Err(NoAddress::Taken));
        pool.free("10.0.0.4");
        assert_eq!(pool.check_run(at("10.0.0.4"), 1), Ok(()));
        assert_eq!(Pool::new("nonsense").available(), 0);
    }
}
