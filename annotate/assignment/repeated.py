"""Which articles an annotator sees a second time, without being told."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["repeats"]


def repeats(
    pairs: Collection[tuple[str, str]],
    *,
    number: int,
    seed: int,
    fixed: Collection[tuple[str, str]] = (),
) -> list[tuple[str, str]]:
    """Choose the hidden repeats of each annotator.

    Parameters
    ----------
    pairs : collection of (str, str)
        Article and annotator: who reads what.
    number : int
        Repeats of each annotator; all of their articles if they have no more.
    seed : int
        Of the choice.
    fixed : collection of (str, str)
        Repeats that were chosen already. All stay, and count.

    Returns
    -------
    list of (str, str)
        Article and annotator, sorted by annotator and article.

    Raises
    ------
    UsageError
        If the number is negative.

    Notes
    -----
    Each pair has a rank of its own, made from the seed and its two names. So nobody's repeats
    depend on who else takes part, and the order of the pairs does not matter.

    Examples
    --------
    >>> pairs = [(f"a{n}", name) for n in range(40) for name in ("ada", "ben")]
    >>> first = repeats(pairs, number=2, seed=1)
    >>> len(first), set(first) <= set(repeats(pairs, number=5, seed=1, fixed=first))
    (4, True)
    """
    if number < 0:
        msg = f"There cannot be {number} repeats of each annotator; give 0 or more"
        raise UsageError(msg)
    kept = set(fixed)
    taken: defaultdict[str, int] = defaultdict(int)
    for _, annotator in kept:
        taken[annotator] += 1
    for article, annotator in sorted(set(pairs) - kept, key=lambda pair: _rank(pair, seed)):
        if taken[annotator] < number:
            taken[annotator] += 1
            kept.add((article, annotator))
    return sorted(kept, key=lambda pair: (pair[1], pair[0]))


def _rank(pair: tuple[str, str], seed: int) -> tuple[bytes, tuple[str, str]]:
    named = repr((seed, *pair)).encode("utf-8", errors="surrogatepass")
    return hashlib.sha256(named).digest(), pair
