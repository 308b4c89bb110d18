"""The one model of all findings: the terminal, the report and the dataset read figures here."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.progress import Work, corpus_of, faults_of, progress_of, warnings_of
from annotate.reliability import verdict
from annotate.selection import headlines, readable, shown_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from annotate.progress import Corpus, FaultCount, Progress
    from annotate.reliability import Figure
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.schema import Schema
    from annotate.settings import Settings
    from annotate.tables import Tables

__all__ = [
    "CAVEATS",
    "CUT_OFFS",
    "DEMONSTRATION",
    "INTERVALS",
    "Summary",
    "summarise",
    "summary_of",
    "two_decimals",
]

INTERVALS = "Intervals are 95 % and speak of other articles, not of other annotators."
CUT_OFFS = "The cut-offs .80 and .667 were proposed for alpha; for |u-alpha they are a convention."
CAVEATS = (
    INTERVALS,
    "Only submitted work votes; who saw an article and marked nothing votes for nothing.",
    CUT_OFFS,
)
DEMONSTRATION = (
    "These labels are a demonstration: articles, outlets and labels were made up to show the "
    "tool, and no figure here is a finding."
)


def two_decimals(value: float) -> str:
    """Write a figure as everybody reads it; "" where it is undefined.

    Examples
    --------
    >>> two_decimals(-0.001), two_decimals(0.7149)
    ('0.00', '0.71')
    """
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(value, 2) + 0:.2f}" if math.isfinite(value) else ""


@dataclass(frozen=True)
class Summary:
    """Everything there is to say of a study.

    Parameters
    ----------
    name : str
        The study's.
    demonstration : bool
        Whether its labels were made up.
    schema_version : str
        The SHA-256 of the labeling config.
    corpus : Corpus
        What there is to annotate.
    progress : tuple of Progress
        By annotator.
    figures : tuple of Figure
        Every figure of agreement, that of record first of each question.
    faults : tuple of FaultCount
        What was mended or set aside.
    warnings : tuple of str
        What to know before quoting a figure.
    blind : bool
        Whether every visit was to a desk of ours, where the outlet is hidden.
    evidence : Evidence
        What the figures were computed from, for whoever wants to look at it from another side.
    shown : mapping of (str, str) to str
        What annotators read, by question or span group and stored value.
    left : (int, int)
        How many annotators and articles were taken out of the study.
    """

    name: str
    demonstration: bool
    schema_version: str
    corpus: Corpus
    progress: tuple[Progress, ...]
    figures: tuple[Figure, ...]
    faults: tuple[FaultCount, ...]
    warnings: tuple[str, ...]
    blind: bool
    evidence: Evidence = field(repr=False, compare=False)
    shown: Mapping[tuple[str, str], str] = field(repr=False)
    left: tuple[int, int] = (0, 0)

    @property
    def headlines(self) -> tuple[Figure, ...]:
        """The one chance-corrected figure of each question and span group: that of record."""
        return headlines(self.figures)

    @property
    def readable(self) -> tuple[Figure, ...]:
        """What a reader wants first."""
        return readable(self.figures)

    @property
    def started(self) -> bool:
        """Whether anybody has submitted anything."""
        return any(person.submitted for person in self.progress)

    def to_json(self) -> dict[str, Any]:
        """Give plain values; what is undefined is None."""
        return {
            "name": self.name,
            "demonstration": self.demonstration,
            "schema_version": self.schema_version,
            "blind": self.blind,
            "corpus": asdict(self.corpus),
            "progress": [
                {**asdict(p), "seconds": None if math.isnan(p.seconds) else p.seconds}
                for p in self.progress
            ],
            "agreement": [{**f.to_json(), "verdict": _verdict(f)} for f in self.figures],
            "faults": [asdict(fault) for fault in self.faults],
            "left": dict(zip(("annotators", "articles"), self.left, strict=True)),
            "warnings": list(self.warnings),
            "caveats": list(CAVEATS),
        }


def summarise(  # noqa: PLR0913 - a study and how to look at it
    settings: Settings,
    schema: Schema,
    articles: pd.DataFrame,
    tables: Tables,
    *,
    also: frozenset[str] = frozenset(),
    weights: str = "ordinal",
    assigned: Mapping[str, int] | None = None,
    left: tuple[int, int] = (0, 0),
) -> Summary:
    """Gather every finding.

    Parameters
    ----------
    settings : Settings
        The study's name, whether its labels were made up, and who has a desk; others who turn up
        in the tables are added.
    schema : Schema
        Its scheme.
    articles : DataFrame
        Its articles.
    tables : Tables
        Its tables.
    also, weights : frozenset of str, str
        Coefficients on request, and the weights of AC2 and kappa, as `score` takes them.
    assigned : mapping of str to int, optional
        How many visits each annotator is to make; by default one to every article.
    left : (int, int)
        How many annotators and articles were taken out of the study.
    """
    from annotate.reliability.evidence.gather import gather
    from annotate.tables import Texts

    outlets, events = (_by_article(articles, name) for name in ("outlet", "event"))
    evidence = gather(tables, schema, Texts(articles), outlets=outlets, events=events)
    return summary_of(
        settings,
        schema,
        articles,
        Work.of(tables),
        evidence,
        also=also,
        weights=weights,
        assigned=assigned,
        left=left,
    )


def summary_of(  # noqa: PLR0913 - as above
    settings: Settings,
    schema: Schema,
    articles: pd.DataFrame,
    work: Work,
    evidence: Evidence,
    *,
    also: frozenset[str] = frozenset(),
    weights: str = "ordinal",
    assigned: Mapping[str, int] | None = None,
    left: tuple[int, int] = (0, 0),
) -> Summary:
    """Gather every finding from what has been counted already.

    Parameters
    ----------
    settings, schema, articles, also, weights, assigned, left
        As in `summarise`.
    work : Work
        What is told of the tables beside what votes.
    evidence : Evidence
        What votes.
    """
    from annotate.reliability.score import score

    progress = progress_of(work, settings.annotators, len(articles), assigned)
    made_up = settings.demonstration
    visits = work.visits
    return Summary(
        name=settings.name,
        demonstration=made_up,
        schema_version=schema.sha256,
        corpus=corpus_of(articles),
        progress=progress,
        figures=tuple(score(evidence, also=also, weights=weights)),
        faults=faults_of(work.faults),
        warnings=(
            *([DEMONSTRATION] if made_up else []),
            *warnings_of(articles, work, progress),
        ),
        blind=not visits.empty and bool((visits["arm"] == "blind").all()),
        evidence=evidence,
        shown=shown_names(schema.questions, schema.labels),
        left=left,
    )


def _by_article(articles: pd.DataFrame, column: str) -> dict[str, str]:
    return dict(zip(articles["article_id"], articles[column], strict=True))


def _verdict(figure: Figure) -> str | None:
    return verdict(figure) if figure.chance_corrected else None
