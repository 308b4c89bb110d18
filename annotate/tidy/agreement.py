"""How far annotators agree, from a frame of pandas."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from annotate.errors import UsageError
from annotate.reliability.figures import verdict
from annotate.tidy.columns import Columns
from annotate.tidy.frames import ANNOTATOR, LABEL, UNIT, long_rows, wide_rows
from annotate.tidy.scales import Scaling
from annotate.tidy.seen import ANNOTATOR as WHO
from annotate.tidy.seen import LENGTH
from annotate.tidy.seen import UNIT as WHAT
from annotate.tidy.table import Request, score_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Counts, Figure
    from annotate.tidy.coded import Rows
    from annotate.tidy.scored import Scored

__all__ = ["Agreement", "agreement", "span_agreement"]

_COLUMNS = ("question", "label", "measure", "value", "low", "high", "units", "articles")
_WIDE = Columns(ANNOTATOR, UNIT, LABEL)
_MORE = ("annotators", "labels", "below_667", "below_800", "reason")


@dataclass(frozen=True, repr=False)
class Agreement:
    """How far annotators agree.

    Its own value, interval, counts and reason are those of the first figure: the one of record.

    Parameters
    ----------
    figures : tuple of Figure
        Every figure, the one of record first.
    evidence : Evidence or None
        What they rest on, for `annotate.reliability.views`.
    warnings : tuple of str
        What was left out or taken for granted.
    """

    figures: tuple[Figure, ...]
    evidence: Evidence | None
    warnings: tuple[str, ...]

    @property
    def measure(self) -> str:
        """The coefficient."""
        return self.figures[0].measure

    @property
    def value(self) -> float:
        """The figure; NaN where undefined."""
        return self.figures[0].value

    @property
    def low(self) -> float:
        """The lower end of the 95 % interval over articles; NaN where there is none."""
        return self.figures[0].low

    @property
    def high(self) -> float:
        """The upper end."""
        return self.figures[0].high

    @property
    def counts(self) -> Counts:
        """Who had a say."""
        return self.figures[0].counts

    @property
    def reason(self) -> str:
        """Why the figure or its interval is undefined, or what else to know."""
        return self.figures[0].reason

    def to_frame(self) -> pd.DataFrame:
        """Give every figure a row."""
        columns = [*_COLUMNS, *_MORE]
        rows = [[getattr(figure, name) for name in columns] for figure in self.figures]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        return "\n".join([*_lines(self.figures), *(f"* {said}" for said in self.warnings)])

    def _repr_html_(self) -> str:
        # Labels may be anything.
        said = "".join(f"<li>{escape(each)}</li>" for each in self.warnings)
        table = self.to_frame().to_html(
            index=False, float_format="{:.3f}".format, na_rep="–", escape=True
        )
        return f"{table}<ul>{said}</ul>"


def agreement(  # noqa: PLR0913 - every column may have another name
    frame: pd.DataFrame,
    scale: str = "nominal",
    *,
    annotator: str = ANNOTATOR,
    unit: str = UNIT,
    label: str = LABEL,
    article: str | None = None,
    order: Sequence[str] | None = None,
    missing: Iterable[str] = (),
    wide: bool = False,
    also: Iterable[str] = (),
    weights: str = "ordinal",
) -> Agreement:
    """Measure how far annotators agree on the labels of units.

    Parameters
    ----------
    frame : DataFrame
        One row per annotator, unit and label, where an empty label is missing.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        How labels are compared.
    annotator, unit, label : str
        The columns of a long frame.
    article : str, optional
        The articles that units lie in: intervals are over articles. By default each unit is one.
    order : sequence of str, optional
        Of ordinal labels, from one end to the other; numbers and ordered categories need none.
    missing : iterable of str
        Labels that stand for none, such as "unclear".
    wide : bool
        Whether rows are units and columns annotators; an empty cell is no label then.
    also : iterable of str
        More coefficients: "fleiss", "scott", "brennan-prediger", "conger", "cohen", "ratio".
    weights : {"ordinal", "linear", "quadratic"}
        Of AC2 and weighted kappa.

    Returns
    -------
    Agreement
        The figure of record with its interval, and all others.

    Examples
    --------
    The canonical data of Krippendorff (2011, Computing Krippendorff's alpha-reliability, C),
    whose nominal alpha is .743:

    >>> import pandas as pd
    >>> frame = pd.DataFrame({
    ...     "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    ...     "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    ...     "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    ...     "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]})
    >>> round(agreement(frame, wide=True).value, 3)
    0.743
    """
    given = _names(missing)
    columns = Columns(annotator, unit, label, article=article or "", missing=given)
    if wide:
        columns, rows = replace(_WIDE, missing=given), _wide(frame, article)
    else:
        rows = long_rows(frame, columns.named)
    scaling = Scaling.of(scale, order if order is not None else _order(frame, label, scale))
    return _found(score_rows(rows, Request(columns, scaling, frozenset(also), weights)))


def span_agreement(  # noqa: PLR0913 - every column may have another name
    frame: pd.DataFrame,
    *,
    seen: pd.DataFrame | None = None,
    all_saw_all: bool = False,
    annotator: str = ANNOTATOR,
    unit: str = UNIT,
    label: str | None = LABEL,
    start: str = "start",
    end: str = "end",
    length: str | None = None,
) -> Agreement:
    """Measure how far annotators agree on the spans they marked in texts.

    Parameters
    ----------
    frame : DataFrame
        One row per span.
    seen : DataFrame, optional
        Who saw which text: columns annotator, unit and length (in characters). Without it only
        the overlap F1 among those who marked something can be given.
    all_saw_all : bool
        Take for granted that everybody saw every text.
    annotator, unit, label, start, end : str
        The columns; offsets in characters, half-open; the unit is the text.
    length : str, optional
        The column of the texts' lengths, where `seen` has none.

    Raises
    ------
    UsageError, TableError
        If a frame cannot be used.

    Examples
    --------
    The example of Krippendorff, Mathet, Bouvry and Widlöcher (2016, Quality & Quantity 50,
    2347-2364), whose |u-alpha is .413:

    >>> import pandas as pd
    >>> marks = {
    ...     "Alex": [(2, 9, 1), (11, 17, 2), (24, 30, 5), (32, 36, 6), (36, 44, 6), (44, 60, 7)],
    ...     "Paul": [(2, 9, 1), (11, 17, 3), (19, 25, 5), (32, 44, 6)],
    ...     "Suzan": [(2, 9, 1), (11, 17, 4), (21, 27, 5), (32, 36, 6), (36, 40, 6), (40, 44, 6)],
    ... }
    >>> rows = [(who, "text", *span) for who, spans in marks.items() for span in spans]
    >>> frame = pd.DataFrame(rows, columns=["annotator", "unit", "start", "end", "label"])
    >>> seen = pd.DataFrame({"annotator": list(marks), "unit": "text", "length": 60})
    >>> round(span_agreement(frame, seen=seen).value, 3)
    0.413
    """
    columns = Columns(annotator, unit, label or "", start=start, end=end, length=length or "")
    rows = long_rows(frame, columns.named)
    readers = None
    if seen is not None:
        necessary = (WHAT,) if length else (WHAT, LENGTH)
        readers = long_rows(seen, necessary, (WHO, LENGTH))
    request = Request(columns, Scaling.of("nominal"), guess=all_saw_all)
    return _found(score_rows(rows, request, readers))


def _names(missing: Iterable[str]) -> tuple[str, ...]:
    if isinstance(missing, str):
        msg = 'The missing labels must be a list, such as ["unclear"]'
        raise UsageError(msg)
    return tuple(str(name).strip() for name in missing)


def _wide(frame: pd.DataFrame, article: str | None) -> Rows:
    if article is not None:
        msg = "A wide frame has no column of articles; give a long one"
        raise UsageError(msg)
    return wide_rows(frame)


def _order(frame: pd.DataFrame, label: str, scale: str) -> Sequence[str]:
    """Give the order of ordered categories; other columns have none."""
    kind = frame[label].dtype if label in frame else None
    if scale == "ordinal" and isinstance(kind, pd.CategoricalDtype) and kind.ordered:
        return [str(name) for name in kind.categories]
    return ()


def _found(scored: Scored) -> Agreement:
    return Agreement(tuple(scored.figures), scored.evidence, scored.warnings)


def _lines(figures: Sequence[Figure]) -> list[str]:
    """Lay the figures out, the one of record with its counts first."""
    first = figures[0]
    judged = first.chance_corrected and first.defined
    said = f"{_value(first)}, {verdict(first)}" if judged else _value(first)
    rests = (
        f"{first.units:,} units in {first.articles:,} articles, {first.annotators:,} annotators, "
        f"{first.labels:,} labels, {first.counts.missing:,} missing"
    )
    lines = [f"{first.measure}: {said}", f"  {rests}"]
    lines += [f"  {first.reason}"] if first.reason and first.defined else []
    width = max(len(_name(figure)) for figure in figures)
    return lines + [f"  {_name(each):<{width}}  {_value(each)}" for each in figures[1:]]


def _name(figure: Figure) -> str:
    return f"{figure.measure}: {figure.label}" if figure.label else figure.measure


def _value(figure: Figure) -> str:
    if not figure.defined:
        return figure.reason or "undefined"
    interval = f" [{figure.low:.3f}, {figure.high:.3f}]" if math.isfinite(figure.low) else ""
    return f"{figure.value:.3f}{interval}"
