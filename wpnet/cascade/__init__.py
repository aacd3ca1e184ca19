"""Plans to knowledge: links, verdicts, graph and measures."""
