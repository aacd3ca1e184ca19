"""Decisions of people over the automatic verdicts: rows out, rows back, a log that keeps all."""
