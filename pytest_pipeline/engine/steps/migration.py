"""Runs the migration of a release."""

from __future__ import annotations

from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.engine.ports import Command, Installed
from pytest_pipeline.engine.runtime import instance_command, instance_variables
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import TargetError


def migrate(site: Site, release: Release, installed: Installed) -> None:
    """Run the migration of a release to its end.

    Raises:
        TargetError: If it fails; carries its output.
    """
    run = run_of(release.configuration)
    if not run.migrate:
        return
    name = f"{release.name}-migrate"
    values = site.placeholders(release, installed, name)
    command = Command(
        argv=instance_command(run.migrate, values),
        cwd=installed.folder,
        env=instance_variables(site.tools.variables, run.variables, values, installed),
        log=site.folder / f"{name}.log",
        name=f"migration of {release.name} ({site.environment.name})",
    )
    done = site.tools.processes.run(command, timeout_s=run.migrate_timeout_s)
    if done.exit_code != 0:
        how = (
            f"did not end within {run.migrate_timeout_s:g} s"
            if done.exit_code is None
            else f"ended with exit code {done.exit_code}"
        )
        raise TargetError(f"{command.name} {how}", output=done.output[-4000:])
