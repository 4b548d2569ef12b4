//! Decides how the world keeps its rows: in order of creation, found by id, and remembering which
//! ones changed, so that the store can write exactly those. What a row means is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Something kept in a table.
pub(crate) trait Row: Serialize + DeserializeOwned {
    /// The name it is found by; never changes.
    fn id(&self) -> &str;
}

/// Rows of one kind.
#[derive(Debug)]
pub(crate) struct Table<T> {
    rows: BTreeMap<u64, T>,
    by_id: HashMap<String, u64>,
    next: u64,
    changed: BTreeSet<u64>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            by_id: HashMap::new(),
            next: 1,
            changed: BTreeSet::new(),
        }
    }
}

/// The changed rows of one table, to be written.
#[derive(Serialize)]
pub(crate) struct Written<'a, T> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    put: Vec<(u64, &'a T)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    del: Vec<u64>,
}

/// The same, read back.
#[derive(Deserialize)]
pub(crate) struct ReadBack<T> {
    #[serde(default = "Vec::new")]
    put: Vec<(u64, T)>,
    #[serde(default)]
    del: Vec<u64>,
}

impl<T: Row> Table<T> {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(self.by_id.get(id)?)
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The row, to be changed: it will be written.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let number = *self.by_id.get(id)?;
        self.changed.insert(number);
        self.rows.get_mut(&number)
    }

    /// Adds a row as the newest; a row of the same id is replaced in its place.
    pub(crate) fn insert(&mut self, row: T) {
        let number = if let Some(&number) = self.by_id.get(row.id()) {
            number
        } else {
            let number = self.next;
            self.next += 1;
            self.by_id.insert(row.id().to_owned(), number);
            number
        };
        self.changed.insert(number);
        self.rows.insert(number, row);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let number = self.by_id.remove(id)?;
        self.changed.insert(number);
        self.rows.remove(&number)
    }

    /// All rows, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.values()
    }

    /// All rows with their numbers, oldest first.
    pub(crate) fn numbered(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.rows.iter().map(|(&number, row)| (number, row))
    }

    /// The oldest row.
    pub(crate) fn oldest(&self) -> Option<&T> {
        self.rows.values().next()
    }

    /// The row with its number in the order of creation, which is what paging tokens hold.
    pub(crate) fn find(&self, id: &str) -> Option<(u64, &T)> {
        let number = *self.by_id.get(id)?;
        Some((number, self.rows.get(&number)?))
    }

    /// The row of a number.
    pub(crate) fn at(&self, number: u64) -> Option<&T> {
        self.rows.get(&number)
    }

    /// Whether anything waits to be written.
    pub(crate) fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What waits to be written.
    pub(crate) fn changes(&self) -> Option<Written<'_, T>> {
        if self.changed.is_empty() {
            return None;
        }
        let mut written = Written {
            put: Vec::new(),
            del: Vec::new(),
        };
        for &number in &self.changed {
            match self.rows.get(&number) {
                Some(row) => written.put.push((number, row)),
                None => written.del.push(number),
            }
        }
        Some(written)
    }

    /// Everything has been written.
    pub(crate) fn settle(&mut self) {
        self.changed.clear();
    }

    /// Up to `most` rows after row number `after`, for a full copy, and the number to go on from.
    pub(crate) fn slice(&self, after: u64, most: usize) -> (Option<Written<'_, T>>, Option<u64>) {
        let put: Vec<(u64, &T)> = self
            .rows
            .range(after + 1..)
            .take(most)
            .map(|(&number, row)| (number, row))
            .collect();
        let last = put.last().map(|(number, _)| *number);
        let written = (!put.is_empty()).then_some(Written {
            put,
            del: Vec::new(),
        });
        (written, last)
    }

    /// Takes changes read back from disk; they count as written.
    pub(crate) fn absorb(&mut self, read: ReadBack<T>) {
        for number in read.del {
            if let Some(row) = self.rows.remove(&number) {
                self.by_id.remove(row.id());
            }
            self.next = self.next.max(number + 1);
        }
        for (number, row) in read.put {
            self.by_id.insert(row.id().to_owned(), number);
            self.rows.insert(number, row);
            self.next = self.next.max(number.saturating_add(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Word(String);

    impl Row for Word {
        fn id(&self) -> &str {
            &self.0
        }
    }

    fn text(table: &Table<Word>) -> String {
        serde_json::to_string(&table.changes()).unwrap()
    }

    #[test]
    fn remembers_changes_and_reads_them_back() {
        let mut table = Table::default();
        table.insert(Word("a".into()));
        table.insert(Word("b".into()));
        let first = text(&table);
        table.settle();
        assert!(!table.is_changed());
        table.remove("a");
        table.insert(Word("c".into()));
        let second = text(&table);
        let mut other: Table<Word> = Table::default();
        for line in [first, second] {
            other.absorb(serde_json::from_str(&line).unwrap());
        }
        let words: Vec<&str> = other.iter().map(|w| w.0.as_str()).collect();
        assert_eq!(words, ["b", "c"]);
        assert!(other.get("a").is_none() && other.get("c").is_some() && !other.is_changed());
        other.insert(Word("d".into()));
        assert_eq!(other.find("d"), Some((4, &Word("d".into()))));
        assert_eq!(other.at(4), other.get("d"));
    }
}
