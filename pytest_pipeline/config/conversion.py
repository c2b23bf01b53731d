"""From the tables of a valid configuration to the values of the domain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from pytest_pipeline.config.alarm_conversion import to_alarms
from pytest_pipeline.config.declared import Declared
from pytest_pipeline.config.healthy_counts import healthy_count
from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.models.environments import EnvironmentTable
from pytest_pipeline.config.models.evidence import SignerTable
from pytest_pipeline.config.models.load import LoadTable
from pytest_pipeline.config.models.overlaps import MixedVersionsTable, RehearsalTable
from pytest_pipeline.config.models.probes import ProbeTable, RouteTable
from pytest_pipeline.config.models.resources import PeerTable, PostgresTable
from pytest_pipeline.config.models.services import (
    CommandTable,
    MetricsTable,
    RunTable,
    WheelTable,
)
from pytest_pipeline.config.models.stages import ObjectiveTable, StageTable, sets_of
from pytest_pipeline.domain.alarms import watching
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.criteria_sets import CriteriaSet
from pytest_pipeline.domain.demands import Demands
from pytest_pipeline.domain.environments import (
    Concurrency,
    Environment,
    ProbeRoute,
    ProbeSpec,
)
from pytest_pipeline.domain.gate_demands import demanded
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.layers import LayerRules
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.quarantine import Quarantine
from pytest_pipeline.domain.ratchets import ratcheted
from pytest_pipeline.domain.rehearsals import RehearsalLimits
from pytest_pipeline.domain.resources import PeerSpec, PostgresSpec, Provider, ResourceSpec
from pytest_pipeline.domain.services import (
    BuildSpec,
    CommandBuild,
    RunSpec,
    Service,
    WheelBuild,
)
from pytest_pipeline.domain.side_by_side import SideBySide
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Signer, public_key_from


def to_pipeline(
    configuration: Configuration, declared: Declared, quarantine: Quarantine | None = None
) -> Pipeline:
    """Return the pipeline that a valid configuration, and the quarantine beside it, describe."""
    name = configuration.name or declared.root.name
    return Pipeline(
        name=name,
        service=_service(name, configuration),
        stages=tuple(
            _stage(each, table, configuration.source.base, quarantine)
            for each, table in configuration.stages.items()
        ),
        environments=tuple(
            _environment(each, table) for each, table in configuration.environments.items()
        ),
        layers=LayerRules(configuration.layer_order or declared.layers, configuration.layers),
        inputs=configuration.inputs,
        base=configuration.source.base,
        quarantine=quarantine,
        signers=tuple(
            _signer(each, table) for each, table in configuration.evidence.signers.items()
        ),
        evidence_max_age_s=configuration.evidence.max_age_s,
        named=bool(configuration.name),
    )


def _signer(name: str, table: SignerTable) -> Signer:
    key = public_key_from(table.key)
    return Signer(name, key, table.stages, table.environments, table.approves)


def _service(name: str, configuration: Configuration) -> Service | None:
    if configuration.build is None or configuration.run is None:
        return None
    resources = tuple(_resource(each, table) for each, table in configuration.resources.items())
    return Service(name, _build(configuration.build), _run(configuration.run), resources)


def _build(table: WheelTable | CommandTable) -> BuildSpec:
    match table:
        case WheelTable():
            return WheelBuild(table.timeout_s)
        case CommandTable():
            return CommandBuild(table.command, table.timeout_s)


def _run(table: RunTable) -> RunSpec:
    return RunSpec(
        command=table.command,
        migrate=table.migrate or (),
        irreversible=table.irreversible,
        ready=table.ready,
        variables=table.variables,
        deploy_timeout_s=table.deploy_timeout_s,
        drain_timeout_s=table.drain_timeout_s,
        migrate_timeout_s=table.migrate_timeout_s,
        metrics=_metrics(table.metrics) if table.metrics else None,
    )


def _metrics(table: MetricsTable) -> MetricsSpec:
    return MetricsSpec(table.requests, table.path, table.exclude)


def _resource(name: str, table: PostgresTable | PeerTable) -> ResourceSpec:
    match table:
        case PeerTable():
            return PeerSpec(name, table.path)
        case PostgresTable():
            return PostgresSpec(
                name=name,
                provider=Provider(table.provider),
                version=table.version,
                image=table.image or f"postgres:{table.version}",
                start_timeout_s=table.start_timeout_s,
            )


def _stage(name: str, table: StageTable, base: str | None, quarantine: Quarantine | None) -> Stage:
    demands = Demands(table.required_tests, table.skip_reasons, table.retries)
    excused = quarantine.excused if quarantine else ()
    beside = table.side_by_side
    gate = Gate(
        _objectives(table, demanded(demands, quarantine)),
        demands,
        excused=excused,
        side_by_side=SideBySide(**beside.model_dump()) if beside else None,
    )
    return Stage(
        name=name,
        layers=table.layers or (name,),
        environment=table.environment,
        gate=replace(gate, base=base) if BaselineKind.MERGE_BASE in gate.baselines else gate,
        timeout_s=table.timeout_s,
        quarantine=quarantine,
        configured=True,
        load=_load(table.load),
    )


def _load(table: LoadTable | None) -> LoadSettings:
    return LoadSettings(**table.model_dump(exclude_none=True)) if table else LoadSettings()


def _objectives(table: StageTable, derived: tuple[Objective, ...]) -> tuple[Objective, ...]:
    """Return the objectives of every gate, of the demands, then the user's others, and ratchets.

    Each is replaced where the user has one on its measure.
    """
    own = BaselineKind.STABLE if table.environment else BaselineKind.MERGE_BASE
    by_measure = {objective.measure: objective for objective in (*BASIC_OBJECTIVES, *derived)}
    by_measure |= {each.measure: _objective(each, own) for each in table.objectives}
    return (*by_measure.values(), *ratcheted(dict.fromkeys(table.ratchet)))


def _objective(table: ObjectiveTable, own: BaselineKind) -> Objective:
    passes, warns = _sets(sets_of(table.pass_)), _sets(sets_of(table.warn or ()))
    objective = Objective(
        table.measure,
        passes[0],
        warns[0] if warns else (),
        pass_alternatives=passes[1:],
        warn_alternatives=warns[1:],
    )
    if objective.compared_with is None:
        return objective
    return replace(objective, baseline=BaselineKind(table.baseline) if table.baseline else own)


def _sets(written: Sequence[Sequence[str]]) -> tuple[CriteriaSet, ...]:
    return tuple(tuple(parse_criterion(each) for each in criteria) for criteria in written)


def _environment(name: str, table: EnvironmentTable) -> Environment:
    return Environment(
        name=name,
        target=table.target,
        replicas=table.replicas,
        strategy=table.strategy,
        options=table.options,
        minimum_healthy=healthy_count(table.minimum_healthy, table.replicas),
        progress_deadline_s=table.progress_deadline_s,
        concurrency=Concurrency(table.concurrency),
        variables=table.variables,
        resources=table.resources,
        probe=_probe(table.probe),
        alarms=watching(to_alarms(table.alarms or ())),
        hold_s=table.hold_s,
        rehearsal=_rehearsal(table.rehearsal or RehearsalTable()) if table.rehearse else None,
        mixed_versions=_mixed_versions(table.mixed_versions),
        required_evidence=table.required_evidence,
        evidence_max_age_s=table.evidence_max_age_s,
    )


def _rehearsal(table: RehearsalTable) -> RehearsalLimits:
    errors = table.error_requests
    return RehearsalLimits(
        lost_requests=parse_criterion(table.lost_requests),
        rollback_s=parse_criterion(table.rollback_s),
        error_requests=None if errors is None else parse_criterion(errors),
    )


def _mixed_versions(table: MixedVersionsTable | None) -> MixedVersions | None:
    return None if table is None else MixedVersions(table.tests, table.timeout_s, table.check)


def _probe(table: ProbeTable) -> ProbeSpec:
    return ProbeSpec(
        path=table.path or ProbeSpec.path,
        rate=table.rate,
        timeout_s=table.timeout_s,
        connections=table.connections,
        routes=tuple(_route(each) for each in table.routes or ()),
    )


def _route(table: RouteTable) -> ProbeRoute:
    headers, body = table.headers, table.body
    if table.json_ is not None:
        body = json.dumps(table.json_)
        if "content-type" not in {name.lower() for name in headers}:
            headers = {"content-type": "application/json", **headers}
    return ProbeRoute(table.path, table.method, table.weight, headers, body)
