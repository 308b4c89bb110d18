"""How fast push and pull are, beside the bare requests that move the same things.

    python benchmarks/throughput.py
    python benchmarks/throughput.py --tasks 500 --repeats 1

Starts a Label Studio of its own and prints one line for each of: a push of 10,000 tasks to one
desk, beside one import of the same JSON; a first pull of 10,000 tasks with about 20,000
annotations, beside a raw export of them; a pull of 10 changed tasks among the 10,000. The 20,000
annotations lie in one project that two annotators share: on desks of their own each task has one.
Bare request and product take turns; what counts is the median of the ratios. Nothing is judged at
other sizes.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from claims.harness import machine
from loads.claims import load, pull_changes, pull_whole, push
from loads.corpus import Api, Corpus, sign_imported

from annotate.studio.server import start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claims.harness import Line

__all__ = ["lines", "main"]

_TASKS = 10_000


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    chosen = _parser().parse_args(arguments)
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for line in lines(Path(scratch), chosen.tasks, chosen.repeats):
            print(line.shown(judged=chosen.tasks == _TASKS), flush=True)


def lines(scratch: Path, tasks: int, repeats: int) -> Iterator[Line]:
    """Measure everything on a server in a folder.

    Parameters
    ----------
    scratch : Path
        The folder.
    tasks, repeats : int
        How many.
    """
    corpus, private = Corpus.create(scratch, tasks), scratch / "private"
    with start(private) as server:
        api = Api(server)
        yield from push(corpus, api, repeats)
        loaded = load(corpus, api)
    sign_imported(private)
    with start(private, port=server.port) as server:
        api = Api(server)
        yield from pull_whole(loaded, api, repeats)
        yield from pull_changes(loaded, api, repeats, wait=tasks == _TASKS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=_TASKS, help="how many; targets hold at this")
    parser.add_argument("--repeats", type=int, default=3, help="of each; the median counts")
    return parser


if __name__ == "__main__":
    main()
