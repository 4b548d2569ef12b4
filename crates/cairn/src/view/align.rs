//! Decides what two sequences share: as many elements as possible, in order, what goes before what comes.

/// Sequences longer than this, multiplied, are not searched for what they share between their common ends.
const LARGEST: usize = 16_000_000;

/// One element of either sequence, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// In both: where in the old one, where in the new one.
    Same(usize, usize),
    /// In the old one only.
    Old(usize),
    /// In the new one only.
    New(usize),
}

/// All elements of both in order.
pub(crate) fn align<T: PartialEq>(old: &[T], new: &[T]) -> Vec<Step> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[head..], &new[head..]);
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let a = &old_rest[..old_rest.len() - tail];
    let b = &new_rest[..new_rest.len() - tail];
    let mut steps: Vec<Step> = (0..head).map(|i| Step::Same(i, i)).collect();
    let (mut i, mut j) = (0, 0);
    if a.len().saturating_mul(b.len()) <= LARGEST {
        let width = b.len() + 1;
        let mut shared = vec![0_u32; (a.len() + 1) * width];
        for i in (0..a.len()).rev() {
            for j in (0..b.len()).rev() {
                shared[i * width + j] = if a[i] == b[j] {
                    shared[(i + 1) * width + j + 1] + 1
                } else {
                    shared[(i + 1) * width + j].max(shared[i * width + j + 1])
                };
            }
        }
        while i < a.len() && j < b.len() {
            if a[i] == b[j] {
                steps.push(Step::Same(head + i, head + j));
                i += 1;
                j += 1;
            } else if shared[(i + 1) * width + j] >= shared[i * width + j + 1] {
                steps.push(Step::Old(head + i));
                i += 1;
            } else {
                steps.push(Step::New(head + j));
                j += 1;
            }
        }
    }
    steps.extend((i..a.len()).map(|i| Step::Old(head + i)));
    steps.extend((j..b.len()).map(|j| Step::New(head + j)));
    let (from_old, from_new) = (old.len() - tail, new.len() - tail);
    steps.extend((0..tail).map(|k| Step::Same(from_old + k, from_new + k)));
    steps
}
