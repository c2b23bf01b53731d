"""Opens the service root that a command is about."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pytest_pipeline import wiring
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.engine.signing_demands import demand_signer


@contextmanager
def opened(
    options: argparse.Namespace,
    *,
    excluded: Sequence[Path] = (),
    signs: Sequence[str] | None = None,
    believed: bool = True,
) -> Iterator[tuple[wiring.WiredToolbox, Pipeline]]:
    """Yield the toolbox and the pipeline of the service root, and clean up after.

    Args:
        options: The parsed arguments.
        excluded: Files that the command was told to write.
        signs: Environments whose promotions the command signs, where there is a key; None for a
            command that signs nothing.
        believed: Whether the configuration has to trust the key.

    Raises:
        ConfigError: If there is no service root, its configuration is wrong, or the key is none
            that it trusts.
    """
    root = wiring.required_root(Path(options.root))
    pipeline = wiring.load_pipeline(root)
    shown = "" if root == Path.cwd() else str(options.root)
    signer = None if signs is None else wiring.signer_of(getattr(options, "key", None))
    with wiring.toolbox(
        root,
        wiring.standard_progress(),
        inputs=pipeline.inputs,
        excluded=excluded,
        shown=shown,
        signers=pipeline.signers,
        signer=signer,
    ) as tools:
        if signer is not None and believed:
            demand_signer(tools.trust, signer.key, environments=signs or ())
        yield tools, pipeline
