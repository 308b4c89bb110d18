"""What `annotate.agreement` gives: figures that show themselves in a notebook."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from annotate.reliability.figures import verdict
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Counts, Figure

__all__ = ["Agreement"]

_COLUMNS = ("question", "label", "measure", "value", "low", "high", "units", "articles")
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


def _lines(figures: Sequence[Figure]) -> list[str]:
    """Lay the figures out, the one of record with its counts first."""
    first = figures[0]
    judged = first.chance_corrected and first.defined
    said = f"{_value(first)}, {verdict(first)}" if judged else _value(first)
    rests = (
        f"{counted(first.units, 'unit')} in {counted(first.articles, 'article')}, "
        f"{counted(first.annotators, 'annotator')}, {counted(first.labels, 'label')}, "
        f"{first.counts.missing:,} missing"
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
