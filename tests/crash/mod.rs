//! What a crash leaves behind: the process dies at each named point of an apply, or at any moment, and the next apply heals it.

mod moments;
mod points;
