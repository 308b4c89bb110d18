"""How often the 95 % interval holds the true figure, by simulation.

    python benchmarks/coverage.py --runs 1000

Prints one row per cell: the plain jackknife-t over articles against the shipped interval. Labels
come from two generators, both with one agreement between all annotators, known beforehand:

difficulty
    each article has its own probabilities, drawn from a Dirichlet (for spans, each candidate
    phrase its own, from a Beta), and annotators answer independently given them;
copying
    each article has a true label; annotators give it with a probability of the article's own,
    drawn from a Beta, and else draw from the margins (for spans, mark a phrase of their own).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

from annotate.reliability.choices.coincidence import Alpha, coincidences
from annotate.reliability.inference.intervals import adjusted_jackknife
from annotate.reliability.spans.unitizing import BarUAlpha

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from annotate.reliability.inference.intervals import Measure

    Floats = NDArray[np.float64]

LENGTH = 2_000  # characters of an article
_BETA = 5.0  # how alike the articles are: the two parameters of the Beta sum to this
_PHRASES = 8  # candidates an article can have
_LONGER = 0.3  # of marks that take in the words after the phrase
_POPULATION = 400_000  # articles that a true |u-alpha is taken from


class Cell(NamedTuple):
    """What is simulated."""

    kind: str
    generator: str
    prevalence: float
    agreement: float
    articles: int


@dataclass(frozen=True)
class World:
    """Draws labels.

    Parameters
    ----------
    rng : numpy.random.Generator
        The source of chance.
    annotators : int
        How many see each article.
    """

    rng: np.random.Generator
    annotators: int

    def choices(self, cell: Cell, n: int) -> Floats:
        """Draw the answers to a question and tally the coincidences of n articles."""
        p = _margins(cell)
        shape = (n, self.annotators)
        if cell.generator == "difficulty":
            share = self.rng.gamma(np.broadcast_to(p * (1 / cell.agreement - 1), (n, len(p))))
            share = (share + 1e-300) / (share + 1e-300).sum(axis=1, keepdims=True)
            edges = share.cumsum(axis=1)[:, None, :-1]
            votes = (self.rng.random((*shape, 1)) > edges).sum(axis=2)
        else:
            copied = self.rng.random(shape) < self._fidelity(cell, n)[:, None]
            truth = self.rng.choice(len(p), p=p, size=n)
            votes = np.where(copied, truth[:, None], self.rng.choice(len(p), p=p, size=shape))
        counts = np.stack([(votes == k).sum(axis=1) for k in range(len(p))], axis=1)
        return coincidences(counts.astype(np.float64)).reshape(n, -1)

    def spans(self, cell: Cell, n: int) -> Floats:
        """Draw marks with uncertain ends and tally the states of |u-alpha of n articles."""
        rate = -np.log(1 - cell.prevalence)  # of candidates, so that many articles have one
        fidelity = self._fidelity(cell, n)
        present = self.rng.poisson(rate, n)
        state = np.zeros((n, 4))
        state[:, 0] = self.annotators * LENGTH
        for place in range(_PHRASES):
            own = self.rng.beta(1.5 * cell.agreement, 1.5 * (1 - cell.agreement), n)
            chance = own if cell.generator == "difficulty" else fidelity
            state[:, 1:] += self._phrase(np.where(present > place, chance, 0.0))
        if cell.generator == "copying":
            # A phrase of one's own lies where nobody else has marked.
            lone = self.rng.random((n, self.annotators)) < ((1 - fidelity) * rate)[:, None]
            length = lone * self.rng.integers(10, 60, lone.shape)
            total = length.sum(axis=1)
            state[:, 1:] += np.stack([total, total, (length**2).sum(axis=1)], axis=1)
        return state

    def _phrase(self, chance: Floats) -> Floats:
        """Let annotators mark one candidate, some of them with a longer end."""
        n, m = len(chance), self.annotators
        core, tail = self.rng.integers(10, 60, n), self.rng.integers(5, 30, n)
        marked = self.rng.random((n, m)) < chance[:, None]
        longer = marked & (self.rng.random((n, m)) < _LONGER)
        length = marked * core[:, None] + longer * tail[:, None]
        apart = sum(
            part * who.sum(axis=1) * (m - who.sum(axis=1))
            for part, who in ((core, marked), (tail, longer))
        )
        return np.stack([length.sum(axis=1), apart / (m - 1), (length**2).sum(axis=1)], axis=1)

    def _fidelity(self, cell: Cell, n: int) -> Floats:
        """Draw how often each article is copied; two both copy with the cell's agreement."""
        # The root of mean (mean b + 1) / (b + 1) = agreement, the second moment of the Beta.
        mean = (np.sqrt(1 + 4 * _BETA * (_BETA + 1) * cell.agreement) - 1) / (2 * _BETA)
        return self.rng.beta(_BETA * mean, _BETA * (1 - mean), n)


def _margins(cell: Cell) -> Floats:
    rare = cell.prevalence
    if cell.kind == "nominal, 2":
        return np.array([1 - rare, rare])
    if cell.kind == "nominal, 5":
        return np.array([1 - rare, *[rare / 4] * 4])
    return np.array([0.2 * rare, 0.3 * rare, 1 - rare, 0.3 * rare, 0.2 * rare])


MEASURES: dict[str, Measure] = {
    "nominal, 2": Alpha("nominal", range(2)),
    "nominal, 5": Alpha("nominal", range(5)),
    "ordinal, 5": Alpha("ordinal", range(5)),
    "|u-alpha": BarUAlpha(),
}


def plain_jackknife(states: Floats, measure: Measure) -> tuple[float, float]:
    """Give the plain delete-one-article jackknife with t; NaN where it is undefined."""
    n, total = len(states), states.sum(axis=0)
    left_out = measure(total - states)
    error = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    half = stats.t.ppf(0.975, n - 1) * error
    value = float(measure(total))
    return value - half, value + half


def shipped(states: Floats, measure: Measure) -> tuple[float, float]:
    """Give the interval that the product prints."""
    interval = adjusted_jackknife(states, measure)
    return interval.low, interval.high


def simulate(cell: Cell, world: World, runs: int) -> tuple[float, list[Floats]]:
    """Give the true figure, and each method's intervals, shape (runs, 2).

    Samples in which the figure itself is undefined have no row: they print no figure either.
    """
    measure = MEASURES[cell.kind]
    draw = world.spans if cell.kind == "|u-alpha" else world.choices
    true = cell.agreement
    if cell.kind == "|u-alpha":
        true = float(measure(draw(cell, _POPULATION).sum(axis=0)))
    samples = draw(cell, runs * cell.articles).reshape(runs, cell.articles, -1)
    samples = samples[np.isfinite(measure(samples.sum(axis=1)))]
    methods: list[Callable[[Floats, Measure], tuple[float, float]]] = [plain_jackknife, shipped]
    return true, [np.array([m(s, measure) for s in samples]).reshape(-1, 2) for m in methods]


def cells(chosen: argparse.Namespace) -> Iterator[Cell]:
    """Give every cell of the table."""
    generators = ("difficulty", "copying")
    for values in product(
        MEASURES, generators, chosen.prevalence, chosen.agreement, chosen.articles
    ):
        yield Cell(*values)


def _summary(true: float, found: Floats, runs: int) -> str:
    found = found[np.isfinite(found).all(axis=1)]
    low, high = np.maximum(found[:, 0], -1.0), np.minimum(found[:, 1], 1.0)
    if not len(found):
        return "     -    0 %      -"
    covered = ((low <= true) & (true <= high)).mean()
    return f"{covered:6.3f}  {len(found) / runs:4.0%} {np.median(high - low):6.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Coverage of the 95 % intervals.")
    parser.add_argument("--runs", type=int, default=1_000, help="simulated studies per cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--annotators", type=int, default=3)
    parser.add_argument("--articles", type=int, nargs="+", default=[15, 30, 100])
    parser.add_argument("--prevalence", type=float, nargs="+", default=[0.1, 0.5])
    parser.add_argument("--agreement", type=float, nargs="+", default=[0.41, 0.83])
    chosen = parser.parse_args()
    world = World(np.random.default_rng(chosen.seed), chosen.annotators)
    print(f"{chosen.annotators} annotators, {chosen.runs} runs a cell, seed {chosen.seed}; for")
    print("each method: coverage, share of runs with an interval, median width\n")
    print(f"{'measure':11}{'generator':11} rare true articles  {'plain jackknife-t':22}shipped")
    for cell in cells(chosen):
        with np.errstate(invalid="ignore", divide="ignore"):
            true, found = simulate(cell, world, chosen.runs)
        columns = "   ".join(_summary(true, intervals, chosen.runs) for intervals in found)
        head = f"{cell.kind:11}{cell.generator:11} {cell.prevalence:4.0%} {true:4.2f} "
        print(f"{head}{cell.articles:8} {columns}", flush=True)


if __name__ == "__main__":
    main()
