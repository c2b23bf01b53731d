"""Shows what happens in the simulation of a seed: ``python -m … SEED``."""

from __future__ import annotations

import sys

from pytest_pipeline.testing.simulation.simulating import simulate


def main(arguments: list[str]) -> int:
    """Print the events of a seed; return 1 if an invariant was broken."""
    if len(arguments) != 1 or not arguments[0].isdigit():
        sys.stderr.write("usage: python -m pytest_pipeline.testing.simulation SEED\n")
        return 2
    simulated = simulate(int(arguments[0]))
    lines = [str(simulated.scenario), *simulated.events]
    lines.append(f"ends: {', '.join(simulated.ends)}; {simulated.effects} effects")
    lines += [f"violated: {each}" for each in simulated.violations]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if simulated.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
