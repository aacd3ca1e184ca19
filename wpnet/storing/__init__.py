"""How wpnet writes: every file and folder whole or not at all, and never over somebody's work."""
