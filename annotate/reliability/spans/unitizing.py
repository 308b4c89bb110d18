"""Do annotators mark the same places, with the same labels: the u-alpha family.

After Krippendorff, Mathet, Bouvry and Widlöcher (2016, On the reliability of unitizing textual
continua, Quality & Quantity 50, 2347-2364, doi:10.1007/s11135-015-0266-1), pooled over articles.
Everybody who saw an article counts, also with no mark at all. Names follow the paper: ``l`` are
lengths on which one annotator has one label and another one has another (0: unmarked), over
ordered pairs of annotators, divided by m - 1; ``S`` are sums of squared lengths of units; a
prime restricts both to what two annotators marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.inference.measure import Coefficient
from annotate.reliability.spans.overlaps import overlapping, seats
from annotate.reliability.spans.units import joined, pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotate.reliability.evidence.marks import Marks
    from annotate.reliability.spans.units import Units

__all__ = ["BarUAlpha", "KuAlpha", "Labelled", "UAlpha", "labelled", "where_state"]

_NOTHING = 1e-12  # of the largest that could be: what rounding leaves of zero


def where_state(marks: Marks) -> NDArray[np.float64]:
    """Tally where annotators marked anything.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what. Overlapping spans of one annotator count as one unit, touching
        ones as two.

    Returns
    -------
    array, shape (G, 4)
        For each article the length that all annotators read, the length they marked, the length
        that one marked and another did not (over ordered pairs, divided by m - 1), and the sum
        of squared unit lengths. Zeros where fewer than two annotators saw the article.
    """
    articles = len(marks.articles)
    units = joined(marks)
    read, share = _read(marks)
    marked = pooled(units.article, articles, units.size)
    squares = pooled(units.article, articles, units.size**2)
    one_sided = marked - _both_marked(units, articles) * share
    return np.stack([read, marked, one_sided, squares], axis=1) * (share > 0)[:, None]


def _read(marks: Marks) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the length that all annotators read, and 1 / (m - 1); 0 for a lone reader."""
    m = marks.readers.astype(np.float64)
    share = np.divide(1.0, m - 1, out=np.zeros_like(m), where=m > 1)
    return m * marks.length * (share > 0), share


def _both_marked(units: Units, articles: int) -> NDArray[np.float64]:
    """Give the length both marked, summed over ordered pairs of annotators, shape (G,)."""
    stride = int(units.end.max(initial=0)) + 1  # ends, too, lie in their own article
    # The lowest bit tells a start from an end, so that plain numbers are sorted.
    starts, ends = units.article * stride + units.start, units.article * stride + units.end
    edges = np.sort(np.concatenate([2 * starts + 1, 2 * ends]))
    depth = np.cumsum(2 * (edges & 1) - 1)[:-1]
    place = edges >> 1
    shared = np.flatnonzero(depth > 1)
    pairs = (place[shared + 1] - place[shared]) * depth[shared] * (depth[shared] - 1)
    return pooled(place[shared] // stride, articles, pairs)


class BarUAlpha(Coefficient):
    """|u-alpha, of the sums of `where_state`: do annotators mark the same places.

    Examples
    --------
    The paper's example (L = 60, three annotators), whose |u-alpha is .413:

    >>> round(float(BarUAlpha()([180, 109, 26, 891])), 3)
    0.413
    """

    def parts(self, state: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the length that one marked and another did not, and the expected one."""
        t, marked, one_sided, squares = np.moveaxis(state, -1, 0)
        gaps = t - marked
        # A gap is divisible: each of its characters is a unit of its own, of length one.
        room = t**2 - squares - gaps
        defined = (marked > 0) & (gaps > 0) & (room > 0)
        return one_sided, np.where(defined, t * marked * gaps / np.where(defined, room, 1.0), 0.0)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean length and marks at chance, and one in perfect agreement."""
        t, marked, _, squares = total / articles
        chance = marked * (1 - marked / t)
        return np.array([[t, marked, chance, squares], [t, marked, 0.0, squares]])


class UAlpha(Coefficient):
    """u-alpha of `Labelled.both` and cu-alpha of `Labelled.which`: one form, other lengths.

    A state holds the length of each category, the length on which two annotators agree, and the
    sum of squared unit lengths.

    Examples
    --------
    The paper's example, whose u-alpha is .510 and whose cu-alpha is .724:

    >>> round(float(UAlpha()([71, 21, 6, 6, 6, 18, 36, 16, 110, 962])), 3)
    0.51
    >>> round(float(UAlpha()([21, 6, 6, 6, 8, 36, 0, 65, 553])), 3)
    0.724
    """

    def parts(self, state: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the length with different categories, and the expected one."""
        l_c, agreed, squares = state[..., :-2], state[..., -2], state[..., -1]
        t = l_c.sum(axis=-1)
        spread = (l_c * (t[..., None] - l_c)).sum(axis=-1)
        room = t**2 - squares
        defined = (spread > _NOTHING * t**2) & (room > 0)
        return t - agreed, np.where(defined, t * spread / np.where(defined, room, 1.0), 0.0)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean lengths at chance, and one in perfect agreement."""
        mean = total / articles
        l_c, squares = mean[:-2], mean[-1]
        t = l_c.sum()
        return np.array([[*l_c, (l_c**2).sum() / t, squares], [*l_c, t, squares]])


class KuAlpha(Coefficient):
    """(k)u-alpha of `Labelled.one`: where one annotator says k, do others who mark say so."""

    def parts(self, state: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the length of k that has another label, and the expected one."""
        met, agreed, squares, t, all_squares = np.moveaxis(state, -1, 0)
        row = met * t - squares  # of e', but for a factor that cancels
        defined = (row > _NOTHING * t**2) & (t**2 > all_squares)
        others = np.where(t - met > _NOTHING * t, met * (t - met), 0.0)
        expected = met * others / np.where(defined, row, 1.0)
        return met - agreed, np.where(defined, expected, 0.0)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean lengths at chance, and one in perfect agreement."""
        met, _, *rest = total / articles
        return np.array([[met, met**2 / rest[1], *rest], [met, met, *rest]])


@dataclass(frozen=True)
class Labelled:
    """Lengths by article and label, zero where fewer than two annotators saw the article.

    Parameters
    ----------
    read : array, shape (G,)
        The length that all annotators read.
    marked, squares : array, shape (G, K)
        l_c and S_c.
    met, agreed, met_squares : array, shape (G, K)
        l'_c, l_cc and S'_c.
    clashes : array, shape (G,)
        How often one annotator gave overlapping words two labels; the family needs none.
    twice : array, shape (C, 6)
        Those places: article, annotator, start, end and the two labels, in the order of the
        texts.
    """

    read: NDArray[np.float64]
    marked: NDArray[np.float64]
    squares: NDArray[np.float64]
    met: NDArray[np.float64]
    agreed: NDArray[np.float64]
    met_squares: NDArray[np.float64]
    clashes: NDArray[np.int64]
    twice: NDArray[np.int64]

    def both(self) -> NDArray[np.float64]:
        """Give the state of u-alpha, shape (G, K + 3): where and which."""
        gaps = self.read - self.marked.sum(axis=1)
        unmarked = gaps - self.marked.sum(axis=1) + self.met.sum(axis=1)
        agreed = unmarked + self.agreed.sum(axis=1)
        squares = gaps + self.squares.sum(axis=1)
        return np.column_stack([gaps, self.marked, agreed, squares])

    def which(self) -> NDArray[np.float64]:
        """Give the state of cu-alpha, shape (G, K + 2): which, where two annotators marked."""
        return np.column_stack([self.met, self.agreed.sum(axis=1), self.met_squares.sum(axis=1)])

    def one(self, label: int) -> NDArray[np.float64]:
        """Give the state of (k)u-alpha of a label, shape (G, 5)."""
        own = (values[:, label] for values in (self.met, self.agreed, self.met_squares))
        return np.column_stack([*own, self.met.sum(axis=1), self.met_squares.sum(axis=1)])

    def alone(self, label: int) -> NDArray[np.float64]:
        """Give the state of |u-alpha of a label as if there were no others, shape (G, 4)."""
        marked, agreed = self.marked[:, label], self.agreed[:, label]
        return np.column_stack([self.read, marked, marked - agreed, self.squares[:, label]])


def labelled(marks: Marks) -> Labelled:
    """Tally where annotators gave which label.

    Parameters
    ----------
    marks : Marks
        Who saw and marked what. Overlapping spans of one annotator and one label count as one
        unit, touching ones as two.
    """
    g, k = len(marks.articles), len(marks.labels)
    units = joined(marks, by_label=True)
    read, share = _read(marks)
    shared = (share > 0)[:, None]
    first, second, size = _pairs(units)
    apart = units.annotator[first] != units.annotator[second]
    twice = _twice(units, first[~apart], second[~apart], size[~apart])
    twice = twice[shared[twice[:, 0], 0]]
    first, second, size = first[apart], second[apart], size[apart]
    both = np.concatenate([first, second])
    sizes = np.concatenate([size, size])
    same = units.label[first] == units.label[second]
    met = pooled(units.article[both], g, sizes, units.label[both], k)
    agreed = pooled(units.article[first[same]], g, 2 * size[same], units.label[first[same]], k)
    seat, most = seats(units.article, units.annotator, len(marks.annotators))
    partner = both * most + np.concatenate([seat[second], seat[first]])
    covered = np.bincount(partner, weights=sizes, minlength=len(units.start) * most)
    squared = (covered**2).reshape(-1, most).sum(axis=1) if most else np.zeros(0)
    return Labelled(
        read=read,
        marked=pooled(units.article, g, units.size, units.label, k) * shared,
        squares=pooled(units.article, g, units.size**2, units.label, k) * shared,
        met=met * share[:, None],
        agreed=agreed * share[:, None],
        met_squares=pooled(units.article, g, squared, units.label, k) * share[:, None],
        clashes=np.bincount(twice[:, 0], minlength=g),
        twice=twice,
    )


def _twice(
    units: Units, first: NDArray[np.int64], second: NDArray[np.int64], size: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Tell where pairs of units of one annotator share words, shape (C, 6)."""
    labels = np.sort([units.label[first], units.label[second]], axis=0)
    start = units.start[second]
    place = np.stack(
        [units.article[first], units.annotator[first], start, start + size, *labels], axis=1
    )
    return np.asarray(place[np.lexsort(place.T[[5, 4, 3, 1, 2, 0]])])


def _pairs(units: Units) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pair the units that share characters, with their number."""
    stride = int(units.end.max(initial=1))
    place = units.article * stride + units.start
    order = np.argsort(place)
    start, end = place[order], (units.article * stride + units.end)[order]
    first, second = overlapping(start, end)
    return order[first], order[second], np.minimum(end[first], end[second]) - start[second]
