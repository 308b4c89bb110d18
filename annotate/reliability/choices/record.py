"""Alpha of record: as the `krippendorff` package computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.reliability.choices.votes import VoteTable
    from annotate.schema import Scale

__all__ = ["alpha_of_record", "fits"]

_CELLS = 10_000_000  # units x values x values: the package holds three such arrays


def fits(units: int, values: int) -> bool:
    """Tell whether the package can hold so many units and values that were used."""
    return values > 1 and units * values**2 <= _CELLS


def alpha_of_record(
    table: VoteTable, scale: Scale, numbers: Sequence[float] | NDArray[np.float64]
) -> float | None:
    """Give alpha as the `krippendorff` package computes it.

    Parameters
    ----------
    table : VoteTable
        The votes on units with at least two.
    scale : str
        The scale.
    numbers : sequence of float, shape (K,)
        The values as numbers, in order.

    Returns
    -------
    float or None
        None where it would not fit in memory or is undefined; the additive engine gives the same
        number to 1e-12.

    Examples
    --------
    Krippendorff (2011, Computing Krippendorff's alpha-reliability, B), nominal alpha .692:

    >>> from annotate.reliability.choices.votes import table_of_counts
    >>> ben, gerry = ([ord(c) - 97 for c in s] for s in ("aabbdcccedda", "babbbccceddd"))
    >>> counts = np.eye(5, dtype=np.int64)[ben] + np.eye(5, dtype=np.int64)[gerry]
    >>> round(alpha_of_record(table_of_counts(counts), "nominal", range(5)), 3)
    0.692
    """
    used = np.flatnonzero(table.votes)
    if not fits(table.units, len(used)):
        return None
    import krippendorff

    counts = table.counts if isinstance(table.counts, np.ndarray) else table.counts.toarray()
    each = np.repeat(counts[:, used], table.times.astype(np.int64), axis=0)
    return float(
        krippendorff.alpha(
            value_counts=each.astype(np.int64),
            value_domain=np.asarray(numbers, dtype=np.float64)[used],
            level_of_measurement=scale,
        )
    )
