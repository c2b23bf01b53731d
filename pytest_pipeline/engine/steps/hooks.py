"""Runs commands of the user's at lifecycle events."""

from __future__ import annotations

from pytest_pipeline.domain.plans import RunHook
from pytest_pipeline.engine.ports import Command
from pytest_pipeline.engine.runtime import instance_command, instance_variables
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import HookError


def run_hook(site: Site, step: RunHook) -> None:
    """Run a hook once for each instance, in order.

    The command gets the instance's own variables, and ``LIFECYCLE_EVENT``, ``DEPLOYMENT_ID`` and
    ``INSTANCE_URL`` (empty before the instance has an address).

    Raises:
        HookError: If it fails or takes too long; carries its output.
    """
    for instance in step.instances:
        _run_for(site, step, instance)


def _run_for(site: Site, step: RunHook, instance: str) -> None:
    release, installed = site.releases[site.number_of(instance)]
    values = site.placeholders(release, installed, instance)
    known = site.fleet.get(instance)
    own = instance_variables(
        site.tools.variables, site.run_of(release.number).variables, values, installed
    )
    command = Command(
        argv=instance_command(step.command, values),
        cwd=installed.folder,
        env={
            **own,
            "LIFECYCLE_EVENT": step.event,
            "DEPLOYMENT_ID": site.deployment,
            "INSTANCE_URL": known.url if known else "",
        },
        log=site.folder / f"{instance}-{step.event}.log",
        name=f"hook {step.event} of {instance} ({site.environment.name})",
    )
    done = site.tools.processes.run(command, timeout_s=step.timeout_s)
    if done.exit_code != 0:
        how = (
            f"did not end within {step.timeout_s:g} s"
            if done.exit_code is None
            else f"ended with exit code {done.exit_code}"
        )
        raise HookError(f"{command.name} {how}", output=done.output[-4000:])
