"""What annotators said, as an adjudicator is shown it: under letters that tell nobody apart."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from annotate.labels import written
from annotate.schema import parse_config
from annotate.schema.subset import tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from annotate.tables import Tables

__all__ = ["START", "dealt", "predictions"]

#: The empty prediction that an adjudicator's own work begins with: the editor would otherwise
#: begin it as a copy of the newest annotator's.
START = "Start here"
_LETTERS = 26


def dealt(key: bytes, of: str) -> Callable[[str, str], bytes]:
    """Give what annotators are put in order by, another order for each article.

    Parameters
    ----------
    key : bytes
        The study's secret: without it nobody can tell who is who, with it always the same.
    of : str
        The round that is adjudicated.
    """

    def shuffled(article: str, annotator: str) -> bytes:
        said = f"adjudication\0{of}\0{article}\0{annotator}"
        return hmac.new(key, said.encode(), hashlib.sha256).digest()

    return shuffled


def predictions(
    tables: Tables,
    config: bytes,
    articles: Iterable[str],
    shuffled: Callable[[str, str], bytes],
    texts: Mapping[str, str],
) -> dict[str, list[dict[str, Any]]]:
    """Give the predictions of each article.

    Parameters
    ----------
    tables : Tables
        What was done in the round that is adjudicated.
    config : bytes
        The labeling config that the adjudicator works with.
    articles : iterable of str
        Which articles.
    shuffled : callable
        From an article and an annotator to what annotators are put in order by there.
    texts : mapping of str to str
        The frozen texts.

    Raises
    ------
    TableError
        If a span does not read as the frozen text does.
    """
    tables.check(texts)
    schema, tags = parse_config(config), tags_of(config)
    visits = tables.visits
    visits = visits[(visits["status"] == "submitted") & (visits["occasion"] == 1)]
    seen = {str(article): rows for article, rows in visits.groupby("article_id")}
    answers = {str(visit): rows for visit, rows in tables.answers.groupby("visit_id")}
    spans = {str(visit): rows for visit, rows in tables.spans.groupby("visit_id")}
    shown = {}
    for article in articles:
        own = seen[article] if article in seen else visits.iloc[:0]
        people = dict(zip(own["annotator"], own["visit_id"], strict=True))
        order = sorted(people, key=lambda who, where=article: shuffled(where, who))  # type: ignore[misc]
        everybody = [
            _prediction(
                name,
                written(
                    answers.get(people[who], tables.answers.iloc[:0]),
                    spans.get(people[who], tables.spans.iloc[:0]),
                    schema,
                    tags,
                    name,
                ),
            )
            for name, who in zip(map(_name, range(len(order))), order, strict=True)
        ]
        # The editor shows the newest first, and the server takes the last one's name for what own
        # work begins with.
        shown[article] = [*reversed(everybody), _prediction(START, [])]
    return shown


def _prediction(name: str, result: list[dict[str, Any]]) -> dict[str, Any]:
    return {"model_version": name, "result": result}


def _name(place: int) -> str:
    """Call annotators A, B and so on to Z, then AA, AB and so on.

    Examples
    --------
    >>> _name(0), _name(27)
    ('Annotator A', 'Annotator AB')
    """
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return f"Annotator {letters}"
