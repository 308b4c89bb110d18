"""Score a table: choices or spans, in memory or file by file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotate.errors import TableError, UsageError
from annotate.reliability.score import score
from annotate.tidy.choices import choices
from annotate.tidy.coded import joined
from annotate.tidy.executors import mapper
from annotate.tidy.files import parquet_files, read_rows
from annotate.tidy.fold import fold
from annotate.tidy.scored import Scored
from annotate.tidy.seen import ANNOTATOR, LENGTH, UNIT, all_saw_all, seen_by
from annotate.tidy.spans import spans
from annotate.tidy.spelling import tidied
from annotate.tidy.unseen import conditional

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from annotate.tidy.coded import Rows
    from annotate.tidy.columns import Columns
    from annotate.tidy.scales import Scaling

__all__ = ["Request", "score_files", "score_rows"]

_WEIGHTS = ("ordinal", "linear", "quadratic", "identity")
_WIDE = (
    "; if it has a column for each coder it is a wide table: every label needs a row of its own, "
    "with the coder beside it (in Python, annotate.agreement takes it with wide=True)"
)
GUESSED = (
    "everybody is taken to have seen every text; on real annotations this guess moved |u-alpha "
    "from .78 to .06, so say who saw what (--seen, in Python seen=) wherever it is known"
)


@dataclass(frozen=True)
class Request:
    """What is to be computed from a table.

    Parameters
    ----------
    columns : Columns
        What its columns mean.
    scaling : Scaling
        How labels are compared.
    also, weights : frozenset of str, str
        As in `annotate.reliability.score.score`.
    guess : bool
        Of spans: take for granted that everybody saw every text.
    """

    columns: Columns
    scaling: Scaling
    also: frozenset[str] = frozenset()
    weights: str = "ordinal"
    guess: bool = False

    def __post_init__(self) -> None:
        """Prove that nothing is asked of choices that only spans have, and the reverse."""
        if self.guess and not self.columns.of_spans:
            msg = "Who saw what matters for spans only; name their start and end columns"
            raise UsageError(msg)
        if self.weights not in _WEIGHTS:
            msg = f'There are no weights "{self.weights}"; choose one of {", ".join(_WEIGHTS)}'
            raise UsageError(msg)
        if self.columns.of_spans and self.scaling.scale != "nominal":
            msg = f"Labels of spans are compared as nominal, not as {self.scaling.scale}"
            raise UsageError(msg)


def score_files(
    paths: Sequence[Path],
    request: Request,
    *,
    seen: Path | None = None,
    jobs: int = 1,
    cluster: str = "",
) -> Scored:
    """Score a table in one or several files; several Parquet files are never loaded at once.

    Parameters
    ----------
    paths : sequence of Path
        Files, or folders of Parquet files.
    request : Request
        What to compute.
    seen : Path or None
        Of spans: who saw what.
    jobs, cluster : int, str
        Who works on several files: so many processes, or the Dask cluster at that address.

    Raises
    ------
    UsageError, TableError
        If the table cannot be used.
    """
    if not paths:
        msg = "Name at least one table"
        raise UsageError(msg)
    for path in (*paths, *filter(None, [seen])):
        if not path.exists():
            msg = f"There is no file {path}"
            raise TableError(msg)
    files = parquet_files(paths)
    parquet = all(path.suffix.lower() == ".parquet" for path in files)
    folded = parquet and not request.columns.of_spans and (len(files) > 1 or bool(cluster))
    if folded:
        columns, scaling = request.columns, request.scaling
        with mapper(min(jobs, len(files)) if jobs > 0 else jobs, cluster) as found:
            return fold(found, files, columns, scaling, also=request.also, weights=request.weights)
    if jobs != 1 or cluster:
        msg = "--jobs and --cluster work on choices in several Parquet files; leave them out"
        raise UsageError(msg)
    advice = {request.columns.annotator: _WIDE}
    rows = joined([read_rows(path, request.columns.named, advice=advice) for path in files])
    readers = None
    if seen is not None:
        own_lengths = (UNIT,) if request.columns.length else (UNIT, LENGTH)
        readers = read_rows(seen, own_lengths, (ANNOTATOR, LENGTH))
    return score_rows(rows, request, readers)


def score_rows(rows: Rows, request: Request, seen: Rows | None = None) -> Scored:
    """Score a table that was read.

    Parameters
    ----------
    rows : Rows
        The table.
    request : Request
        What to compute.
    seen : Rows or None
        Of spans: who saw what.

    Raises
    ------
    UsageError, TableError
        If the table cannot be used.
    """
    if not len(rows):
        msg = f"{rows.where} has no rows: there is nothing to score"
        raise TableError(msg)
    columns = request.columns
    rows, seen, odd = tidied(rows, columns, seen)
    if not columns.of_spans:
        if seen is not None:
            msg = "Who saw what matters for spans only; name their start and end columns"
            raise UsageError(msg)
        evidence, warnings = choices(rows, columns, request.scaling)
    elif request.guess:
        evidence, warnings = spans(rows, columns, all_saw_all(rows, columns, seen))
        warnings.append(GUESSED)
    elif seen is not None:
        readers, said = seen_by(seen, rows, columns)
        evidence, warnings = spans(rows, columns, readers)
        warnings = said + warnings
    else:
        found = conditional(rows, columns)
        return replace(found, warnings=(*odd, *found.warnings))
    figures = score(evidence, also=request.also, weights=request.weights)
    return Scored(figures, evidence, (*odd, *warnings))
