"""Every two annotators: the headline figure, kappa and F1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.figures import Basis, figure_of
from annotate.reliability.views.topics import topics_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Figure
    from annotate.reliability.views.topics import Topic

__all__ = ["by_pair"]


def by_pair(evidence: Evidence) -> list[Figure]:
    """Give the headline figures of every two annotators who share an article.

    Kappa is that of the units on which both voted.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    """
    topics, people = list(topics_of(evidence)), len(evidence.annotators)
    codes = [topic.pairs.first * people + topic.pairs.second for topic in topics]
    shared = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *codes]))
    return [
        figure
        for topic, code in zip(topics, codes, strict=True)
        for figure in _figures(topic, evidence, code, shared)
    ]


def _figures(
    topic: Topic, evidence: Evidence, code: NDArray[np.int64], shared: NDArray[np.int64]
) -> Iterator[Figure]:
    names, people = evidence.annotators, len(evidence.annotators)
    alone = topic.pairs.alone()
    order = np.argsort(code, kind="stable")
    begins, ends = (np.searchsorted(code[order], shared, side=side) for side in ("left", "right"))
    counts = topic.counts_by(np.arange(people), people, of="annotator")
    for place, pair in enumerate(shared.tolist()):
        first, second = divmod(pair, people)
        basis = Basis(
            topic.question,
            topic.title,
            evidence.articles,
            counts[first] + counts[second],
            "pair",
            f"{names[first]} & {names[second]}",
        )
        pairs = alone.only(order[begins[place] : ends[place]])
        for summed in (topic.headline, *topic.of_two):
            yield figure_of(basis, topic.measured(pairs, summed))
