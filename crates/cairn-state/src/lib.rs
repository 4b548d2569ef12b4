//! State store, intent journal, export, lock, plan files.
