"""What is to be seen in one article: no coefficient, since one article has no variation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.figures import Figure
from annotate.reliability.views.topics import topics_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Counts
    from annotate.reliability.views.topics import Topic

__all__ = ["by_article"]


def by_article(evidence: Evidence) -> list[Figure]:
    """Give the share of pairs that agree, or for spans of text that one of two marked.

    Parameters
    ----------
    evidence : Evidence
        What votes.

    Returns
    -------
    list of Figure
        For every question and article that anybody saw, without an interval.
    """
    size = len(evidence.articles)
    topics = list(topics_of(evidence))
    counts = [topic.counts_by(np.arange(size), size, of="article") for topic in topics]
    seen = [any(of.saw for of in each) for each in zip(*counts, strict=True)]
    return [
        figure
        for topic, of in zip(topics, counts, strict=True)
        for figure, kept in zip(_figures(topic, evidence.articles, of), seen, strict=True)
        if kept
    ]


def _figures(topic: Topic, articles: Sequence[str], counts: list[Counts]) -> Iterator[Figure]:
    size = len(articles)
    shares = np.full(size, math.nan)
    (tally,) = topic.pairs.tallies(topic.plain.states, np.zeros_like(topic.pairs.article), 1)
    shares[tally.example] = topic.plain.coefficient(tally.rows)
    rests = topic.pairs.rest_on(topic.pairs.article, size)
    for name, share, (units, annotators, labels), of in zip(
        articles, shares.tolist(), rests, counts, strict=True
    ):
        yield Figure(
            question=topic.question,
            title=topic.title,
            label=topic.label,
            measure=topic.plain.measure,
            value=share,
            low=math.nan,
            high=math.nan,
            units=units,
            articles=min(units, 1),
            annotators=annotators,
            labels=labels,
            reason="" if math.isfinite(share) else topic.undefined[1] if units else topic.lone,
            counts=of,
            view="article",
            of=name,
        )
