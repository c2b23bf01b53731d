"""Ways to look green: each a tiny project with a failing test, and a trick that hides it."""
