"""Random suites, run with workers and without."""
