"""Make before break: the table between the one in force and the next."""

from __future__ import annotations

from pytest_pipeline.domain.routing import Backend, BackendState, Pool


def widened(current: tuple[Pool, ...], wanted: tuple[Pool, ...]) -> tuple[Pool, ...]:
    """Return the pools of both: what comes is there already, what goes still serves.

    Weights are those in force; pools that come have none yet. A backend that either side lets
    serve serves.
    """
    ahead = {pool.name: pool for pool in wanted}
    known = {pool.name for pool in current}
    kept = [
        Pool(
            pool.name,
            pool.weight_percent,
            _union(pool.backends, ahead[pool.name].backends if pool.name in ahead else ()),
        )
        for pool in current
    ]
    new = [Pool(pool.name, 0, pool.backends) for pool in wanted if pool.name not in known]
    return (*kept, *new)


def _union(current: tuple[Backend, ...], wanted: tuple[Backend, ...]) -> tuple[Backend, ...]:
    # By address, as Envoy tells endpoints apart; the wanted one names the instance.
    merged = {(backend.host, backend.port): backend for backend in current}
    for backend in wanted:
        address = (backend.host, backend.port)
        before = merged.get(address)
        if before is not None and before.state is BackendState.SERVING:
            backend = Backend(backend.instance, *address)  # noqa: PLW2901
        merged[address] = backend
    return tuple(merged.values())
