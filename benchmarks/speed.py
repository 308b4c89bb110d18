"""How fast agreement is scored, each claim beside the peer it is measured against.

    python benchmarks/speed.py
    python benchmarks/speed.py --only a,d --repeats 9
    python benchmarks/speed.py --without g --data ~/bench

Prints one line for each claim: what was done, what it took here, what it may take, and PASS or
short. Peer and product run in the same process in turn; memory is measured in processes of its
own, as the peak above what the input takes.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from claims.harness import Options, machine
from claims.partitions import claim_g
from claims.replicates import claim_b, claim_e
from claims.spans import claim_d
from claims.study import claim_f
from claims.values import claim_a, claim_c

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from claims.harness import Line

__all__ = ["CLAIMS", "main"]

CLAIMS: dict[str, Callable[[Options], Iterator[Line]]] = {
    "a": claim_a,
    "b": claim_b,
    "c": claim_c,
    "d": claim_d,
    "e": claim_e,
    "f": claim_f,
    "g": claim_g,
}


def main(arguments: list[str] | None = None) -> None:
    """Measure what was asked for and print it."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    wanted = sorted((chosen.only or set(CLAIMS)) - chosen.without)
    if not set(wanted) <= set(CLAIMS):
        parser.error(f"the claims are {', '.join(CLAIMS)}")
    with tempfile.TemporaryDirectory() as scratch:
        data = chosen.data or Path(scratch)
        data.mkdir(parents=True, exist_ok=True)
        options = Options(chosen.repeats, chosen.share, data, chosen.profile)
        print(machine(), flush=True)
        for claim in wanted:
            for line in CLAIMS[claim](options):
                print(line.shown(judged=options.share == 1), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=_letters, help="claims to measure, such as a,b")
    parser.add_argument("--without", type=_letters, default=set(), help="claims to leave out")
    parser.add_argument("--repeats", type=int, default=5, help="timings of each; the median counts")
    parser.add_argument("--share", type=float, default=1.0, help="of the full sizes, such as 0.01")
    parser.add_argument("--data", type=Path, help="keep generated files here for the next time")
    parser.add_argument("--profile", action="store_true", help="say where annotate score's time is")
    return parser


def _letters(text: str) -> set[str]:
    return set(text.replace(",", " ").split())


if __name__ == "__main__":
    main()
