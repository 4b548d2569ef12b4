//! The engine's nouns: addresses, schemas, changes, plans, steps, calls and state objects.
