//! Types, values with unknowns and marks, conversion, paths, JSON.
