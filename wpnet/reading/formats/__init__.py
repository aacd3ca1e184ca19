"""One module per file format; each maps the bytes of a file to its lines."""
