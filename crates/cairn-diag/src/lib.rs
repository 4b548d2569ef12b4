//! Spans, source files, diagnostics, and their text rendering.
