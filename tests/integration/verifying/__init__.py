"""Folders of evidence, as they are handed over, altered and checked."""
