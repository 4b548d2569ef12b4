//! RunInstances as users meet it: its rules, its errors, and how many calls it takes.

mod cases;
mod rules;
