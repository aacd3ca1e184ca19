"""wpnet: how Chinese government disclosure plans evolve and cascade."""

__version__ = "0.1.0"
