"""A corpus in a researcher's hands: short displays, typed tables, graphs, questions in one call."""
