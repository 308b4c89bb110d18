"""Populations of articles to draw studies from; a true figure is its whole population's.

Two generators, both with one agreement between all annotators:

difficulty
    each article has its own probabilities, drawn from a Dirichlet (for spans, each candidate
    phrase its own, from a Beta), and annotators answer independently given them;
copying
    each article has a true label; annotators give it with a probability of the article's own,
    drawn from a Beta, and else draw from the margins (for spans, mark a phrase of their own).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from annotate.reliability.choices.alpha import FixedAlpha, OrdinalAlpha
from annotate.reliability.choices.chance import AC1
from annotate.reliability.choices.sets import masi_distance
from annotate.reliability.choices.shares import agreeing
from annotate.reliability.evidence.marks import Marks
from annotate.reliability.inference.measure import Share
from annotate.reliability.spans.f1 import exact, f1_state
from annotate.reliability.spans.matching import matches
from annotate.reliability.spans.unitizing import BarUAlpha, KuAlpha, UAlpha, labelled, where_state

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.inference.measure import Coefficient

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

__all__ = ["GENERATORS", "MEASURES", "MORE", "Family", "Population", "populate"]

GENERATORS = ("difficulty", "copying")
MEASURES = ("nominal, 2", "nominal, 5", "ordinal, 5", "MASI", "|u-alpha", "u-alpha, 2")
MORE = ("AC1, 2", "observed, 2", "exact F1", "(k)u-alpha")
_SPANS = (*MEASURES[-2:], *MORE[-2:])

_SETS = [frozenset(chosen) for size in range(5) for chosen in combinations("ABCD", size)]
_BETA = 5.0  # how alike the articles are: the two parameters of the Beta sum to this
_SLOT, _LENGTH = 100, 6_000  # characters: room of a phrase, and of an article
_LONGER = 0.3  # of marks that take in the words after the phrase


class Family(NamedTuple):
    """What is simulated: studies of any size."""

    measure: str
    annotators: int
    rare: float
    agreement: float
    generator: str


@dataclass(frozen=True)
class Population:
    """Articles, as the sums they add to a figure.

    Parameters
    ----------
    coefficient : Coefficient
        The figure.
    rows : array, shape (N, S)
        The sums of each article.
    true : float
        The figure of all of them.
    """

    coefficient: Coefficient
    rows: Floats
    true: float


def populate(family: Family, size: int, rng: np.random.Generator) -> Population:
    """Draw a population.

    Parameters
    ----------
    family : Family
        The measure, and how annotators behave.
    size : int
        The number of articles.
    rng : numpy.random.Generator
        The source of chance.
    """
    if family.measure in _SPANS:
        coefficient, rows = _marked(family.measure, _spans(family, size, rng))
    else:
        coefficient, rows = _answered(family.measure, _choices(family, size, rng))
    return Population(coefficient, rows, float(coefficient(rows.sum(axis=0))))


def _answered(measure: str, counts: Floats) -> tuple[Coefficient, Floats]:
    """Give a coefficient on values, and what the articles add to it."""
    if measure == "observed, 2":
        return Share(), agreeing(counts)
    if measure == "AC1, 2":
        gwet = AC1(np.eye(2))
        return gwet, gwet.states(counts)
    alpha = _alpha(measure)
    return alpha, alpha.states(counts)


def _marked(measure: str, marks: Marks) -> tuple[Coefficient, Floats]:
    """Give a coefficient on marks, and what the articles add to it."""
    if measure == "|u-alpha":
        return BarUAlpha(), where_state(marks)
    if measure == "exact F1":
        return Share(), f1_state(marks, exact(marks, matches(marks)))
    found = labelled(marks)
    return (UAlpha(), found.both()) if measure == "u-alpha, 2" else (KuAlpha(), found.one(0))


def _alpha(measure: str) -> FixedAlpha | OrdinalAlpha:
    if measure == "ordinal, 5":
        return OrdinalAlpha()
    return FixedAlpha(masi_distance(_SETS)) if measure == "MASI" else FixedAlpha()


def _margins(family: Family) -> Floats:
    """Give the shares of the values; `rare` is that of all but the common one."""
    rare = family.rare
    if family.measure in ("nominal, 2", "AC1, 2", "observed, 2"):
        return np.array([1 - rare, rare])
    if family.measure == "nominal, 5":
        return np.array([1 - rare, *[rare / 4] * 4])
    if family.measure == "ordinal, 5":
        return np.array([0.2 * rare, 0.3 * rare, 1 - rare, 0.3 * rare, 0.2 * rare])
    if family.generator == "copying":  # options that come together
        return np.array([1 - rare, *[rare / 15] * 15])
    one = 1 - (1 - rare) ** 0.25
    size = np.array([len(chosen) for chosen in _SETS])
    return np.asarray(one**size * (1 - one) ** (4 - size))


def _choices(family: Family, n: int, rng: np.random.Generator) -> Floats:
    """Draw the answers of all annotators and count them, shape (n, K)."""
    p, every = _margins(family), np.arange(n)
    counts = np.zeros((n, len(p)))
    if family.generator == "difficulty":
        parts = rng.standard_gamma(np.broadcast_to(p * (1 / family.agreement - 1), (n, len(p))))
        parts += 1e-300
        edges = (parts / parts.sum(axis=1, keepdims=True)).cumsum(axis=1)[:, :-1]
        for _ in range(family.annotators):
            counts[every, (rng.random((n, 1)) > edges).sum(axis=1)] += 1
        return counts
    fidelity = _fidelity(family.agreement, n, rng)
    truth = rng.choice(len(p), p=p, size=n)
    for _ in range(family.annotators):
        own = rng.choice(len(p), p=p, size=n)
        counts[every, np.where(rng.random(n) < fidelity, truth, own)] += 1
    return counts


def _fidelity(agreement: float, n: int, rng: np.random.Generator) -> Floats:
    """Draw how often each article is copied; two both copy with the wanted agreement."""
    # The root of mean (mean b + 1) / (b + 1) = agreement, the second moment of the Beta.
    mean = (np.sqrt(1 + 4 * _BETA * (_BETA + 1) * agreement) - 1) / (2 * _BETA)
    return rng.beta(_BETA * mean, _BETA * (1 - mean), n)


def _spans(family: Family, n: int, rng: np.random.Generator) -> Marks:
    """Draw marks with uncertain ends, in phrases that have a slot of the text each."""
    m, rate = family.annotators, -np.log(1 - family.rare)
    if family.generator == "difficulty":
        # Of a pair, the second marks what the first did with probability `agreement`.
        often = family.agreement / 2
        alike = (1 - often) / (family.agreement - often) - 1
        phrases = rng.poisson(rate / often, n)
        article = np.repeat(np.arange(n), phrases)
        chance = rng.beta(often * alike, (1 - often) * alike, len(article))
    else:
        phrases, fidelity = rng.poisson(rate, n), _fidelity(family.agreement, n, rng)
        article = np.repeat(np.arange(n), phrases)
        chance = fidelity[article]
    slot = np.arange(len(article)) - np.repeat(np.cumsum(phrases) - phrases, phrases)
    marked = rng.random((len(article), m)) < chance[:, None]
    longer = rng.random(marked.shape) < _LONGER
    core, tail = rng.integers(10, 60, len(article)), rng.integers(5, 30, len(article))
    size = core[:, None] + longer * tail[:, None]
    truth = rng.integers(0, 2, (len(article), 1))
    sure = rng.random(marked.shape) < np.maximum(chance, 0.5)[:, None]
    label = np.where(sure, truth, rng.integers(0, 2, marked.shape))
    phrase, who = np.nonzero(marked)
    drawn = [article[phrase], who, label[phrase, who], slot[phrase], size[phrase, who]]
    if family.generator == "copying":
        # A phrase of one's own lies where nobody else has marked.
        alone = rng.random((n, m)) < ((1 - fidelity) * rate)[:, None]
        where, lone = np.nonzero(alone)
        own = [where, lone, rng.integers(0, 2, len(where)), phrases[where] + lone]
        own.append(rng.integers(10, 60, len(where)))
        drawn = [np.concatenate(pair) for pair in zip(drawn, own, strict=True)]
    return _marks(n, m, drawn)


def _marks(n: int, m: int, drawn: list[Places]) -> Marks:
    article, annotator, label, slot, size = drawn
    return Marks(
        saw_article=np.repeat(np.arange(n), m),
        saw_annotator=np.tile(np.arange(m), n),
        article=article,
        annotator=annotator,
        label=label,
        start=slot * _SLOT,
        end=slot * _SLOT + size,
        length=np.full(n, _LENGTH),
        articles=tuple(map(str, range(n))),
        annotators=tuple(map(str, range(m))),
        labels=("A", "B"),
        span_ids=(),
        texts={},
    )
