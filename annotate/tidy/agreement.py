"""How far annotators agree, from a frame of pandas."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from annotate.errors import UsageError
from annotate.tidy.columns import Columns
from annotate.tidy.finding import Agreement
from annotate.tidy.frames import (
    ANNOTATOR,
    LABEL,
    UNIT,
    declared_order,
    ids,
    long_rows,
    spelled,
    wide_rows,
)
from annotate.tidy.scales import Scaling
from annotate.tidy.seen import ANNOTATOR as WHO
from annotate.tidy.seen import LENGTH
from annotate.tidy.seen import UNIT as WHAT
from annotate.tidy.table import Request, score_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annotate.tidy.coded import Rows
    from annotate.tidy.scored import Scored

__all__ = ["Agreement", "agreement", "span_agreement"]

_WIDE = Columns(ANNOTATOR, UNIT, LABEL)


def agreement(  # noqa: PLR0913 - every column may have another name
    frame: pd.DataFrame,
    scale: str = "nominal",
    *,
    annotator: str | None = None,
    unit: str | None = None,
    label: str | None = None,
    article: str | None = None,
    question: str | None = None,
    only: Iterable[str] = (),
    order: Sequence[object] | None = None,
    missing: Iterable[str] | None = None,
    wide: bool = False,
    also: Iterable[str] | None = (),
    weights: str = "ordinal",
) -> Agreement:
    """Measure how far annotators agree on the labels of units.

    Parameters
    ----------
    frame : DataFrame
        One row per annotator, unit and label, where an empty label is missing.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        How labels are compared.
    annotator, unit, label : str, optional
        The columns of a long frame, if they have other names. In a wide frame, `unit` is the
        column that names the units; by default the index does.
    article : str, optional
        The articles that units lie in: intervals are over articles. By default each unit is one.
    question : str, optional
        The column that says what was asked; every question is scored by itself.
    only : iterable of str
        The questions to score, such as those of one scale; by default all.
    order : sequence of str, optional
        Of ordinal labels, from one end to the other; numbers and ordered categories need none.
    missing : iterable of str, optional
        Labels that stand for none, such as "unclear". R's "NA" must be named here, or kept as a
        label by an empty list.
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

    Raises
    ------
    UsageError, TableError
        If the frame cannot be used.

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
    named = {"annotator": annotator, "label": label, "article": article, "question": question}
    columns = Columns(
        annotator or ANNOTATOR,
        unit or UNIT,
        label or LABEL,
        question=question or "",
        article=article or "",
        missing=None if missing is None else _names(missing, "missing labels", "unclear"),
        only=_names(only, "questions", "tone"),
    )
    said: list[str] = []
    if wide:
        rows, said = _wide(frame, unit, [name for name, value in named.items() if value], scale)
        labels = [str(name) for name in frame.columns if str(name) != unit]
        columns = replace(_WIDE, missing=columns.missing)
    else:
        labels = [columns.label]
        rows = _long(frame, columns)
    known = []
    if order is not None or scale == "ordinal":
        known = _order(frame, order, labels)
    more = {also} if isinstance(also, str) else (also or ())
    request = Request(columns, Scaling.of(scale, known), frozenset(more), weights)
    found = _found(score_rows(rows, request))
    return replace(found, warnings=(*said, *found.warnings))


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


def _names(names: Iterable[str], what: str, example: str) -> tuple[str, ...]:
    if isinstance(names, str):
        msg = f'The {what} must be a list, such as ["{example}"]'
        raise UsageError(msg)
    return tuple(spelled(name) for name in names)


def _long(frame: pd.DataFrame, columns: Columns) -> Rows:
    try:
        return long_rows(frame, columns.named)
    except UsageError as error:
        if not isinstance(frame, pd.DataFrame) or columns.annotator in map(str, frame.columns):
            raise
        msg = f"{error}. If it has a column for each coder, say wide=True"
        raise UsageError(msg) from error


def _wide(
    frame: pd.DataFrame, unit: str | None, useless: Sequence[str], scale: str
) -> tuple[Rows, list[str]]:
    """Read a wide frame, and make sure that what names its units is no annotator."""
    if useless:
        msg = (
            f"In a wide frame every column is an annotator's, so {useless[0]}= has no meaning: "
            "leave it out, or give a long frame, one row per label"
        )
        raise UsageError(msg)
    rows, odd = wide_rows(frame, unit), ids(frame, unit)
    if not odd:
        return rows, []
    said = (
        f'The column "{odd[0]}" looks like the names of units, not like the labels of a coder: '
        "its values are all different"
    )
    mend = "leave it out of the frame" if unit is not None else f'say unit="{odd[0]}"'
    if scale in {"interval", "ratio"}:  # what was measured may be different everywhere
        return rows, [f"{said}; if so, {mend}"]
    msg = f"{said}; {mend}"
    raise UsageError(msg)


def _order(frame: pd.DataFrame, order: Sequence[object] | None, names: Sequence[str]) -> list[str]:
    """Give the order that was named, spelled as labels are, or the one of ordered categories."""
    if order is None:
        return declared_order(frame, names)
    if isinstance(order, str) or not len(order):
        msg = 'The order must be a list of values, such as ["low", "medium", "high"]'
        raise UsageError(msg)
    return [spelled(value) for value in order]


def _found(scored: Scored) -> Agreement:
    return Agreement(tuple(scored.figures), scored.evidence, scored.warnings)
