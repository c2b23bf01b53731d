"""Frozen values and pure functions: no clock, no I/O, no randomness, no pytest."""
