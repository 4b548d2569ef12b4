//! RunInstances as users meet it: its rules, its errors, and how many calls it takes.

mod batches;
mod cases;
mod errors;
mod rules;
