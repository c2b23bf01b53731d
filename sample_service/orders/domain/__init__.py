"""Rules of ordering: values and pure functions; no clock, no I/O."""
