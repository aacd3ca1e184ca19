"""How the shipped encoder came about: ``python -m tools.encoder`` (needs PyTorch and the base)."""
