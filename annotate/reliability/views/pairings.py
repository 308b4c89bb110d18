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
    part, parts, alone = np.searchsorted(shared, code), len(shared), topic.pairs.alone()
    of_annotator = topic.counts_by(np.arange(people), people, of="annotator")
    columns = [
        topic.measured_by(summed, alone, part, parts) for summed in (topic.headline, *topic.of_two)
    ]
    for pair, row in zip(shared.tolist(), zip(*columns, strict=True), strict=True):
        first, second = divmod(pair, people)
        of = f"{names[first]} & {names[second]}"
        counts = of_annotator[first] + of_annotator[second]
        basis = Basis(topic.question, topic.title, evidence.articles, counts, "pair", of)
        yield from (figure_of(basis, measured) for measured in row)
