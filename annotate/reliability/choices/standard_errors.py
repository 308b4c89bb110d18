"""Gwet's analytic standard errors: units drawn at random, one article each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from annotate.reliability.choices.chance import ChanceCorrected
    from annotate.reliability.choices.votes import VoteTable

__all__ = ["standard_error"]


def standard_error(coefficient: ChanceCorrected, table: VoteTable) -> float:
    """Give the standard error over units that Gwet's Handbook gives.

    Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 5; Gwet 2008, doi:10.1348/
    000711006X126600), by linearisation. Intervals here do not rest on it: they leave out
    articles, which may hold several units.

    Parameters
    ----------
    coefficient : ChanceCorrected
        The coefficient.
    table : VoteTable
        All units with a vote; counted by annotator for `Conger`.

    Returns
    -------
    float
        NaN where the coefficient is undefined.

    Examples
    --------
    Cohen (1960, p. 45; Fleiss, Cohen and Everitt 1969): kappa .492, standard error .051.

    >>> from annotate.reliability.choices.chance import Conger
    >>> from annotate.reliability.choices.votes import VoteTable
    >>> a, b = (place.ravel() for place in np.indices((3, 3)))
    >>> times = np.array([88., 14, 18, 10, 40, 10, 2, 6, 12])
    >>> table = VoteTable(np.hstack([np.eye(3)[a], np.eye(3)[b]]), times, np.arange(9))
    >>> round(standard_error(Conger(np.eye(3)), table), 3)
    0.051
    """
    counts = table.counts if isinstance(table.counts, np.ndarray) else table.counts.toarray()
    states, times = coefficient.states(counts), table.times
    total, n = times @ states, times.sum()
    figure, expected = float(coefficient(total)), float(coefficient.parts(total)[1])
    if not np.isfinite(figure) or n < 2:  # noqa: PLR2004 - one unit has no spread
        return np.nan
    agreement, paired = states[:, 0], states[:, 1]
    each = n / total[1] * (agreement - (1 - expected) * paired)
    each = (each - (1 - figure) * n * coefficient.pull(counts, total)) / expected
    return float(np.sqrt(times @ (each - figure) ** 2 / (n * (n - 1))))
