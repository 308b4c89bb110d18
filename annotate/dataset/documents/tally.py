"""Count visits for the documents of a dataset; what is counted of parts adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.dataset.documents.about import Days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

__all__ = ["Tally", "days_of"]

_DAY = r"^(\d{4}-\d{2}-\d{2})"


@dataclass(frozen=True)
class Tally:
    """What is counted of visits.

    Parameters
    ----------
    rows : int
        How many there are.
    submitted : Counter of (str, str, str)
        Submitted ones by round, annotator and SHA-256 of the scheme.
    articles : Counter of str
        Articles with submitted work, by round.
    per_article : Counter of int
        Articles that anybody submitted, by the number of annotators who did.
    days : Days
        On which they were submitted.
    read : frozenset of (str, str)
        Who, of those asked for, submitted which of the articles asked for.
    """

    rows: int = 0
    submitted: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    per_article: Counter[int] = field(default_factory=Counter)
    days: Days = field(default_factory=Days)
    read: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, visits: pd.DataFrame, asked: Mapping[str, Collection[str]] | None = None) -> Tally:
        """Count visits.

        Parameters
        ----------
        visits : DataFrame
            All that were made to some articles.
        asked : mapping of str to collection of str
            Of which annotators to tell which of these articles they submitted.
        """
        done = visits[visits["status"] == "submitted"]
        who, article = done["annotator"], done["article_id"]
        by = zip(done["round"], who, done["schema_version"], strict=True)
        read = [
            (name, each)
            for name, wanted in (asked or {}).items()
            for each in article[who == name]
            if each in wanted
        ]
        first = done.drop_duplicates(["article_id", "annotator"])
        return cls(
            rows=len(visits),
            submitted=Counter(by),
            articles=Counter(done.drop_duplicates(["round", "article_id"])["round"].tolist()),
            per_article=Counter(first.groupby("article_id").size().tolist()),
            days=days_of(done["updated_at"]),
            read=frozenset(read),
        )

    @classmethod
    def joined(cls, parts: Iterable[Tally]) -> Tally:
        """Add up parts that have no article in common."""
        whole = cls()
        for part in parts:
            whole = cls(
                rows=whole.rows + part.rows,
                submitted=whole.submitted + part.submitted,
                articles=whole.articles + part.articles,
                per_article=whole.per_article + part.per_article,
                days=whole.days.and_(part.days),
                read=whole.read | part.read,
            )
        return whole

    @property
    def people(self) -> set[str]:
        """Who submitted anything."""
        return {who for _, who, _ in self.submitted}


def days_of(moments: pd.Series) -> Days:
    """Give the first and the last day; what is no moment does not count."""
    days = moments.astype("str").str.extract(_DAY, expand=False).dropna()
    return Days(str(days.min()), str(days.max())) if len(days) else Days()
