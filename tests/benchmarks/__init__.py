"""Measurements of our own speed, run on demand."""
