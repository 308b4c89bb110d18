"""The one model of all findings: the terminal, the report and the dataset read figures here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from annotate.reliability import verdict
from annotate.selection import headlines, readable, shown_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

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
    "Corpus",
    "FaultCount",
    "Progress",
    "Summary",
    "Work",
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
_TOLD = ["article_id", "annotator", "occasion", "arm", "status", "seconds"]
_FEW = 30  # articles under which an interval is wide and its coverage poor for rare labels


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
class Corpus:
    """What there is to annotate."""

    articles: int
    words: int
    outlets: int
    events: int
    duplicates: int


@dataclass(frozen=True)
class Progress:
    """What one annotator has done; `seconds` is the median of submitted visits, NaN if none."""

    annotator: str
    assigned: int
    submitted: int
    skipped: int
    draft: int
    unseen: int
    spans: int
    seconds: float


@dataclass(frozen=True)
class FaultCount:
    """How often something was mended (`kept`) or set aside on the way from Label Studio."""

    kind: str
    kept: bool
    times: int


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


@dataclass(frozen=True)
class Work:
    """What a summary tells of the tables beside what votes.

    Parameters
    ----------
    visits, faults : DataFrame
        As in the tables; of visits, the columns that anything is told of.
    spans : mapping of str to int
        How many each annotator marked.
    """

    visits: pd.DataFrame
    faults: pd.DataFrame
    spans: Mapping[str, int]

    @classmethod
    def of(cls, tables: Tables) -> Work:
        """Take it from the tables."""
        spans = Counter(tables.spans["annotator"].tolist())
        return cls(tables.visits[_TOLD], tables.faults, spans)

    @classmethod
    def joined(cls, parts: Sequence[Work]) -> Work:
        """Join that of parts; there is one at least."""
        import pandas as pd

        spans: Counter[str] = Counter()
        for part in parts:
            spans.update(part.spans)
        return cls(
            pd.concat([part.visits for part in parts], ignore_index=True),
            pd.concat([part.faults for part in parts], ignore_index=True),
            spans,
        )


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

    progress = _progress(work, settings.annotators, len(articles), assigned)
    made_up = settings.demonstration
    visits = work.visits
    return Summary(
        name=settings.name,
        demonstration=made_up,
        schema_version=schema.sha256,
        corpus=_corpus(articles),
        progress=progress,
        figures=tuple(score(evidence, also=also, weights=weights)),
        faults=_faults(work.faults),
        warnings=tuple(_warnings(articles, work, progress, demonstration=made_up)),
        blind=not visits.empty and bool((visits["arm"] == "blind").all()),
        evidence=evidence,
        shown=shown_names(schema.questions, schema.labels),
        left=left,
    )


def _by_article(articles: pd.DataFrame, column: str) -> dict[str, str]:
    return dict(zip(articles["article_id"], articles[column], strict=True))


def _verdict(figure: Figure) -> str | None:
    return verdict(figure) if figure.chance_corrected else None


def _corpus(articles: pd.DataFrame) -> Corpus:
    def known(column: str) -> int:
        return len(set(articles[column]) - {""})

    return Corpus(
        articles=len(articles),
        words=int(articles["n_words"].astype("int64").sum()) if len(articles) else 0,
        outlets=known("outlet"),
        events=known("event"),
        duplicates=int((articles["duplicate_of"] != "").sum()) if len(articles) else 0,
    )


def _progress(
    work: Work,
    annotators: tuple[str, ...],
    articles: int,
    assigned: Mapping[str, int] | None,
) -> tuple[Progress, ...]:
    visits = work.visits
    people = list(dict.fromkeys([*annotators, *visits["annotator"]]))
    # Without an assignment everything is still to come; in somebody else's project nothing is.
    all_of_it = articles if visits.empty or (visits["arm"] == "blind").any() else 0
    rows = []
    for person in people:
        to_come = all_of_it if assigned is None else assigned.get(person, 0)
        own = visits[visits["annotator"] == person]
        count = own["status"].value_counts().to_dict()
        submitted = own[own["status"] == "submitted"]
        rows.append(
            Progress(
                annotator=person,
                assigned=len(own) - count.get("unassigned", 0) if len(own) else to_come,
                submitted=len(submitted),
                skipped=count.get("skipped", 0),
                draft=count.get("draft", 0),
                unseen=count.get("unseen", 0) if len(own) else to_come,
                spans=int(work.spans.get(person, 0)),
                seconds=float(submitted["seconds"].median()) if len(submitted) else math.nan,
            )
        )
    return tuple(rows)


def _faults(faults: pd.DataFrame) -> tuple[FaultCount, ...]:
    counted = Counter(zip(faults["kept"].astype(bool), faults["kind"], strict=True))
    return tuple(FaultCount(kind, kept, n) for (kept, kind), n in sorted(counted.items()))


def _warnings(
    articles: pd.DataFrame,
    work: Work,
    progress: tuple[Progress, ...],
    *,
    demonstration: bool,
) -> list[str]:
    warnings = [DEMONSTRATION] if demonstration else []
    submitted = work.visits[work.visits["status"] == "submitted"]
    # Who reads an article a second time is nobody else.
    first = submitted[submitted["occasion"] == 1]
    people = first[["article_id", "annotator"]].drop_duplicates()
    shared = int((people.groupby("article_id").size() > 1).sum())
    active = sum(1 for person in progress if person.submitted)
    if active == 1:
        warnings.append("One annotator has submitted work: agreement needs at least two.")
    elif active and shared < _FEW:
        warnings.append(
            f"Articles submitted by two annotators or more: {shared}. Below {_FEW}, intervals are "
            "wide, those of rare labels most."
        )
    aside = int((~work.faults["kept"].astype(bool)).sum())
    if aside:
        warnings.append(f"Pieces of work set aside: {aside}; `annotate faults` lists them.")
    linked = int((articles["duplicate_of"] != "").sum()) if len(articles) else 0
    if linked:
        warnings.append(f"Articles that repeat the text of another: {linked}; all count.")
    return warnings
