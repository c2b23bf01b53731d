"""A service root for commands."""

from __future__ import annotations

CONFIGURED = """
name = "orders"
[build]
kind = "command"
command = ["./build.sh", "{output}"]
[run]
command = ["./serve", "{port}"]
[environments.staging]
strategy = "rolling"
"""
