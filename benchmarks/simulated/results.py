"""Runs a family of cells: one population, studies of several sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulated.methods import METHODS, SHIPPED, WIDTHS, Sample
from simulated.worlds import populate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simulated.worlds import Family, Population

    Floats = NDArray[np.float64]

__all__ = ["COMPARED", "Cell", "Result", "simulate"]

_POPULATION = 100_000
_BLOCK = 250  # studies at once
COMPARED = 1_000  # studies that the other methods are tried on, too
_MEASURED = 50  # of each block of these whose ends are searched, to know the widths
_REPLICATES = 499


@dataclass(frozen=True)
class Cell:
    """Studies of one family and size."""

    family: Family
    articles: int


@dataclass(frozen=True)
class Result:
    """What came out.

    Parameters
    ----------
    cell : Cell
        What was simulated.
    true : float
        The population's figure.
    defined : float
        The share of studies in which the figure is defined; coverage is over these.
    covered : dict of str to float
        By method, the share of intervals that held the true figure.
    apart : float
        The share of those searched intervals of the product that contradict its test at the
        true figure, from which the coverage is counted.
    widths : dict of str to float
        By method, the median width of the searched ones.
    """

    cell: Cell
    true: float
    defined: float
    covered: dict[str, float]
    apart: float
    widths: dict[str, float]


def simulate(family: Family, sizes: Sequence[int], runs: int, seed: Sequence[int]) -> list[Result]:
    """Simulate studies.

    Parameters
    ----------
    family : Family
        What is simulated.
    sizes : sequence of int
        Numbers of articles.
    runs : int
        Studies of each size.
    seed : sequence of int
        The source of chance.
    """
    rng = np.random.default_rng(list(seed))
    population = populate(family, _POPULATION, rng)
    with np.errstate(invalid="ignore", divide="ignore"):
        return [_result(Cell(family, n), population, runs, rng) for n in sizes]


def _result(cell: Cell, population: Population, runs: int, rng: np.random.Generator) -> Result:
    held: dict[str, list[Floats]] = {name: [] for name in METHODS}
    wide: dict[str, list[Floats]] = {name: [] for name in WIDTHS}
    apart: list[NDArray[np.bool_]] = []
    defined = 0
    for start in range(0, runs, _BLOCK):
        sample = _sample(cell, population, min(_BLOCK, runs - start), rng)
        defined += len(sample.rows)
        if start >= COMPARED:
            held[SHIPPED].append(METHODS[SHIPPED](sample, population.true))
            continue
        for name, method in METHODS.items():
            held[name].append(method(sample, population.true))
        part = Sample(sample.coefficient, sample.rows[:_MEASURED], sample.weights)
        for name, find in WIDTHS.items():
            low, high = find(part)
            wide[name].append(np.minimum(high, 1.0) - np.maximum(low, -1.0))
            if name == SHIPPED:
                found = (low <= population.true) & (population.true <= high)
                apart.append(found != (held[name][-1][: len(found)] > 0))
    return Result(
        cell=cell,
        true=population.true,
        defined=defined / runs,
        covered={name: _share(found) for name, found in held.items()},
        apart=float(np.concatenate(apart).mean()),
        widths={name: float(np.nanmedian(np.concatenate(found))) for name, found in wide.items()},
    )


def _sample(cell: Cell, population: Population, runs: int, rng: np.random.Generator) -> Sample:
    n = cell.articles
    rows = population.rows.take(rng.integers(len(population.rows), size=(runs, n)), axis=0)
    kept = np.isfinite(population.coefficient(rows.sum(axis=1)))
    weights = rng.multinomial(n, np.full(n, 1 / n), size=_REPLICATES).astype(np.float64)
    return Sample(population.coefficient, rows[kept], weights)


def _share(found: list[Floats]) -> float:
    together = np.concatenate(found)
    known = together[np.isfinite(together)]
    return float(known.mean()) if len(known) else float("nan")
