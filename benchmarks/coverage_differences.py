"""How often the 95 % interval of a difference holds the true one, by simulation.

    python benchmarks/coverage_differences.py --runs 1000

Prints a row per cell and method: the shipped interval; MOVER (Zou and Donner 2008,
doi:10.1002/sim.3095), made of the intervals of both figures and the jackknife's correlation; and
the shipped one that is not told which articles are the same. Each article has a true label (for
spans, true phrases) and a clarity of its own. Annotators give the true label as often as it is
clear, and else draw from the margins (mark a phrase of their own). Paired studies share articles,
their labels and their order of clarity; unpaired ones have other articles of the same kind.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import stats

from annotate.reliability.choices.alpha import FixedAlpha
from annotate.reliability.evidence.marks import Marks
from annotate.reliability.inference import contrasts
from annotate.reliability.inference.contrasts import difference
from annotate.reliability.inference.intervals import interval_of
from annotate.reliability.inference.tally import Tally
from annotate.reliability.spans.unitizing import BarUAlpha, where_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient

    Floats = NDArray[np.float64]
    Ends = tuple[float, float]

_SLOTS, _ROOM = 8, 200  # candidate phrases of an article, and characters around each
_BETA = 5.0  # how alike the articles are: the two parameters of the Beta sum to this
_LONGER = 0.3  # of marks that take in the words after the phrase
_POPULATION = 200_000  # articles that a true difference is taken from
_NOMINAL = 0.95


class Cell(NamedTuple):
    """What is simulated."""

    measure: str
    annotators: int
    rare: float
    agreement: tuple[float, float]
    paired: bool


@dataclass(frozen=True)
class Articles:
    """What two studies of the same articles share, shape (n, ...)."""

    clear: Floats
    label: NDArray[np.int64]
    phrases: NDArray[np.bool_]
    length: NDArray[np.int64]
    longer: NDArray[np.int64]


class World:
    """Draws articles and what annotators say of them."""

    def __init__(self, rng: np.random.Generator, cell: Cell) -> None:
        self.rng, self.cell = rng, cell
        self.margins = np.array([1 - cell.rare, *[cell.rare / 4] * 4])
        if cell.measure == "nominal, 2":
            self.margins = np.array([1 - cell.rare, cell.rare])

    @property
    def coefficient(self) -> Coefficient:
        """What is compared."""
        return BarUAlpha() if self.cell.measure == "|u-alpha" else FixedAlpha()

    def states(self, n: int) -> tuple[Floats, Floats]:
        """Draw two studies of n articles and tally each article."""
        draw = self._spans if self.cell.measure == "|u-alpha" else self._choices
        first = self._articles(n)
        second = first if self.cell.paired else self._articles(n)
        ours, theirs = self.cell.agreement
        return draw(first, ours), draw(second, theirs)

    def _articles(self, n: int) -> Articles:
        rng = self.rng
        present = -np.log(1 - self.cell.rare) / _SLOTS  # so that this share has any, or more
        return Articles(
            clear=rng.random(n),
            label=rng.choice(len(self.margins), p=self.margins, size=n),
            phrases=rng.random((n, _SLOTS)) < 1.5 * present,
            length=rng.integers(10, 60, (n, _SLOTS)),
            longer=rng.integers(5, 30, (n, _SLOTS)),
        )

    def _copied(self, articles: Articles, agreement: float) -> Floats:
        """Give how often each article is copied; two both copy as often as they shall agree."""
        mean = (np.sqrt(1 + 4 * _BETA * (_BETA + 1) * agreement) - 1) / (2 * _BETA)
        return np.asarray(stats.beta.ppf(articles.clear, _BETA * mean, _BETA * (1 - mean)))

    def _choices(self, articles: Articles, agreement: float) -> Floats:
        k, shape = len(self.margins), (len(articles.clear), self.cell.annotators)
        copied = self.rng.random(shape) < self._copied(articles, agreement)[:, None]
        own = self.rng.choice(k, p=self.margins, size=shape)
        votes = np.where(copied, articles.label[:, None], own)
        counts = np.stack([(votes == value).sum(axis=1) for value in range(k)], axis=1)
        return FixedAlpha().states(counts.astype(np.float64))

    def _spans(self, articles: Articles, agreement: float) -> Floats:
        n, m = len(articles.clear), self.cell.annotators
        copied = self._copied(articles, agreement)[:, None, None]
        seen = articles.phrases[:, None] & (self.rng.random((n, m, _SLOTS)) < copied)
        longer = self.rng.random(seen.shape) < _LONGER
        size = articles.length[:, None] + longer * articles.longer[:, None]
        own = self.rng.random((n, m, 1)) > copied
        own = own & (self.rng.random((n, m, 1)) < articles.phrases.mean() * _SLOTS)
        size = np.concatenate([size, self.rng.integers(10, 60, (n, m, 1))], axis=2)
        article, annotator, slot = np.nonzero(np.concatenate([seen, own], axis=2))
        # A phrase of one's own lies where nobody else marks.
        start = _ROOM * np.where(slot < _SLOTS, slot, _SLOTS + annotator)
        marks = Marks(
            saw_article=np.repeat(np.arange(n), m),
            saw_annotator=np.tile(np.arange(m), n),
            article=article,
            annotator=annotator,
            label=np.zeros_like(article),
            start=start,
            end=start + size[article, annotator, slot],
            length=np.full(n, _ROOM * (_SLOTS + m)),
            articles=tuple(map(str, range(n))),
            annotators=tuple(map(str, range(m))),
            labels=("marked",),
            span_ids=(),
            texts={},
        )
        return where_state(marks)


def shipped(first: Tally, second: Tally, coefficient: Coefficient) -> Ends:
    """Give the interval that the product prints."""
    found = difference(first, second, coefficient)
    return found.low, found.high


def unpaired(first: Tally, second: Tally, coefficient: Coefficient) -> Ends:
    """Give it as if no article were in both."""
    apart = Tally(second.rows, second.times, second.example + len(first.rows))
    return shipped(first, apart, coefficient)


def mover(first: Tally, second: Tally, coefficient: Coefficient) -> Ends:
    """Recover the variance from the two intervals."""
    values = [float(coefficient(tally.total)) for tally in (first, second)]
    ours, theirs = interval_of(first, coefficient), interval_of(second, coefficient)
    one, other = (_deviations(tally, coefficient) for tally in (first, second))
    _, here, there = np.intersect1d(first.example, second.example, return_indices=True)
    scale = float(np.sqrt((one @ one) * (other @ other)))
    r = float(one[here] @ other[there]) / max(scale, 1e-300)

    def reach(up: float, down: float) -> float:
        return float(np.sqrt(max(up**2 + down**2 - 2 * r * up * down, 0.0)))

    value = values[1] - values[0]
    return (
        value - reach(values[1] - theirs.low, ours.high - values[0]),
        value + reach(theirs.high - values[1], values[0] - ours.low),
    )


def _deviations(tally: Tally, coefficient: Coefficient) -> Floats:
    total = tally.total
    whole = total + coefficient.pseudo(total, tally.articles).sum(axis=0)
    left_out = coefficient(whole - tally.rows)
    return np.asarray(left_out - left_out.mean())


METHODS: dict[str, Callable[[Tally, Tally, Coefficient], Ends]] = {
    "shipped": shipped,
    "MOVER": mover,
    "pairs ignored": unpaired,
}


def simulate(world: World, articles: int, runs: int, true: float) -> dict[str, tuple[float, ...]]:
    """Give each method's coverage, share of runs with an interval, and median width."""
    first, second = (part.reshape(runs, articles, -1) for part in world.states(runs * articles))
    places = np.arange(articles)
    apart = places if world.cell.paired else places + articles
    found: dict[str, list[Ends]] = {name: [] for name in METHODS}
    for ours, theirs in zip(first, second, strict=True):
        pair = Tally.of(ours, places), Tally.of(theirs, apart)
        for name, method in METHODS.items():
            found[name].append(method(*pair, world.coefficient))
    return {name: _summary(np.array(ends), true) for name, ends in found.items()}


def _summary(ends: Floats, true: float) -> tuple[float, float, float]:
    defined = np.isfinite(ends).all(axis=1)
    low, high = ends[defined].T
    return (
        float(((low <= true) & (true <= high)).mean()),
        float(defined.mean()),
        float(np.median(high - low)),
    )


def cells(chosen: argparse.Namespace) -> Iterator[Cell]:
    """Give every cell of the table."""
    measures = ("nominal, 2", "nominal, 5", "|u-alpha")
    levels = ((0.2, 0.2), (0.5, 0.5), (0.8, 0.8), (0.4, 0.7))
    for values in product(measures, chosen.annotators, chosen.rare, levels, (True, False)):
        yield Cell(*values)


def main() -> None:
    """Print the table and how many cells are covered badly."""
    parser = argparse.ArgumentParser(description="Coverage of the interval of a difference.")
    parser.add_argument("--runs", type=int, default=1_000, help="simulated pairs per cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--annotators", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--articles", type=int, nargs="+", default=[15, 30, 100])
    parser.add_argument("--rare", type=float, nargs="+", default=[0.1, 0.5])
    parser.add_argument("--pseudo", type=float, help="pseudo-articles on each side")
    chosen = parser.parse_args()
    if chosen.pseudo is not None:
        contrasts._PSEUDO = chosen.pseudo  # noqa: SLF001 - what a candidate differs in
    rng = np.random.default_rng(chosen.seed)
    print(f"{chosen.runs} runs a cell, seed {chosen.seed}; for each method: coverage, share of")
    print("runs with an interval, median width\n")
    print(f"{'measure':11} people rare difference  articles {''.join(f'{m:21}' for m in METHODS)}")
    covered: dict[tuple[str, bool], list[float]] = {}
    for cell in cells(chosen):
        world = World(rng, cell)
        first, second = (world.coefficient(s.sum(axis=0)) for s in world.states(_POPULATION))
        true = float(second - first)
        for articles in chosen.articles:
            found = simulate(world, articles, chosen.runs, true)
            kind = "paired" if cell.paired else "other"
            head = f"{cell.measure:11} {cell.annotators:6} {cell.rare:4.0%} {true:+.2f} {kind:6}"
            row = "".join(f"{c:.3f} {d:5.0%} {w:5.2f}   " for c, d, w in found.values())
            print(f"{head} {articles:8} {row}", flush=True)
            for name, (coverage, *_) in found.items():
                covered.setdefault((name, cell.paired), []).append(coverage)
    print()
    for (name, paired), rates in covered.items():
        low, good = np.array(rates) < 0.92, np.abs(np.array(rates) - _NOMINAL) <= 0.02  # noqa: PLR2004 - the aim
        kind = "same articles" if paired else "other articles"
        print(
            f"{name:14}{kind:15} below .92: {low.sum()} of {len(rates)}, worst {min(rates):.3f}, "
            f"mean {np.mean(rates):.3f}, within .93 and .97: {good.sum()}"
        )


if __name__ == "__main__":
    main()
