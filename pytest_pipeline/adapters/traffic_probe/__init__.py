"""The traffic probe: a process of its own that sends requests at a fixed rate.

``generator`` and what it imports run in that process; they use the standard library alone and start
in a fraction of a second.
"""
