"""A small pretrained encoder: sentences in, vectors out, the same bytes on every processor."""
