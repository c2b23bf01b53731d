"""Opens the service root that a command is about."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pytest_pipeline import wiring
from pytest_pipeline.domain.pipelines import Pipeline


@contextmanager
def opened(
    options: argparse.Namespace, *, excluded: Sequence[Path] = ()
) -> Iterator[tuple[wiring.WiredToolbox, Pipeline]]:
    """Yield the toolbox and the pipeline of the service root, and clean up after.

    Args:
        options: The parsed arguments.
        excluded: Files that the command was told to write.

    Raises:
        ConfigError: If there is no service root, or its configuration is wrong.
    """
    root = wiring.required_root(Path(options.root))
    pipeline = wiring.load_pipeline(root)
    shown = "" if root == Path.cwd() else str(options.root)
    with wiring.toolbox(
        root,
        wiring.standard_progress(),
        inputs=pipeline.inputs,
        excluded=excluded,
        shown=shown,
        signers=pipeline.signers,
    ) as tools:
        yield tools, pipeline
