"""What each annotator and the consensus mark in an article, for formats that hold its text."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.dataset.columns import OF_ARTICLE, STANDS, VISIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["CONSENSUS", "WEIGHTED", "Marked", "Source", "marked"]

CONSENSUS, WEIGHTED = "consensus", "consensus_weighted"
_Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Who says what of an article: one submitted visit, or the consensus.

    Parameters
    ----------
    who : str
        ``annotator_01`` and so on, ``consensus`` or ``consensus_weighted``: never a person's name.
    name : str
        The same; ``annotator_01.2`` for the second visit that an annotator submitted.
    visit : dict
        The columns of the visit; empty for the consensus.
    answers : list of dict
        What it says of the article.
    spans : list of dict
        What it marks: group, label, start, end, and whatever else is known of each.
    """

    who: str
    name: str
    visit: _Row
    answers: list[_Row]
    spans: list[_Row]


@dataclass(frozen=True)
class Marked:
    """An article and everybody who says something of it.

    Parameters
    ----------
    article : dict
        What is told of it in every configuration, without its text.
    text : str
        Its text.
    sources : list of Source
        The submitted visits in their order, then the consensus if anybody read it.
    """

    article: _Row
    text: str
    sources: list[Source]


def marked(piece: Piece, plan: Plan) -> Iterator[Marked]:
    """Go through the articles of a piece that holds their texts.

    Parameters
    ----------
    piece : Piece
        Some articles.
    plan : Plan
        What the dataset holds.

    Yields
    ------
    Marked
        For each article one.
    """
    visits: dict[str, list[_Row]] = defaultdict(list)
    for visit in piece.rows["annotations"]:
        if visit["status"] == "submitted":
            visits[visit["article_id"]].append(visit)
    for row in piece.rows["consensus"]:
        sources = list(_of_visits(visits[row["article_id"]], plan))
        if sources or row["answers"] or row["spans"]:
            sources += _of_consensus(row)
        yield Marked({name: row[name] for name in OF_ARTICLE}, row["text"], sources)


def _of_visits(visits: list[_Row], plan: Plan) -> Iterator[Source]:
    seen: Counter[str] = Counter()
    for visit in sorted(visits, key=lambda visit: plan.number(visit["annotator"])):
        who = plan.number(visit["annotator"])
        seen[who] += 1
        name = who if seen[who] == 1 else f"{who}.{seen[who]}"
        columns = {column: visit[column] for column in VISIT}
        yield Source(who, name, columns, visit["answers"], visit["spans"])


def _of_consensus(row: _Row) -> Iterator[Source]:
    """Give what stands: an adjudicator's spans do in both, for they override."""
    for name, left_out in ((CONSENSUS, "weighted"), (WEIGHTED, "plain")):
        spans = [s for s in row["spans"] if s["status"] in STANDS and s["kind"] != left_out]
        yield Source(name, name, {}, row["answers"] if name == CONSENSUS else [], spans)
