"""Orders: takes customers' orders and reserves the stock for them at ``inventory``."""

__version__ = "1.0.0"
