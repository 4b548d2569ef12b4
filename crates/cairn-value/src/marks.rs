//! Decides what may be said *about* a value that travels with it: sensitive, ephemeral.

/// A set of marks. A value computed from marked ones carries all of theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Marks(u8);

impl Marks {
    /// No mark.
    pub const NONE: Self = Self(0);
    /// Never printed; stored as a sensitive path.
    pub const SENSITIVE: Self = Self(1);
    /// Never stored in plan or state.
    pub const EPHEMERAL: Self = Self(2);

    /// Both together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of self that are not in other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` are in self.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether sensitive is among them.
    pub const fn is_sensitive(self) -> bool {
        self.contains(Self::SENSITIVE)
    }

    /// Whether ephemeral is among them.
    pub const fn is_ephemeral(self) -> bool {
        self.contains(Self::EPHEMERAL)
    }
}
