"""Walks plans and pipelines through ports; knows no pytest, no Docker, no wall clock."""
