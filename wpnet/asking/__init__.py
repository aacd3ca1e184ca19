"""A second reader on demand: rows put to a language model, its answers kept and replayed."""
