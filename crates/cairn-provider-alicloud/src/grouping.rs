//! Decides how requests are put together by equality and by the limits of the API: which key makes them equal is the resource
//! type's to say.

use std::collections::HashMap;
use std::hash::Hash;

/// The greatest numbers that one call of an operation takes.
pub(crate) mod most_per_call {
    /// Instances of RunInstances, DescribeInstances and DeleteInstances.
    pub(crate) const INSTANCES: usize = 100;
    /// Instances of ModifyInstanceChargeType.
    pub(crate) const BILLED: usize = 20;
    /// Resources of TagResources and UntagResources, instances of AttachKeyPair and DetachKeyPair.
    pub(crate) const TAGGED: usize = 50;
    /// Rules of AuthorizeSecurityGroup and RevokeSecurityGroup.
    pub(crate) const RULES: usize = 100;
}

/// Puts items with equal keys together, in the order of their first members, as indexes.
pub(crate) fn by_key<T, K: Hash + Eq>(items: &[T], key: impl Fn(&T) -> K) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for (i, item) in items.iter().enumerate() {
        let place = *places.entry(key(item)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(i);
    }
    groups
}

/// The same, no group above `most`.
pub(crate) fn chunks_by_key<T, K: Hash + Eq>(
    items: &[T],
    most: usize,
    key: impl Fn(&T) -> K,
) -> Vec<Vec<usize>> {
    by_key(items, key)
        .into_iter()
        .flat_map(|g| g.chunks(most).map(<[usize]>::to_vec).collect::<Vec<_>>())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_travel_together_up_to_the_limit() {
        let items = [1, 2, 1, 1, 2];
        assert_eq!(
            chunks_by_key(&items, 2, |i| *i),
            [vec![0, 2], vec![3], vec![1, 4]]
        );
        assert!(chunks_by_key::<i32, i32>(&[], 2, |i| *i).is_empty());
    }
}
