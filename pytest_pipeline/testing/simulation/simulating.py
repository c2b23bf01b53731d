"""Simulates one deployment, from its seed to its end."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.journal_entries import is_over
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import PipelineError
from pytest_pipeline.testing.simulation.controllers import Controllers
from pytest_pipeline.testing.simulation.drawing import draw_scenario
from pytest_pipeline.testing.simulation.final_checks import check_end
from pytest_pipeline.testing.simulation.scenario import Scenario
from pytest_pipeline.testing.simulation.violations import Invariant, Violation
from pytest_pipeline.testing.simulation.world import ENVIRONMENT, ControllerDied, NeverEnds, World

#: What a calm world takes at most to bring a deployment to its end; commands.
MOST_COMMANDS = 4
#: How a controller ends that does not end by itself.
DIED = "controller died"


@dataclass(frozen=True)
class Simulated:
    """What a simulation came to.

    Attributes:
        scenario: What was simulated.
        ends: How each command ended, in order: a phase, ``controller died``, or an error.
        phase: How the deployment ended: the phase of its last rollout; empty when its controller
            died in an environment that is not kept.
        struck: The faults that happened, in order.
        violations: What must not be seen and was.
        events: Everything that happened, in order, with its virtual time.
        effects: Calls that changed the world; count.
        virtual_s: Virtual time that passed, seconds.
    """

    scenario: Scenario
    ends: tuple[str, ...]
    phase: str
    struck: tuple[str, ...]
    violations: tuple[Violation, ...]
    events: tuple[str, ...]
    effects: int
    virtual_s: float


def simulate(seed: int, *, events: bool = True) -> Simulated:
    """Simulate a deployment by the real engine in a world where things go wrong.

    Args:
        seed: Decides everything; the same one gives the same events.
        events: Whether they are returned; many simulations do better without.
    """
    return simulate_scenario(draw_scenario(seed), events=events)


def simulate_scenario(scenario: Scenario, *, events: bool = True) -> Simulated:
    """Simulate what a scenario says.

    Args:
        scenario: The scenario.
        events: Whether they are returned.
    """
    play = Play(World(scenario))
    play.run()
    world = play.world
    return Simulated(
        scenario,
        tuple(play.ends),
        play.phase,
        tuple(world.struck),
        tuple(world.referee.violations),
        tuple(world.log) if events else (),
        world.referee.effects,
        world.clock.now(),
    )


class Play:
    """One simulation as it goes.

    Args:
        world: The world, before anything happened; or as a death left it.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.controllers = Controllers(world)
        self.ends: list[str] = []
        self.phase = ""

    def run(self) -> None:
        """Deploy, go on as people do when it was left open, and look at the end."""
        scenario = self.world.scenario
        self.controllers.open_stable()
        self.command(self.controllers.deploy)
        if not scenario.keep:
            self.world.calm()
            check_end(self.world, None)
            self._check_phase()
            return
        if self.ends[-1] == DIED and scenario.twice:
            self._try_twice()
        for name in scenario.commands:
            if self._is_open():
                self.command(getattr(self.controllers, name))
        self.settle()

    def settle(self, *, by: str = "") -> None:
        """Bring what is open to its end while nothing goes wrong, and look at the end."""
        world = self.world
        world.calm()
        for number in range(MOST_COMMANDS):
            if not self._is_open():
                break
            choice = by or self.world.scenario.commands[number % 2]
            abort = partial(self.controllers.abort, force=number > 0)
            self.command(abort if choice == "abort" else self.controllers.resume)
            if self.ends[-1] == Phase.ROLLBACK_FAILED:
                world.referee.say(Invariant.WAY_BACK, "the way back failed in a calm world")
        site = self.controllers.find()
        if site is not None and self._wants_order(site):
            self.command(self.controllers.adopt)
            if self.ends[-1] == DIED:
                self.command(self.controllers.adopt)
            site = self.controllers.find()
        check_end(world, site)
        self._check_phase()
        self._check_nothing_changes()

    def command(self, run: Callable[[], DeploymentRecord | Site | None]) -> None:
        """Let a controller do something, to whatever end."""
        world = self.world
        if self._is_open():  # whoever goes on with it has to see what was harmed before
            world.harmed = False
        world.begin_life()
        world.log.add("command", getattr(run, "__name__", "abort"))
        try:
            done = run()
        except ControllerDied:
            end = DIED
        except NeverEnds:
            end = "never ended"
            world.referee.say(Invariant.TERMINATION, "a controller went on for too long")
        except PipelineError as error:
            end = type(error).__name__
            world.log.add("refused", error)
        except Exception as error:  # noqa: BLE001 - a finding
            end = repr(error)
            world.referee.say(Invariant.NO_BUG, end)
        else:
            end = self._end(done)
        self.ends.append(end)
        world.end_life(keep=world.scenario.keep)

    def _end(self, done: DeploymentRecord | Site | None) -> str:
        if not isinstance(done, DeploymentRecord):
            return "done"
        self.phase = done.phase
        self.world.log.add("ended", done.phase, done.failure)
        if "internal error" in done.failure:
            self.world.referee.say(Invariant.NO_BUG, done.failure)
        if done.phase == Phase.FROZEN and not self.world.scenario.irreversible:
            self.world.referee.say(Invariant.FROZEN, done.failure)
        return done.phase

    def _is_open(self) -> bool:
        self.world.dead = False
        record = self.world.records.written(ENVIRONMENT)
        name = str(record["deployment"]) if record is not None else ""
        # A controller may have died between the last entry and the record.
        return bool(name) and not is_over((self.world.journal.last(name),))

    def _wants_order(self, site: Site) -> bool:
        """Return whether it is left to the next command, or the supervisor, to bring order."""
        broken_off = not self.ends or self.ends[-1] not in (*Phase, "done")
        return broken_off or self.world.harmed or site.stable is None

    def _check_phase(self) -> None:
        if not self.world.struck and self.phase != Phase.SUCCEEDED:
            self.world.referee.say(Invariant.UNDISTURBED, f"{self.phase} {self.ends}")

    def _check_nothing_changes(self) -> None:
        """The next command finds all in order: it launches and stops nothing."""
        if self.world.scenario.seed % 3 or self.world.records.written(ENVIRONMENT) is None:
            return  # that it holds after every third is enough
        before = self._state()
        self.command(self.controllers.adopt)
        if self._state() != before:
            self.world.referee.say(Invariant.IDEMPOTENT, "the next command changes what was whole")

    def _try_twice(self) -> None:
        """Resume a copy of the world undisturbed, and another with a death in it: both agree."""
        calm, again = (Play(pickle.loads(pickle.dumps(self.world))) for _ in range(2))  # noqa: S301
        calm.world.calm()
        again.world.calm()
        began = calm.world.points
        calm.settle(by="resume")
        passed = calm.world.points - began
        again.world.dies_at = again.world.points + 1 + calm.world.random.randrange(max(1, passed))
        again.command(again.controllers.resume)
        again.settle(by="resume")
        for play, how in ((calm, "resumed"), (again, "resumed twice")):
            self.world.referee.violations += [
                Violation(each.invariant, f"{how}: {each.text}", each.event)
                for each in play.world.referee.violations[len(self.world.referee.violations) :]
            ]
        if calm._state()[:2] != again._state()[:2]:  # noqa: SLF001 - of the same class
            self.world.referee.say(
                Invariant.IDEMPOTENT, f"{calm.phase} when resumed, {again.phase} when resumed twice"
            )

    def _state(self) -> tuple[object, ...]:
        world = self.world
        promoted = world.ledger.promoted(ENVIRONMENT)
        return (
            promoted.number if promoted else None,
            sorted(each.id for each in world.target.running),
            sorted(each.process.pid for each in world.target.running),
            sorted(world.referee.serving),
        )
