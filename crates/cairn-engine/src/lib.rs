//! Use cases: validate, plan, apply, destroy, drift, recovery; the apply loop.
