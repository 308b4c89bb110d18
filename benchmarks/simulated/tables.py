"""What came out, as tables in Markdown."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from simulated.methods import METHODS, SHIPPED, WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulated.results import Result

__all__ = ["compared", "counted", "coverage", "widths"]

_ENOUGH, _POOR = 0.92, 0.90
_CLOSE = (0.93, 0.97)
_MANY = 100  # articles from which the coverage should be close
_SURE = 0.995  # of studies with a figure: no need to say it


def counted(results: Sequence[Result]) -> str:
    """Count the cells of the shipped interval, in words."""
    found = np.array([result.covered[SHIPPED] for result in results])
    many = np.array([result.cell.articles >= _MANY for result in results])
    worst = results[int(found.argmin())]
    family = worst.cell.family
    close = (found >= _CLOSE[0]) & (found <= _CLOSE[1])
    over = int((found[many] > _CLOSE[1]).sum())
    return (
        f"At least .92 in {int((found >= _ENOUGH).sum())} of {len(found)} cells; worst "
        f"{_short(found.min())} ({family.measure}, {family.annotators} annotators, "
        f"{family.rare:.0%}, true {_short(worst.true)}, {worst.cell.articles} articles, "
        f"{family.generator}). Of the {int(many.sum())} cells from {_MANY} articles on, "
        f"{int(close[many].sum())} lie within .93 to .97, {over} above, "
        f"{int((found[many] < _CLOSE[0]).sum())} below. Coverage is counted by the test at the "
        f"true figure; where the ends were searched too, they contradict it in "
        f"{np.mean([result.apart for result in results]):.2%} of studies."
    )


def compared(results: Sequence[Result]) -> Iterable[str]:
    """Count the cells of all methods."""
    yield (
        f"| interval | cells below .92 (of {len(results)}) | below .90 | worst | "
        f"from {_MANY} articles: below .93 | .93 to .97 | above .97 |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    many = np.array([result.cell.articles >= _MANY for result in results])
    for name in METHODS:
        found = np.array([result.covered[name] for result in results])
        late = found[many]
        below, above = late < _CLOSE[0], late > _CLOSE[1]
        yield (
            f"| {name} | {(found < _ENOUGH).sum()} | {(found < _POOR).sum()} | "
            f"{_short(np.nanmin(found))} | {below.sum()} | {(~below & ~above).sum()} | "
            f"{above.sum()} |"
        )


def widths(results: Sequence[Result]) -> Iterable[str]:
    """Give median widths by rare share and number of articles."""
    sizes = sorted({result.cell.articles for result in results})
    yield "| rare | interval | " + " | ".join(f"{n} articles" for n in sizes) + " |"
    yield "| --- | --- |" + " --- |" * len(sizes)
    for rare in sorted({result.cell.family.rare for result in results}):
        for name in WIDTHS:
            of_sizes = (
                [
                    result.widths[name]
                    for result in results
                    if result.cell.family.rare == rare and result.cell.articles == n
                ]
                for n in sizes
            )
            cells = " | ".join(f"{np.nanmedian(found):.2f}" for found in of_sizes)
            yield f"| {rare:.0%} | {name} | {cells} |"


def coverage(results: Sequence[Result]) -> Iterable[str]:
    """Give the coverage of the shipped interval, cell by cell."""
    sizes = sorted({result.cell.articles for result in results})
    yield "| measure | annotators | rare | true | " + " | ".join(map(str, sizes)) + " |"
    yield "| --- | --- | --- | --- |" + " --- |" * len(sizes)

    def row(result: Result) -> tuple[str, int, float, float]:
        family = result.cell.family
        return family.measure, family.annotators, family.rare, family.agreement

    for (measure, annotators, rare, _), group in groupby(results, key=row):
        found = list(group)
        true = list(dict.fromkeys(_short(result.true) for result in found))
        cells = (
            " / ".join(_cell(result) for result in found if result.cell.articles == n)
            for n in sizes
        )
        yield (
            f"| {measure.replace('|', chr(92) + '|')} | {annotators} | {rare:.0%} | "
            f"{' / '.join(true)} | {' | '.join(cells)} |"
        )


def _cell(result: Result) -> str:
    text = _short(result.covered[SHIPPED], 3)
    return text if result.defined >= _SURE else f"{text} ({result.defined:.0%})"


def _short(value: float, digits: int = 2) -> str:
    """Give a share without its zero."""
    return f"{value:.{digits}f}".replace("0.", ".", 1) if value < 1 else f"{value:.{digits}f}"
