"""The headline figures seen from one side: by annotator, pair, article, round, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import UsageError
from annotate.reliability.evidence.gather import gather, in_round
from annotate.reliability.views.annotators import by_annotator
from annotate.reliability.views.articles import by_article
from annotate.reliability.views.occasions import by_self
from annotate.reliability.views.pairings import by_pair
from annotate.reliability.views.parts import by_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Figure
    from annotate.schema import Schema
    from annotate.tables import Tables

__all__ = ["VIEWS", "by_self", "view", "view_rounds"]

VIEWS = ("annotator", "article", "event", "outlet", "pair")


def view(evidence: Evidence, by: str) -> list[Figure]:
    """Look at the headline figures from one side.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    by : {"annotator", "article", "event", "outlet", "pair"}
        The side.

        annotator
            The figure without each annotator and its difference from the whole, each annotator
            against the rest, and how far each leans from the others on the same articles.
        pair
            Every two annotators who share an article; kappa and overlap F1 too.
        article
            What is to be seen in one article: a share, without an interval.
        outlet, event
            The articles of each; none where none is known.

    Returns
    -------
    list of Figure
        With `view` and `of` set, question by question in the order of the scheme.

    Raises
    ------
    UsageError
        If there is no such view.
    """
    if by == "annotator":
        return by_annotator(evidence)
    if by == "pair":
        return by_pair(evidence)
    if by == "article":
        return by_article(evidence)
    if by == "outlet":
        return by_part(evidence, by, evidence.outlets)
    if by == "event":
        return by_part(evidence, by, evidence.events)
    msg = f'there is no view by "{by}" of what was gathered; take one of {", ".join(VIEWS)}'
    raise UsageError(msg)


def view_rounds(tables: Tables, schema: Schema, texts: Mapping[str, str]) -> list[Figure]:
    """Look at the headline figures of each round by itself.

    Elsewhere the latest submission of a person counts, whatever its round.

    Parameters
    ----------
    tables : Tables
        The tables of a study.
    schema : Schema
        The scheme.
    texts : mapping of str to str
        The text of each article.

    Raises
    ------
    TableError
        If a visit is to an article without a text.
    """
    rounds = []
    for name in dict.fromkeys(tables.visits["round"]):
        evidence = gather(in_round(tables, name), schema, texts)
        rounds.append(by_part(evidence, "round", dict.fromkeys(evidence.articles, name)))
    return [figure for figures in zip(*rounds, strict=True) for figure in figures]
