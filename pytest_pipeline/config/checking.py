"""What no table can say alone: rules between the parts of a configuration."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_pipeline.config.alarm_checks import alarm_problems
from pytest_pipeline.config.declared import Declared
from pytest_pipeline.config.healthy_counts import healthy_count
from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.models.environments import EnvironmentTable
from pytest_pipeline.config.objective_checks import objective_problems
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.config.side_by_side_checks import side_by_side_problems
from pytest_pipeline.config.strategy_options import fleets_of, option_problems
from pytest_pipeline.config.suggestions import did_you_mean
from pytest_pipeline.domain.names_of_tests import is_node_id
from pytest_pipeline.domain.overlap_checks import MixedVersions, with_overlap_check
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.domain.templates import placeholders
from pytest_pipeline.errors import PlanError

#: Sections that mean nothing without a service that is built and run.
_OF_A_SERVICE = ("build", "run", "resources", "environments")


def cross_problems(configuration: Configuration, declared: Declared) -> Iterator[Problem]:
    """Yield what is wrong between parts that are valid by themselves.

    Args:
        configuration: The valid parts; parts with a problem of their own are left out of it.
        declared: What the document declares, these parts included.
    """
    yield from _whole_service(declared)
    yield from _port_is_used(configuration)
    yield from _migrates(configuration)
    yield from _layers_of_stages(configuration, declared)
    yield from objective_problems(configuration)
    for name, stage in configuration.stages.items():
        yield from side_by_side_problems(stage, ("stages", name))
    for name, environment in configuration.environments.items():
        at: KeyPath = ("environments", name)
        yield from _provided(configuration, environment, at)
        wrong = option_problems(
            environment.strategy, environment.options, environment.replicas, at=(*at, "options")
        )
        yield from wrong or _healthy_enough(environment, at)
        smoke_tests = environment.options.get("smoke_tests")
        yield from _known_tests(smoke_tests, declared, (*at, "options", "smoke_tests"))
        yield from alarm_problems(environment, declared, at)
        yield from _rehearsed(environment, at)
        yield from _known_evidence(environment, configuration, declared, at)
        yield from _mixed_versions(environment, declared, at, fits=not wrong)


def _known_tests(tests: object, declared: Declared, at: KeyPath) -> Iterator[Problem]:
    for test in tests if isinstance(tests, list | tuple) else ():
        if isinstance(test, str) and not is_node_id(test) and test not in declared.layers:
            yield Problem(
                at,
                f"got {test!r}, wanted a layer ({', '.join(declared.layers)}) or a node id such "
                f"as 'tests/e2e/test_orders.py'{did_you_mean(test, declared.layers)}",
            )


def _known_evidence(
    environment: EnvironmentTable, configuration: Configuration, declared: Declared, at: KeyPath
) -> Iterator[Problem]:
    """Yield demands of evidence that no stage could meet."""
    stages = tuple(configuration.stages) or declared.layers
    for stage in environment.required_evidence or ():
        if stage not in stages:
            yield Problem(
                (*at, "required_evidence"),
                f"got the unknown stage {stage!r}, wanted one of {', '.join(stages)}"
                f"{did_you_mean(stage, stages)}",
            )


def _rehearsed(environment: EnvironmentTable, at: KeyPath) -> Iterator[Problem]:
    if environment.rehearsal is not None and not environment.rehearse:
        yield Problem(
            (*at, "rehearsal"), "got limits of what is not rehearsed, wanted rehearse = true, too"
        )


def _mixed_versions(
    environment: EnvironmentTable, declared: Declared, at: KeyPath, *, fits: bool
) -> Iterator[Problem]:
    """Yield what is wrong with the check of mixed versions.

    Args:
        environment: The environment.
        declared: What the document declares.
        at: Where the environment is.
        fits: Whether the options fit its strategy; else there is no plan to look at.
    """
    table = environment.mixed_versions
    if table is None:
        return
    yield from _known_tests(table.tests, declared, (*at, "mixed_versions", "tests"))
    if not fits:
        return
    stable, candidate = fleets_of(environment.replicas)
    plan = plan_deployment(environment.strategy, environment.options, stable, candidate)
    try:
        with_overlap_check(plan, MixedVersions(table.tests), stable, candidate)
    except PlanError as error:
        yield Problem((*at, "mixed_versions"), str(error))


def _whole_service(declared: Declared) -> Iterator[Problem]:
    present = [section for section in _OF_A_SERVICE if section in declared.sections]
    if not present:
        return
    because = f"because of [{present[0]}]"
    if "name" not in declared.sections:
        yield Problem(("name",), f"got nothing, wanted the name of the service {because}")
    for section, keys in (("build", "kind = 'wheel'"), ("run", "command = ['…', '{port}']")):
        if section not in declared.sections:
            yield Problem((section,), f"got nothing, wanted [{section}] with {keys} {because}")


def _port_is_used(configuration: Configuration) -> Iterator[Problem]:
    run = configuration.run
    if run is None:
        return
    if not any("port" in placeholders(text) for text in (*run.command, *run.variables.values())):
        yield Problem(
            ("run", "command"),
            "got no {port}, wanted it here or in run.variables: the port that the instance takes",
        )


def _layers_of_stages(configuration: Configuration, declared: Declared) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, stage in configuration.stages.items():
        at: KeyPath = ("stages", name)
        if stage.layers is None and name not in declared.layers:
            yield Problem(
                (*at, "layers"),
                f"got nothing, wanted layers, because {name!r} is not a layer itself (layers are "
                f"{', '.join(declared.layers)}){did_you_mean(name, declared.layers)}",
            )
            continue
        for layer in stage.layers or (name,):
            if layer in owner:
                taken = f"stage {owner[layer]!r} has" if owner[layer] != name else "is named twice"
                yield Problem(
                    (*at, "layers") if stage.layers else at,
                    f"got layer {layer!r}, which {taken}, wanted every layer in one stage",
                )
            owner.setdefault(layer, name)


def _healthy_enough(environment: EnvironmentTable, at: KeyPath) -> Iterator[Problem]:
    wanted = healthy_count(environment.minimum_healthy, environment.replicas)
    if wanted is None:
        return
    at = (*at, "minimum_healthy")
    if wanted > environment.replicas:
        yield Problem(at, f"got {wanted}, wanted at most the replicas, {environment.replicas}")
        return
    stable, candidate = fleets_of(environment.replicas)
    try:
        plan_deployment(
            environment.strategy,
            environment.options,
            stable,
            candidate,
            minimum_healthy=wanted,
        )
    except PlanError as error:
        yield Problem(at, str(error))


def _migrates(configuration: Configuration) -> Iterator[Problem]:
    run = configuration.run
    if run is not None and run.irreversible and run.migrate is None:
        yield Problem(
            ("run", "irreversible"), "got true, wanted run.migrate beside it, which it is said of"
        )


def _provided(
    configuration: Configuration, environment: EnvironmentTable, at: KeyPath
) -> Iterator[Problem]:
    run = configuration.run
    if run is None or environment.resources is None:
        return
    variables = {**run.variables, **environment.variables}
    texts = (*run.command, *(run.migrate or ()), *variables.values())
    used = dict.fromkeys(name for text in texts for name in placeholders(text))
    for resource in configuration.resources:
        if f"resources.{resource}.url" in used and resource not in environment.resources:
            yield Problem(
                (*at, "resources"),
                f"got none called {resource!r}, wanted it: {{resources.{resource}.url}} is used in "
                "[run] or the variables",
            )
