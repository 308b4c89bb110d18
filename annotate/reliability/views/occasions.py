"""Each annotator against themselves: the first reading of an article, and the hidden repeat."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from annotate.reliability.evidence.gather import gather
from annotate.reliability.evidence.voting import recast, restrict
from annotate.reliability.figures import Basis, Counts, Figure, figure_of
from annotate.reliability.views.topics import topics_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.views.topics import Summed, Topic
    from annotate.schema import Schema
    from annotate.tables import Tables

    Places = NDArray[np.int64]

__all__ = ["POOLED", "by_self"]

#: What the figure of everybody is called; no pseudonym holds a bracket.
POOLED = "(all, pooled)"

_UNIT = ["article_id", "annotator", "round"]
_OCCASIONS = (1, 2)
_DAY = 24 * 60 * 60  # seconds
_NEVER = "undefined: nothing was answered on both occasions"
_SOON = "the two readings lie less than a day apart (median): memory may have helped"


def by_self(tables: Tables, schema: Schema, texts: Mapping[str, str]) -> list[Figure]:
    """Compare what annotators said of an article with what they said when it came back.

    Parameters
    ----------
    tables : Tables
        Those of a study.
    schema : Schema
        Its scheme.
    texts : mapping of str to str
        The text of each article.

    Returns
    -------
    list of Figure
        First the median of the days in between; then of every question the headline figure and
        what is to be seen without it. Each of every annotator who was given an article twice, and
        of all, pooled. None if nobody was.

    Raises
    ------
    TableError
        If a visit is to an article without a text.
    """
    repeats = _Repeats.of(tables, schema, texts)
    if not repeats.people:
        return []
    figures = list(repeats.apart())
    for topic in topics_of(repeats.evidence):
        for summed in (topic.headline, topic.plain):
            figures += repeats.figures(
                replace(topic, undefined=(_NEVER, topic.undefined[1])), summed
            )
    return figures


@dataclass(frozen=True)
class _Repeats:
    """What was asked of a person twice: a unit is one person's article in one round.

    Parameters
    ----------
    evidence : Evidence
        Its articles are the units, its annotators the two occasions.
    article, person : array of int, shape (U,)
        Of each unit, in `articles` and `people`.
    days : array of float, shape (U,)
        Between the two submissions; NaN where there are not both.
    articles, people : tuple of str
        Names.
    """

    evidence: Evidence
    article: Places
    person: Places
    days: NDArray[np.float64]
    articles: tuple[str, ...]
    people: tuple[str, ...]

    @classmethod
    def of(cls, tables: Tables, schema: Schema, texts: Mapping[str, str]) -> _Repeats:
        """Find who was given what twice."""
        own = _asked_twice(tables)
        visits = own.visits
        names = _named(visits)
        units = visits.assign(unit=names).drop_duplicates("unit")
        person, people = pd.factorize(units["annotator"], sort=True)
        article, articles = pd.factorize(units["article_id"])
        of_unit = {
            unit: texts[article]
            for unit, article in zip(units["unit"], units["article_id"], strict=True)
            if article in texts  # `gather` names those without
        }
        return cls(
            evidence=gather(recast(own, visits["occasion"].astype("str"), names), schema, of_unit),
            article=article.astype(np.int64),
            person=person.astype(np.int64),
            days=_days(visits, names).reindex(units["unit"]).to_numpy(dtype=np.float64),
            articles=tuple(map(str, articles)),
            people=tuple(map(str, people)),
        )

    def apart(self) -> Iterator[Figure]:
        """Give the median of the days between the two readings."""
        parts = [
            (name, whose == place)
            for whose, names in self._parts()
            for place, name in enumerate(names)
        ]
        for name, mine in parts:
            read = mine & np.isfinite(self.days)
            times = int(read.sum())
            yield Figure(
                question="days between",
                title="Days between the two readings",
                label="",
                measure="median days",
                value=self._median(mine),
                low=math.nan,
                high=math.nan,
                units=times,
                articles=len(np.unique(self.article[read])),
                annotators=len(np.unique(self.person[read])),
                labels=2 * times,
                reason="" if times else _NEVER,
                counts=Counts(saw=2 * times, marked=2 * times),
                view="self",
                of=name,
            )

    def figures(self, topic: Topic, summed: Summed) -> Iterator[Figure]:
        """Give one coefficient of everybody by themselves, and of all."""
        for whose, names in self._parts():
            yield from self._figures(topic, summed, whose, names)

    def _figures(
        self, topic: Topic, summed: Summed, whose: Places, names: tuple[str, ...]
    ) -> Iterator[Figure]:
        """Give the figure of each part of the units.

        The units of one article stay together: it is articles that are left out, or drawn anew,
        for the interval.
        """
        unit = topic.pairs.article
        pairs, part = replace(topic.pairs, article=self.article[unit]), whose[unit]
        counts = topic.counts_by(whose, len(names), of="article")
        found = topic.measured_by(summed, pairs, part, len(names))
        for place, (name, measured) in enumerate(zip(names, found, strict=True)):
            people = len(np.unique(self.person[unit[part == place]]))
            soon = summed is topic.headline and self._median(whose == place) < 1
            basis = Basis(topic.question, topic.title, self.articles, counts[place], "self", name)
            noted = replace(measured, annotators=people, note=_SOON if soon else "")
            yield figure_of(basis, noted)

    def _parts(self) -> Iterator[tuple[Places, tuple[str, ...]]]:
        """Part the units by person, and not at all."""
        yield self.person, self.people
        yield np.zeros_like(self.person), (POOLED,)

    def _median(self, mine: NDArray[np.bool_]) -> float:
        days = self.days[mine & np.isfinite(self.days)]
        return float(np.median(days)) if len(days) else math.nan


def _asked_twice(tables: Tables) -> Tables:
    """Keep both visits to what came back; in the same round, since desks are of one round."""
    visits = tables.visits
    again = pd.MultiIndex.from_frame(visits[visits["occasion"] == _OCCASIONS[1]][_UNIT])
    known = visits["occasion"].isin(_OCCASIONS)
    return restrict(tables, known & pd.MultiIndex.from_frame(visits[_UNIT]).isin(again))


def _named(visits: pd.DataFrame) -> pd.Series:
    return visits["article_id"] + "/" + visits["annotator"] + "/" + visits["round"]


def _days(visits: pd.DataFrame, names: pd.Series) -> pd.Series:
    """Give the days between the two submissions of each unit; a later edit does not count."""
    given = visits["created_at"].where(visits["created_at"] != "", visits["updated_at"])
    moment = pd.to_datetime(given, format="ISO8601", utc=True, errors="coerce")
    done = (visits["status"] == "submitted") & moment.notna()
    by_unit = pd.Series(moment.array, index=pd.Index(names))
    first, second = (by_unit[(done & (visits["occasion"] == n)).to_numpy()] for n in _OCCASIONS)
    return (second - first.reindex(second.index)).dt.total_seconds().abs() / _DAY
