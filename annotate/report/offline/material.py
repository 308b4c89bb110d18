"""What the page is made of: one state of one study."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from annotate.findings.holdings import kept_apart

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

    from annotate.findings.holdings import KeptApart
    from annotate.schema import Schema
    from annotate.study import Study
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = ["Material"]


@dataclass(frozen=True)
class Material:
    """One state of one study.

    Parameters
    ----------
    study : Study
        The study.
    schema : Schema
        Its scheme.
    articles : DataFrame
        Its articles.
    tables : Tables
        What counts.
    summary : Summary
        Every figure.
    apart : tuple of KeptApart
        What was done in rounds that do not count.
    pulled_at : str
        When the newest pull was made that brought something, UTC; "" if there was none.
    with_text : bool
        Whether the articles' text may be shown.
    """

    study: Study
    schema: Schema
    articles: pd.DataFrame
    tables: Tables
    summary: Summary
    apart: tuple[KeptApart, ...]
    pulled_at: str
    with_text: bool

    @cached_property
    def named(self) -> pd.DataFrame:
        """Its articles; without their text, if that may not be shown."""
        return self.articles if self.with_text else self.articles.assign(text="")

    def of_article(self, article_id: str) -> Tables:
        """Give what was done on one article."""
        from annotate.tables import COLUMNS, Tables, empty_table

        rows = {name: self._by_article[name].get(article_id) for name in COLUMNS}
        return Tables(
            **{name: empty_table(name) if own is None else own for name, own in rows.items()}
        )

    @cached_property
    def _by_article(self) -> dict[str, dict[str, pd.DataFrame]]:
        return {
            name: {str(article): own for article, own in table.groupby("article_id")}
            for name, table in vars(self.tables).items()
        }

    @classmethod
    def of(cls, study: Study, *, with_text: bool = False) -> Self:
        """Read a study.

        Raises
        ------
        StudyError, SnapshotError, ConfigError
            If it cannot be read.
        """
        from annotate.workflow import summary

        return cls(
            study=study,
            schema=study.schema(),
            articles=study.articles(),
            tables=study.counted_tables(),
            summary=summary(study),
            apart=kept_apart(study.tables(), study.uncounted_rounds()),
            pulled_at=_newest(study),
            with_text=with_text,
        )


def _newest(study: Study) -> str:
    """Take the time from the pulls themselves: a file's own time changes when it is copied."""
    from annotate.snapshots import read_header

    return max(
        (read_header(path).pulled_at for path in study.snapshots.glob("*.jsonl.gz")), default=""
    )
