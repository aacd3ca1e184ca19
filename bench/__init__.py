"""Benchmarks: invented plans with a known truth, and what the work on them costs."""
