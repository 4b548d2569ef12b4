//! Resource graph, planner, replace order, step graph, coalescing, finalising.
