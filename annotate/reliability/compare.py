"""Did agreement change: two rounds, two groups of annotators or two schemes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from annotate.errors import UsageError
from annotate.reliability.evidence.parts import part_of, same_votes, voters
from annotate.reliability.headlines import headlines
from annotate.reliability.inference.contrasts import Difference, difference, holm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.figures import Figure
    from annotate.reliability.headlines import Headline

__all__ = ["Comparison", "by_annotators", "compare", "shared_names"]

_SHOWN = 0.05  # from here up, chance may be all there is
_FEWEST = 2  # annotators who can agree
_UNKNOWN = Difference(math.nan, math.nan, math.nan, math.nan, "", 0)


@dataclass(frozen=True)
class Comparison:
    """One figure on two sides.

    Parameters
    ----------
    question, title, label, measure : str
        What is compared, as in `Figure`.
    names : tuple of (str, str)
        What the two sides are called.
    first, second : Figure or None
        The figures; None on a side that does not have it.
    difference : Difference
        The second minus the first.
    p_adjusted : float
        Its p after Holm's adjustment over the family; NaN where there is none.
    family : str
        What was adjusted over.
    sentence : str
        What came out.
    """

    question: str
    title: str
    label: str
    measure: str
    names: tuple[str, str]
    first: Figure | None
    second: Figure | None
    difference: Difference
    p_adjusted: float = math.nan
    family: str = ""
    sentence: str = ""

    @property
    def comparable(self) -> bool:
        """Whether both sides have the figure and it is defined."""
        return math.isfinite(self.difference.value)

    def to_json(self) -> dict[str, Any]:
        """Give plain values; what is undefined is None."""
        found = self.difference
        numbers = {
            "difference": found.value,
            "low": found.low,
            "high": found.high,
            "p": found.p,
            "p_adjusted": self.p_adjusted,
        }
        return {
            "question": self.question,
            "title": self.title,
            "label": self.label,
            "measure": self.measure,
            "names": list(self.names),
            "first": None if self.first is None else self.first.to_json(),
            "second": None if self.second is None else self.second.to_json(),
            **{name: value if math.isfinite(value) else None for name, value in numbers.items()},
            "family": self.family,
            "paired": found.paired,
            "reason": found.reason,
            "sentence": self.sentence,
        }


def compare(first: Evidence, second: Evidence, names: tuple[str, str]) -> list[Comparison]:
    """Compare agreement on everything that either side was asked or could mark.

    Parameters
    ----------
    first, second : Evidence
        Two rounds, two groups of annotators (`by_annotators`), two schemes. An article is the
        same where its name is.
    names : tuple of (str, str)
        What to call them.

    Returns
    -------
    list of Comparison
        In the order of the first side, then what only the second one has. Of each question alpha
        at its scale, of a multiple choice also of every option, of a span group |u-alpha and
        that of every label, of a question about spans alpha on matched spans. Holm's adjustment
        runs over the labels of one question or group.

    Raises
    ------
    UsageError
        If both sides are the same votes.
    """
    if voters(first) and same_votes(first, second):
        msg = (
            f'"{names[0]}" and "{names[1]}" are the same votes of the same annotators; '
            "name two sides that differ"
        )
        raise UsageError(msg)
    places = {name: number for number, name in enumerate(first.articles)}
    for name in second.articles:
        places.setdefault(name, len(places))
    one, other = (_by_key(side, places) for side in (first, second))
    keys = list(dict.fromkeys([*one, *other]))
    found = [_comparison((one.get(key), other.get(key)), names) for key in keys]
    families: dict[tuple[str, str, str], list[int]] = {}
    for number, (kind, question, label) in enumerate(keys):
        families.setdefault((kind, question, "labels" if label else ""), []).append(number)
    for (*_, labels), members in families.items():
        adjusted = holm([found[number].difference.p for number in members])
        tested = sum(map(math.isfinite, adjusted))
        family = f"{tested} labels of {found[members[0]].title}" if labels and tested > 1 else ""
        for number, p in zip(members, adjusted, strict=True):
            told = replace(found[number], p_adjusted=p, family=family)
            found[number] = replace(told, sentence=_sentence(told))
    return found


def by_annotators(evidence: Evidence, names: Sequence[str]) -> Evidence:
    """Keep what some annotators said.

    Parameters
    ----------
    evidence : Evidence
        What all said.
    names : sequence of str
        The annotators to keep.

    Raises
    ------
    UsageError
        If there is no annotator of such a name, or only one is named.
    """
    unknown = [name for name in names if name not in evidence.annotators]
    if unknown and not evidence.annotators:
        msg = "nobody has submitted anything yet: there is nothing to compare"
        raise UsageError(msg)
    if unknown:
        there = ", ".join(evidence.annotators)
        msg = f'no annotator is called "{unknown[0]}"; the annotators are: {there}'
        raise UsageError(msg)
    if len(set(names)) < _FEWEST:
        alone = f'"{names[0]}" alone has' if names else "nobody has"
        msg = f"{alone} nobody to agree with; name at least two annotators on each side"
        raise UsageError(msg)
    places = [evidence.annotators.index(name) for name in names]
    return part_of(evidence, annotators=np.array(places, dtype=np.int64))


def shared_names(first: Evidence, second: Evidence) -> tuple[str, ...]:
    """Name the annotators on both sides of a comparison: both figures rest on their agreement.

    Parameters
    ----------
    first, second : Evidence
        The two sides.
    """
    here, there = voters(first), voters(second)
    return tuple(name for name in here if name in there)


def _by_key(side: Evidence, places: dict[str, int]) -> dict[tuple[str, str, str], Headline]:
    where = np.array([places[name] for name in side.articles], dtype=np.int64)
    return {each.key: each for each in headlines(side, list(places), where)}


def _comparison(
    pair: tuple[Headline | None, Headline | None], names: tuple[str, str]
) -> Comparison:
    one, other = pair
    some = cast("Headline", one or other)
    figures = [None if side is None else side.figure for side in pair]
    reason = _obstacle(pair, figures, names)
    contrast = replace(_UNKNOWN, reason=reason)
    if one and other and not reason:
        tallies = one.measured.tally, other.measured.tally
        contrast = difference(*tallies, one.measured.coefficient, other.measured.coefficient)
        if one.values != other.values and not some.measured.label:
            note = "the two sides could choose from different values"
            contrast = replace(contrast, reason="; ".join(filter(None, [contrast.reason, note])))
    return Comparison(
        question=some.basis.question,
        title=some.basis.title,
        label=some.measured.label,
        measure=some.measured.measure,
        names=names,
        first=figures[0],
        second=figures[1],
        difference=contrast,
    )


def _obstacle(
    pair: tuple[Headline | None, Headline | None],
    figures: Sequence[Figure | None],
    names: tuple[str, str],
) -> str:
    """Say why two figures cannot be compared; "" where they can."""
    one, other = pair
    if one is None or other is None:
        return f'not comparable: only "{names[other is not None]}" has it'
    if one.measured.measure != other.measured.measure:
        measures = f'{one.measured.measure} in "{names[0]}", {other.measured.measure} in'
        return f'not comparable: {measures} "{names[1]}"'
    for figure, name in zip(figures, names, strict=True):
        if figure and not figure.defined:
            return f'not comparable: in "{name}" {figure.reason}'
    return ""


def _sentence(found: Comparison) -> str:
    """Say what came out, on one line."""
    about = f'{found.title}, "{found.label}"' if found.label else found.title
    head = f"{about}: {found.measure}"
    change = found.difference
    if not found.first or not found.second or not found.comparable:
        return f"{head} is {change.reason}"
    one, other = (
        f'{_signed(figure.value).removeprefix("+")} in "{name}"'
        for figure, name in zip((found.first, found.second), found.names, strict=True)
    )
    if not math.isfinite(change.low):
        return f"{head} is {one} and {other}; {change.reason}"
    p = f"p {_of_chance(change.p)}"
    if found.family:
        adjusted = _of_chance(found.p_adjusted).removeprefix("= ")
        p += f", {adjusted} adjusted over {found.family}"
    support = (
        f"95 % interval {_signed(change.low)} to {_signed(change.high)} over articles, not over "
        f"annotators, {change.paired} of them on both sides; {p}"
    )
    size = _signed(change.value)
    said = f"{head} is {one} and {other}; the change of {size} may be chance"
    if found.p_adjusted < _SHOWN:
        verb = "rose" if change.value > 0 else "fell"
        said = f"{head} {verb} from {one} to {other}, a change of {size}"
    return "; ".join(filter(None, [f"{said} ({support})", change.reason]))


def _signed(value: float) -> str:
    return f"{value:+.2f}" if round(value, 2) else "0.00"


def _of_chance(p: float) -> str:
    return "< .001" if p < 0.001 else f"= {p:.3f}".replace("= 0.", "= .")  # noqa: PLR2004 - as printed
