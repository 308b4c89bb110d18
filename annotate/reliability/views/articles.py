"""What is to be seen in one article: no coefficient, since one article has no variation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.figures import Figure
from annotate.reliability.views.topics import topics_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.reliability.evidence.gathered import Evidence
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
    return [figure for topic in topics_of(evidence) for figure in _figures(topic, evidence)]


def _figures(topic: Topic, evidence: Evidence) -> Iterator[Figure]:
    size = len(evidence.articles)
    shares = np.full(size, math.nan)
    (tally,) = topic.pairs.tallies(topic.plain.states, np.zeros_like(topic.pairs.article), 1)
    shares[tally.example] = topic.plain.coefficient(tally.rows)
    rests = topic.pairs.rest_on(topic.pairs.article, size)
    counts = topic.counts_by(np.arange(size), size, of="article")
    for name, share, (units, annotators, labels), of in zip(
        evidence.articles, shares.tolist(), rests, counts, strict=True
    ):
        if of.saw or units:
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
                reason="" if math.isfinite(share) else topic.undefined[units > 0],
                counts=of,
                view="article",
                of=name,
            )
