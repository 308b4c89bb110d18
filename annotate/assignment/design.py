"""Which annotator reads which article: balanced, seeded, and kept when a study grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from annotate.assignment.board import Board

__all__ = ["assign"]

Pair = tuple[str, str]


def assign(
    articles: Sequence[str],
    annotators: Sequence[str],
    *,
    per_article: int,
    seed: int,
    fixed: Collection[Pair] = (),
    weights: Mapping[str, float] | None = None,
) -> list[Pair]:
    """Assign articles to annotators.

    Parameters
    ----------
    articles : sequence of str
        The articles' ids.
    annotators : sequence of str
        Who takes part.
    per_article : int
        How many annotators an article gets; 0, or as many as there are, means everybody.
    seed : int
        Of whatever the rest leaves open.
    fixed : collection of (str, str)
        Article and annotator: what was assigned before. All of it stays, and counts: an article
        with enough annotators gets no more, also where one of them has left.
    weights : mapping of str to float, optional
        How many articles an annotator takes, in relation to the others; 1 for who is not named.

    Returns
    -------
    list of (str, str)
        Article and annotator, in the order of `articles` and `annotators`; what is fixed and
        named in neither comes last, sorted.

    Raises
    ------
    UsageError
        If `per_article` or the seed is negative, or a weight is not positive or names nobody.

    Notes
    -----
    In a fresh design without weights all loads differ by at most one. How many articles two
    annotators share differs by none where each set of annotators comes equally often, by at most
    one for two an article, and in what was tried by at most two for three an article and by at
    most three for four to nine: some numbers allow no better. A design that grows is as even as
    the new articles can make it, loads before pairs.

    The order of the names does not matter, and says nothing about who gets what.

    Examples
    --------
    >>> pairs = assign([f"a{n}" for n in range(6)], ["ada", "ben", "cyd"], per_article=2, seed=1)
    >>> len(pairs), [sum(name == who for _, name in pairs) for who in ("ada", "ben", "cyd")]
    (12, [4, 4, 4])
    >>> grown = assign(["a6", "a7"], ["ada", "ben", "dee"], per_article=2, seed=1, fixed=pairs)
    >>> set(pairs) < set(grown), len(grown)
    (True, 16)
    """
    _check(annotators, per_article, seed, weights or {})
    kept = set(fixed)
    rows = sorted({*articles, *(article for article, _ in kept)})
    people = sorted({*annotators, *(annotator for _, annotator in kept)})
    if not people:
        return []
    board = _board(rows, people, (articles, annotators), per_article, kept, weights or {})
    _fill(board, seed)
    found = ((rows[row], people[place]) for row, place in _places(board.member))
    return _in_order(found, articles, annotators)


def _check(
    annotators: Sequence[str], per_article: int, seed: int, weights: Mapping[str, float]
) -> None:
    if per_article < 0:
        msg = f"An article cannot have {per_article} annotators; give 0 for everybody, or more"
        raise UsageError(msg)
    if seed < 0:
        msg = f"The seed is {seed}; give 0 or more"
        raise UsageError(msg)
    for name, weight in weights.items():
        if name not in annotators:
            msg = f"A weight is given for {name}, who is no annotator; leave it out"
            raise UsageError(msg)
        if not (math.isfinite(weight) and weight > 0):
            msg = f"The weight of {name} is {weight}; give a number above 0"
            raise UsageError(msg)


def _board(
    rows: list[str],
    people: list[str],
    wanted: tuple[Sequence[str], Sequence[str]],
    per_article: int,
    kept: set[Pair],
    weights: Mapping[str, float],
) -> Board:
    import numpy as np

    from annotate.assignment.board import Board

    row_of = {name: place for place, name in enumerate(rows)}
    place_of = {name: place for place, name in enumerate(people)}
    fixed = np.zeros((len(rows), len(people)), dtype=bool)
    for article, annotator in kept:
        fixed[row_of[article], place_of[annotator]] = True
    eligible = np.array([name in set(wanted[1]) for name in people])
    open_to = (eligible & ~fixed).sum(axis=1)
    lacking = open_to if per_article == 0 else np.maximum(per_article - fixed.sum(axis=1), 0)
    needs = np.zeros(len(rows), dtype=np.int64)
    places = [row_of[name] for name in wanted[0]]
    needs[places] = np.minimum(lacking, open_to)[places]
    weight = np.array([weights.get(name, 1.0) for name in people], dtype=np.float64)
    return Board(fixed, needs, eligible, weight)


def _fill(board: Board, seed: int) -> None:
    import numpy as np

    from annotate.assignment.dealing import deal
    from annotate.assignment.evening import even_out, link
    from annotate.assignment.levelling import level

    rng = np.random.default_rng(seed)
    deal(board, rng)
    level(board)
    even_out(board, rng)
    link(board)


def _places(member: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    rows, places = member.nonzero()
    return zip(rows.tolist(), places.tolist(), strict=True)


def _in_order(
    pairs: Iterable[Pair], articles: Sequence[str], annotators: Sequence[str]
) -> list[Pair]:
    """Sort in the order that was given; what was not given comes last."""
    row = {name: place for place, name in enumerate(articles)}
    place = {name: place for place, name in enumerate(annotators)}
    last = len(row), len(place)
    return sorted(
        pairs,
        key=lambda pair: (row.get(pair[0], last[0]), place.get(pair[1], last[1]), pair),
    )
