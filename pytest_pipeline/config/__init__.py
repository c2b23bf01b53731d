"""Configuration files to typed values; every problem reported at once, with file and line."""
