"""Annotators beside one another, and one of them from the first article to the last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from annotate.report.charts.dots import Dot, dots_chart
from annotate.report.charts.look import GREY, INKS, PALETTE
from annotate.report.wording import counted, ends, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.findings.annotators import Annotators, Person
    from annotate.findings.marking import Block, Marking
    from annotate.reliability import Figure

__all__ = ["lean_chart", "leans_chart", "marking_chart", "rest_chart"]

_OWN, _OTHERS = "this annotator", "the others on the same articles"


def rest_chart(
    found: Annotators, people: Sequence[Person], question: str, *, dark: bool = False
) -> alt.LayerChart | None:
    """Draw how far each of some annotators agrees with the rest on one question.

    Parameters
    ----------
    found : Annotators
        All of them.
    people : sequence of Person
        Those to be shown, in their order.
    question : str
        The question's or the span group's name.
    dark : bool
        Whether it stands on a dark ground.
    """
    own = [(person.name, person.on(question)) for person in people]
    dots = [_dot(name, against.rest) for name, against in own if against is not None]
    whole = found.whole.get(question)
    lines = {whole.value: "all"} if whole is not None else {}
    axis = "agreement with the rest beyond chance"
    return dots_chart(dots, axis=axis, lines=lines, limits=(-1.0, 1.0), dark=dark)


def leans_chart(
    people: Sequence[Person], question: str, *, dark: bool = False
) -> alt.LayerChart | None:
    """Draw how far each of some annotators lies above the others on one question."""
    own = [(person.name, person.on(question)) for person in people]
    dots = [
        _dot(name, against.leans[0])
        for name, against in own
        if against is not None and against.leans
    ]
    return dots_chart(dots, axis=_lean_axis(people, question), lines={0.0: "others"}, dark=dark)


def lean_chart(person: Person, *, dark: bool = False) -> alt.LayerChart | None:
    """Draw how far an annotator lies above the others on each question whose answers are ranks.

    Parameters
    ----------
    person : Person
        The annotator.
    dark : bool
        Whether it stands on a dark ground.
    """
    dots = [
        _dot(against.title, figure)
        for against in person.against
        for figure in against.leans
        if figure.measure == "lean (steps)"
    ]
    return dots_chart(
        dots, axis="steps of the scale above the others", lines={0.0: "others"}, dark=dark
    )


def _lean_axis(people: Sequence[Person], question: str) -> str:
    measures = [a.leans[0].measure for p in people if (a := p.on(question)) and a.leans]
    unit = measures[0].removeprefix("lean").strip(" ()") if measures else ""
    return f"{unit or 'distance'} above the others"


def _dot(name: str, figure: Figure) -> Dot:
    articles = counted(figure.articles, "article")
    return Dot(name, figure.value, figure.low, figure.high, articles)


def marking_chart(marking: Marking, *, dark: bool = False) -> alt.LayerChart:
    """Draw marks per 1,000 words in the order of submission.

    Parameters
    ----------
    marking : Marking
        An annotator's marks, block by block.
    dark : bool
        Whether it stands on a dark ground.
    """
    rows = [row for block in marking.blocks for row in _rows(block)]
    base = alt.Chart(alt.InlineData(values=rows))
    x = alt.X(
        "middle:Q",
        title="article, in the order of submission",
        axis=alt.Axis(tickMinStep=1, grid=False),
        scale=alt.Scale(domain=[0.5, marking.blocks[-1].last + 0.5], nice=False),
    )
    y = alt.Y("rate:Q", title="marks per 1,000 words", scale=alt.Scale(zero=True))
    said = [_OWN, _OTHERS]
    color = alt.Color(
        "who:N", scale=alt.Scale(domain=said, range=[PALETTE[5 if dark else 0], GREY])
    )
    shape = alt.Shape("who:N", scale=alt.Scale(domain=said, range=["circle", "square"]))
    dash = alt.StrokeDash(
        "who:N", scale=alt.Scale(domain=said, range=[[1, 0], [5, 3]]), legend=None
    )
    tips = [
        alt.Tooltip("who:N", title="who"),
        alt.Tooltip("articles:N", title="articles"),
        alt.Tooltip("words:N", title="marks per 1,000 words"),
    ]
    chart: alt.LayerChart = (
        alt.layer(
            base.mark_line(strokeWidth=1.5).encode(x=x, y=y, color=color, strokeDash=dash),
            # Points tell the ends too; an empty layer would be a picture without words.
            base.transform_filter("datum.low !== null")
            .mark_rule(size=2.5, opacity=0.75, aria=False)
            .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=color, tooltip=tips),
            base.mark_point(size=70, filled=True, opacity=1).encode(
                x=x, y=y, color=color, shape=shape, tooltip=tips
            ),
        )
        .properties(width="container", height=340)
        .configure_view(strokeWidth=0)
        .configure_legend(orient="bottom", title=None, labelLimit=260, labelColor=INKS[dark])
    )
    return chart


def _rows(block: Block) -> list[dict[str, Any]]:
    one = block.first == block.last
    shared: dict[str, Any] = {
        "middle": (block.first + block.last) / 2,
        "articles": str(block.first) if one else f"{block.first} to {block.last}",
    }
    bounded = math.isfinite(block.low) and math.isfinite(block.high)
    own = {
        "who": _OWN,
        "rate": block.rate,
        "low": block.low if bounded else None,
        "high": block.high if bounded else None,
        "words": f"{number(block.rate)} {ends(block.low, block.high)}".strip(),
    }
    rows = [shared | own]
    if math.isfinite(block.others):
        theirs = {"who": _OTHERS, "rate": block.others, "low": None, "high": None}
        rows.append(shared | theirs | {"words": number(block.others)})
    return rows
