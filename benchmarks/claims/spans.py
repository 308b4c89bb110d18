"""d: F1 of spans from a tidy frame."""

from __future__ import annotations

import math
from functools import partial
from importlib.util import find_spec
from itertools import combinations
from typing import TYPE_CHECKING, Any

from annotate.reliability.inference.measure import Share
from annotate.reliability.spans.f1 import exact, f1_state
from annotate.reliability.spans.matching import matches
from annotate.tidy.columns import Columns
from annotate.tidy.frames import long_rows
from annotate.tidy.seen import ANNOTATOR, LENGTH, UNIT, seen_by
from annotate.tidy.spans import spans
from claims import made
from claims.harness import Line, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from annotate.reliability.evidence.marks import Marks
    from claims.harness import Options

    Documents = list[list[dict[str, Any]]]

__all__ = ["claim_d", "marks_of"]

ARTICLES, ANNOTATORS = 10_000, 3
_FASTER = 50.0
_DIGITS = 1e-12
_COLUMNS = Columns("annotator", "unit", "label", start="start", end="end")


def claim_d(options: Options) -> Iterator[Line]:
    """Exact and overlap F1 of all pairs of annotators."""
    articles = options.size(ARTICLES)
    frame, seen = made.span_table(articles, ANNOTATORS), made.seen_table(articles, ANNOTATORS)
    what = f"exact and overlap F1, {articles:,} articles x {ANNOTATORS}, {len(frame):,} spans"
    tasks: dict[str, Callable[[], Any]] = {"here": partial(_f1, frame, seen)}
    if find_spec("nervaluate") is None:
        ours = in_turn(tasks, options.repeats)[0]["here"]
        yield Line("d", what, f"{ours}; no peer: pip install nervaluate", f"{_FASTER:.0f} times")
        return
    tasks["peer"] = partial(_peer, _documents(frame, articles))
    taken, f1 = in_turn(tasks, min(options.repeats, 3))
    ratio = taken["peer"].seconds / taken["here"].seconds
    same = math.isclose(f1["here"]["exact"], f1["peer"], abs_tol=_DIGITS)
    yield Line(
        "d",
        what,
        f"{taken['here']} from a tidy frame, nervaluate {taken['peer']} from ready lists, "
        f"{ratio:.0f} times faster; exact {f1['here']['exact']:.6f} "
        f"{'in both' if same else 'HERE ONLY'}, overlap {f1['here']['overlap']:.6f}",
        f"{_FASTER:.0f} times",
        ratio >= _FASTER and same,
    )


def marks_of(frame: pd.DataFrame, seen: pd.DataFrame) -> Marks:
    """Turn the two tidy frames of `made` into marks."""
    rows = long_rows(frame, _COLUMNS.named)
    readers, _ = seen_by(long_rows(seen, (ANNOTATOR, UNIT, LENGTH)), rows, _COLUMNS)
    evidence, _ = spans(rows, _COLUMNS, readers)
    return evidence.marked[0].marks


def _f1(frame: pd.DataFrame, seen: pd.DataFrame) -> dict[str, float]:
    marks = marks_of(frame, seen)
    found = matches(marks)
    kinds = {"exact": exact(marks, found), "overlap": found}
    share = Share()
    return {name: float(share(f1_state(marks, kind).sum(axis=0))) for name, kind in kinds.items()}


def _documents(frame: pd.DataFrame, articles: int) -> list[Documents]:
    """Write the frame as the peer wants it: a list of spans for each annotator and article."""
    people = sorted(frame["annotator"].unique())
    lists: list[Documents] = [[[] for _ in range(articles)] for _ in people]
    place = {f"article {number}": number for number in range(articles)}
    who = {name: number for number, name in enumerate(people)}
    for annotator, unit, label, start, end in frame.itertuples(index=False):
        # The peer's ends are inclusive.
        lists[who[annotator]][place[unit]].append({"label": label, "start": start, "end": end - 1})
    return lists


def _peer(documents: list[Documents]) -> float:
    """Give nervaluate's exact F1 (its "strict"), pooled over the pairs of annotators."""
    from nervaluate import Evaluator  # type: ignore[import-untyped]

    hits = size = 0
    for one, other in combinations(documents, 2):
        found = Evaluator(one, other, tags=list(made.LABELS), loader="dict").evaluate()
        strict = found["overall"]["strict"]
        hits += 2 * strict.correct
        size += strict.possible + strict.actual
    return hits / size
