"""How often the 95 % interval holds the true figure, by simulation.

    python benchmarks/coverage.py --runs 4000 --seed 1 --markdown docs/coverage.md

Draws studies from populations whose figure is known (`simulated.worlds`), and counts for each
cell how often the interval holds it; beside the shipped interval, others that were tried
(`simulated.methods`), on the first 1,000 studies of a cell. With `--markdown`, the tables between
the two marks of that file are replaced.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from simulated.methods import SHIPPED
from simulated.results import COMPARED, simulate
from simulated.tables import compared, counted, coverage, widths
from simulated.worlds import GENERATORS, MEASURES, MORE, Family

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulated.results import Result

SIZES = (15, 30, 100, 300)
ANNOTATORS = (2, 3, 5)
RARE = (0.05, 0.1, 0.3, 0.5)
AGREEMENT = (0.1, 0.5, 0.8)
BEGIN, END = "<!-- begin: benchmarks/coverage.py -->", "<!-- end: benchmarks/coverage.py -->"


def main() -> None:
    """Simulate all cells and print them."""
    chosen = _arguments()
    sizes = SIZES[:2] if chosen.quick else SIZES
    every = product((*MEASURES, *MORE), ANNOTATORS, RARE, AGREEMENT, GENERATORS)
    families = [Family(*values) for values in every]
    picked = [
        i
        for i, family in enumerate(families)
        if family.measure in chosen.measures and (not chosen.quick or _telling(family))
    ]
    run = partial(_simulate, families, sizes, chosen.runs, chosen.seed)
    results: list[Result] = []
    for found in _mapped(run, picked, chosen.jobs):
        results += found
        _progress(found)
    text = "\n".join(_report(results, chosen.runs, chosen.seed))
    print(text)
    if chosen.markdown:
        _replace(chosen.markdown, text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Coverage of the 95 % intervals.")
    parser.add_argument("--runs", type=int, default=None, help="simulated studies per cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="few cells, 500 runs")
    parser.add_argument(
        "--measures", nargs="+", choices=(*MEASURES, *MORE), default=MEASURES, metavar="MEASURE"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--markdown", type=Path, help="a file whose tables are replaced")
    chosen = parser.parse_args()
    chosen.runs = chosen.runs or (500 if chosen.quick else 4_000)
    return chosen


def _telling(family: Family) -> bool:
    """Whether it is one of the few hard ones that a quick run takes."""
    return family.annotators < 5 and family.rare in (0.1, 0.5) and family.generator == "copying"  # noqa: PLR2004


def _simulate(
    families: Sequence[Family], sizes: Sequence[int], runs: int, seed: int, place: int
) -> list[Result]:
    """Run one family; its chance depends on its place only, not on what else is run."""
    return simulate(families[place], sizes, runs, (seed, place))


def _mapped(run: partial[list[Result]], places: Sequence[int], jobs: int) -> Iterator[list[Result]]:
    if jobs == 1:
        yield from map(run, places)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(run, places)


def _progress(found: Sequence[Result]) -> None:
    family = found[0].cell.family
    cells = " ".join(f"{result.covered[SHIPPED]:.3f}" for result in found)
    head = f"{family.measure}, {family.annotators}, {family.rare:.0%}, {found[0].true:.2f}"
    print(f"{head}, {family.generator}: {cells}", file=sys.stderr, flush=True)


def _report(results: Sequence[Result], runs: int, seed: int) -> Iterable[str]:
    yield f"Measured with {runs:,} studies a cell, seed {seed}. {counted(results)}\n"
    yield f"All that were tried; those not shipped on the first {COMPARED:,} studies of a cell:\n"
    yield from compared(results)
    yield "\nMedian widths, over all measures, annotators and true figures:\n"
    yield from widths(results)
    yield "\nCell by cell, the two generators as difficulty / copying:\n"
    yield from coverage(results)


def _replace(path: Path, text: str) -> None:
    before, found, rest = path.read_text("utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        sys.exit(f"{path} has no place for the tables: it needs the lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
