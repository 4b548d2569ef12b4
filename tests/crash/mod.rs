//! What a crash leaves behind: the process dies at each named point of an apply, and the next apply heals it.

mod points;
