"""The headline figures of parts of the articles: outlets and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.figures import Basis, figure_of
from annotate.reliability.views.topics import topics_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Figure
    from annotate.reliability.views.topics import Topic

__all__ = ["by_part"]

_UNKNOWN = "(unknown)"


def by_part(evidence: Evidence, view: str, part_of: Mapping[str, str]) -> list[Figure]:
    """Give the headline figures of each part of the articles.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    view : str
        What the parts are.
    part_of : mapping of str to str
        The part of each article, "" or absent where unknown: those make a part of their own,
        the last one.
    """
    named = [part_of.get(article, "") for article in evidence.articles]
    names = sorted({*named} - {""})
    if not names:
        return []
    place = {name: number for number, name in enumerate(names)} | {"": len(names)}
    part = np.array([place[name] for name in named])
    if "" in named:
        names.append(_UNKNOWN)
    return [
        figure
        for topic in topics_of(evidence)
        for figure in _figures(topic, evidence, view, names, part)
    ]


def _figures(
    topic: Topic, evidence: Evidence, view: str, names: list[str], part: NDArray[np.int64]
) -> Iterator[Figure]:
    measures = topic.measured_by(topic.headline, topic.pairs, part[topic.pairs.article], len(names))
    counts = topic.counts_by(part, len(names), of="article")
    for name, measured, of in zip(names, measures, counts, strict=True):
        basis = Basis(topic.question, topic.title, evidence.articles, of, view, name)
        yield figure_of(basis, measured)
