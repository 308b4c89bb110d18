"""Articles that are the same text, or nearly: linked, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["NEAR_DUPLICATE", "DuplicatePair", "link_duplicates"]

# Measured on five articles on one war (three events, two of them covered twice), alone, together
# and among 20 texts on other matters. Different articles: at most .23. Wire copies of an article:
# new headline and lead .81 to .97; one word in ten changed .79 to .87; headline and lead new and
# the last two paragraphs or the last third cut .56 to .91; only the first half kept .57 to .74.
# Half of one article and half of another: .35 to .61. Term counts are damped (sublinear):
# without that, different articles reach .62.
NEAR_DUPLICATE = 0.5
"""Cosine of the damped TF-IDF vectors from which two texts count as near duplicates."""

# Cells of the dense worst case of one block of the product: 4 million are 50 MB.
_BLOCK_CELLS = 4_000_000


@dataclass(frozen=True)
class DuplicatePair:
    """An article, the first of its group, and how near it is to the nearest of the group.

    A chain of edits makes one group, so an article can be further from the first one than
    `similarity` says. Exact copies have 1.0.
    """

    article_id: str
    duplicate_of: str
    similarity: float


def link_duplicates(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[DuplicatePair]]:
    """Point each exact or near duplicate to the first article of its group.

    Texts are compared as TF-IDF vectors of words and word pairs; whatever links two articles,
    in however many steps, puts them into one group.

    Parameters
    ----------
    frame : DataFrame
        The articles; ``duplicate_of`` is computed anew for all of them.

    Returns
    -------
    tuple of (DataFrame, list of DuplicatePair)
        A new table, and one pair per linked article, in the order of the table.
    """
    ids = frame["article_id"].tolist()
    links = _links(frame["text"].tolist(), frame["text_sha256"].tolist())
    first = _first_of_group(links)
    nearest = links.maximum(links.T).max(axis=1).toarray().ravel() if ids else np.zeros(0)
    pairs = [
        DuplicatePair(ids[place], ids[head], round(float(nearest[place]), 3))
        for place, head in enumerate(first)
        if head != place
    ]
    linked = frame.copy()
    group = {pair.article_id: pair.duplicate_of for pair in pairs}
    linked["duplicate_of"] = pd.Series(
        [group.get(i, "") for i in ids], index=frame.index, dtype="str"
    )
    return linked, pairs


def _links(texts: Sequence[str], hashes: Sequence[str]) -> sparse.csr_array:
    """Give the similarity of each linked pair, at (later, earlier), with shape (N, N)."""
    found = [*_exact(hashes), *_near(texts)]
    later, earlier, similarity = zip(*found, strict=True) if found else ((), (), ())
    links = sparse.coo_array((similarity, (later, earlier)), shape=(len(texts),) * 2, dtype=float)
    # Exact copies are found twice, and repeated cells are summed.
    csr = links.tocsr()
    csr.data = np.minimum(csr.data, 1.0)
    return csr


def _exact(hashes: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    seen: dict[str, int] = {}
    for place, text_hash in enumerate(hashes):
        first = seen.setdefault(text_hash, place)
        if first != place:
            yield place, first, 1.0


def _near(texts: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    vectors = _vectors(texts)
    if vectors is None:
        return
    height = max(1, _BLOCK_CELLS // len(texts))
    for top in range(0, len(texts), height):
        # Only columns up to the block's own end: each pair is met once.
        block = vectors[top : top + height]
        cosines = (block @ vectors[: top + height].T).tocoo()
        keep = (cosines.data >= NEAR_DUPLICATE) & (cosines.row + top > cosines.col)
        rows, columns, values = cosines.row[keep] + top, cosines.col[keep], cosines.data[keep]
        for place in np.lexsort((columns, rows)):
            yield int(rows[place]), int(columns[place]), float(values[place])


def _vectors(texts: Sequence[str]) -> sparse.csr_array | None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(texts) < 2:  # noqa: PLR2004 - a pair needs two
        return None
    try:
        vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    except ValueError:  # not one word in all texts
        return None
    return sparse.csr_array(vectors)


def _first_of_group(links: sparse.csr_array) -> list[int]:
    """Give for each article the place of the first article of its group."""
    if not links.shape[0]:
        return []
    _, group = connected_components(links, directed=False)
    _, heads = np.unique(group, return_index=True)
    return [int(place) for place in heads[group]]
