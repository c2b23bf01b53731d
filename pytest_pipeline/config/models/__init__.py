"""The tables of the configuration as pydantic models, one file a subject.

Field names, types, defaults and descriptions are the reference: the page in ``docs/reference`` is
generated from them.
"""
