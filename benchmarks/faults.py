"""Whether pushes and pulls that are killed or meet with faults lose or double anything.

    python benchmarks/faults.py
    python benchmarks/faults.py --kills 20 --faults 100 --seed 7
    python benchmarks/faults.py --data ~/bench

Starts a Label Studio of its own and puts a proxy before it. First `annotate push` and
`annotate pull` are killed at random moments, then the same two meet with faults of the network and
the server. Meanwhile articles come in and annotators begin, change, skip and delete work. After
each command it is repeated undisturbed, at once, if it had not said that all was done; then the
server itself is asked for every task, and the study's tables are compared with a log of what the
annotators did. Prints a table of each and PASS or FAIL.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from faulty.injected import inject
from faulty.killed import kill
from faulty.kinds import Faults
from faulty.proxy import Proxy
from faulty.stage import Stage

from annotate.studio.server import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty.tally import Tally

    from annotate.studio.server import ServerAddress

__all__ = ["Found", "main", "measure"]


def main(arguments: list[str] | None = None) -> None:
    """Disturb as often as was asked for and print what came of it; exit with 1 if it was bad."""
    chosen = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        private = (chosen.data or Path(scratch)) / "private"
        with start(private) as server:
            found = measure(server, Path(scratch), chosen.kills, chosen.faults, chosen.seed)
    for tally in (found.killed, found.struck):
        print("\n".join(tally.lines()), end="\n\n")
    good = found.killed.good and found.struck.good
    print(
        f"{'PASS' if good else 'FAIL'}: {found.killed.number} kills, {found.struck.number} faults; "
        f"{found.pulls_of_changes} snapshots hold only what had changed"
    )
    raise SystemExit(not good)


@dataclass(frozen=True)
class Found:
    """What came of it.

    Parameters
    ----------
    killed, struck : Tally
        Counts of kills and of faults.
    pulls_of_changes : int
        Snapshots that hold only what had changed: both ways of pulling were tried.
    """

    killed: Tally
    struck: Tally
    pulls_of_changes: int


def measure(server: ServerAddress, scratch: Path, kills: int, faults: int, seed: int) -> Found:
    """Disturb commands on a server.

    Parameters
    ----------
    server : ServerAddress
        A Label Studio.
    scratch : Path
        A folder for studies.
    kills, faults : int
        How many of each.
    seed : int
        Of all draws.
    """
    with Proxy(server.url, Faults(seed)) as proxy:
        stage = Stage(server, proxy, scratch, seed)
        try:
            killed = kill(stage, kills, _progress("kills", kills))
            stage.abandon()
            struck = inject(stage, faults, _progress("faults", faults))
        finally:
            stage.close()
    return Found(killed, struck, stage.pulls_of_changes)


def _progress(what: str, most: int) -> Callable[[int], None]:
    """Say every ten seconds how far it is."""
    said = time.monotonic()

    def say(number: int) -> None:
        nonlocal said
        if time.monotonic() > said + 10:
            said = time.monotonic()
            print(f"  {number} of {most} {what}", file=sys.stderr, flush=True)

    return say


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="commands to kill")
    parser.add_argument("--faults", type=int, default=1000, help="faults to inject")
    parser.add_argument("--seed", type=int, default=1, help="of all draws")
    parser.add_argument("--data", type=Path, help="keep the server here for the next time")
    return parser


if __name__ == "__main__":
    main()
