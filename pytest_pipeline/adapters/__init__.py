"""Implementations of the engine's ports, one concern a file; picked only by `wiring`."""
