"""Starts again what dies of a kept environment.

::

    command ──starts──► supervisor     one small process an environment; looks once a second
                            │
                            └─starts──► pytest-pipeline mend     only when something died

The supervisor itself imports next to nothing, for it lives for days: so this imports nothing.
"""
