"""Do annotators mark the same places: |u-alpha.

After Krippendorff, Mathet, Bouvry and Widlöcher (2016, On the reliability of unitizing textual
continua, Quality & Quantity 50, 2347-2364, doi:10.1007/s11135-015-0266-1), pooled over articles.
Everybody who saw an article counts, also with no mark at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["BarUAlpha", "unitizing_state"]


def unitizing_state(
    length: int, marked: Sequence[Sequence[tuple[int, int]]]
) -> NDArray[np.float64]:
    """Tally one article.

    Parameters
    ----------
    length : int
        Of the article, in characters.
    marked : sequence of sequences of (start, end)
        The spans of each annotator who saw the article, half-open; an annotator who marked
        nothing is an empty sequence. Overlapping spans of one annotator count as one unit,
        touching ones as two.

    Returns
    -------
    array, shape (4,)
        The length all annotators read, the length they marked, the length that one marked and
        another did not (over ordered pairs, divided by m - 1), and the sum of squared unit
        lengths. Zeros where fewer than two annotators saw the article.
    """
    m = len(marked)
    if m < 2:  # noqa: PLR2004 - one annotator agrees with nobody
        return np.zeros(4)
    units = [_merged(spans) for spans in marked]
    total = sum(end - start for spans in units for start, end in spans)
    squares = sum((end - start) ** 2 for spans in units for start, end in spans)
    both = _shared(units) / (m - 1)
    return np.array([m * length, total, total - both, squares], dtype=np.float64)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the union of one annotator's spans."""
    units: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if units and start < units[-1][1]:
            units[-1] = (units[-1][0], max(end, units[-1][1]))
        else:
            units.append((start, end))
    return units


def _shared(units: Sequence[Sequence[tuple[int, int]]]) -> float:
    """Give the length both marked, summed over ordered pairs of annotators."""
    edges = [(start, 1) for spans in units for start, _ in spans]
    edges += [(end, -1) for spans in units for _, end in spans]
    depth, place, shared = 0, 0, 0
    for position, step in sorted(edges):
        shared += (position - place) * depth * (depth - 1)
        depth, place = depth + step, position
    return float(shared)


class BarUAlpha:
    """|u-alpha as a function of the sums of `unitizing_state`.

    Examples
    --------
    The example of the paper (L = 60, three annotators), whose |u-alpha is .413:

    >>> alex = [(2, 9), (11, 17), (24, 30), (32, 36), (36, 44), (44, 60)]
    >>> paul = [(2, 9), (11, 17), (19, 25), (32, 44)]
    >>> suzan = [(2, 9), (11, 17), (21, 27), (32, 36), (36, 40), (40, 44)]
    >>> round(float(BarUAlpha()(unitizing_state(60, [alex, paul, suzan]))), 3)
    0.413
    """

    lowest = -1.0

    def __call__(self, state: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give |u-alpha of each state, shape (…, 4) to (…); NaN where nothing can be expected."""
        t, marked, one_sided, squares = np.moveaxis(np.asarray(state, dtype=np.float64), -1, 0)
        gaps = t - marked
        # A gap is divisible: each of its characters is a unit of its own, of length one.
        room = t**2 - squares - gaps
        defined = (marked > 0) & (gaps > 0) & (room > 0)
        expected = t * marked * gaps / np.where(defined, room, 1.0)
        return np.where(defined, 1 - one_sided / np.where(defined, expected, 1.0), np.nan)

    def pseudo(self, total: NDArray[np.float64], articles: int) -> NDArray[np.float64]:
        """Give an article of mean length and marks at chance, and one in perfect agreement."""
        t, marked, _, squares = total / articles
        chance = marked * (1 - marked / t)
        return np.array([[t, marked, chance, squares], [t, marked, 0.0, squares]])
