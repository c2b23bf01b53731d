"""Inventory: knows the products, counts their stock and holds it for orders."""

__version__ = "1.0.0"
