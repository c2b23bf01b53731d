"""What a session that is a part of something larger leaves alone of the user's files."""

from __future__ import annotations

import os

import pytest

#: pytest's own plugins that keep records of what failed last, what is new and where to go on.
_RECORDERS = ("lfplugin", "nfplugin", "stepwiseplugin")


def leave_files_alone(config: pytest.Config, part: str) -> None:
    """Write no report and clear no cache; have an own place for `tmp_path`.

    Each part would overwrite what the whole writes there, or another part did.
    """
    option = config.option
    option.xmlpath, option.log_file_mode, option.cacheclear = None, "a", False
    option.pastebin = None
    if option.basetemp:
        option.basetemp = os.path.join(option.basetemp, part)  # noqa: PTH118 - a text


def leave_records_alone(config: pytest.Config) -> None:
    """Keep what failed last in runs of the user's, which these tests are none of."""
    for name in _RECORDERS:
        plugin = config.pluginmanager.getplugin(name)
        if plugin is not None:
            config.pluginmanager.unregister(plugin)
