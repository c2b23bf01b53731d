"""Runs the jobs of a GitHub workflow as a runner does, without GitHub."""
