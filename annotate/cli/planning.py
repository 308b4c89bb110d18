"""What a study will cost and find, before anyone starts."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from annotate.cli.layout import bullets, decimals, number, wrapped
from annotate.cli.shared import json_text, lay_out, note, open_study, plain, study_option
from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from annotate.assignment import Forecast
    from annotate.assignment.expected import Expectation, Needed
    from annotate.study import Study

__all__ = ["plan"]

_ASSUMED_MINUTES = 6.0
_MOST_ARTICLES, _MOST_ANNOTATORS = 100_000, 100
_LISTED = 10  # pairs that share nothing
_RULES = ("per_article", "repeats", "seed")
_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)
_SIMULATED = (
    "Simulated under the assumptions on the left, no promise: medians over 400 made-up studies of "
    "this size, with the interval that `annotate score` prints. One nominal question with two "
    "values, of which one has that share of the votes; articles differ in how clear they are, "
    "annotators do not differ, and nobody skips. Other scales, spans and annotators with habits "
    "of their own will come out otherwise."
)
_COUNTED = (
    "One pair's: the width for two annotators alone. None: studies without an interval. Lower end: "
    "in how many of 1,000 made-up studies it is above .667 (tentative) or .80 (reliable). "
    "Articles: about how many it takes for that in half of the studies, and in four of five; a "
    "dash where no number will do."
)
_ALONE = (
    "With one annotator for each article no agreement can be measured; give --per-article 2 or "
    "more for that."
)


class _Basis(NamedTuple):
    """What a plan is made from: what was given, else what the study says."""

    articles: Sequence[str]
    annotators: Sequence[str]
    per_article: int
    repeats: int
    seed: int
    minutes: float
    source: str


@click.command()
@click.option("--articles", type=click.IntRange(0, _MOST_ARTICLES), help="How many articles.")
@click.option("--annotators", type=click.IntRange(0, _MOST_ANNOTATORS), help="How many people.")
@click.option(
    "--per-article",
    type=click.IntRange(min=0),
    help="How many annotators read each article; 0 for everybody.  [default: the study's, else 0]",
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True, max=24 * 60),
    help="What one article takes.  [default: the study's median so far, else 6, an assumption]",
)
@click.option(
    "--repeats",
    type=click.IntRange(min=0),
    help="Articles that each annotator sees a second time, unannounced.  "
    "[default: the study's, else 0]",
)
@click.option(
    "--alpha", "alphas", type=_SHARE, multiple=True, help="Assumed agreement; repeat for more."
)
@click.option(
    "--prevalence",
    "prevalences",
    type=_SHARE,
    multiple=True,
    help="Assumed share of the votes for the rarer of two values; repeat for more.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    help="Of all that is random.  [default: the study's, else 1]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@study_option
def plan(root: Path, *, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - several kinds
    """Say what a study will cost, and how sure its figures can become, before anyone starts.

    Hours, the load of each annotator, the articles that each pair shares, and the 95 % interval
    to expect for alpha. Of a study, its own articles, annotators, [assignment] and times are used
    unless you give others.

    \b
    Examples:
      annotate plan --articles 300 --annotators 3 --per-article 2
      annotate plan --study talks --per-article 2 --repeats 10
    """  # noqa: D301 - click reads the backspace
    from annotate.assignment import Assumptions
    from annotate.assignment import plan as plan_of

    basis = _basis(root, given)
    usual = Assumptions(minutes=basis.minutes)
    found = plan_of(
        basis.articles,
        basis.annotators,
        per_article=basis.per_article,
        repeats=basis.repeats,
        seed=basis.seed,
        assumptions=Assumptions(
            minutes=basis.minutes,
            alphas=given["alphas"] or usual.alphas,
            prevalences=given["prevalences"] or usual.prevalences,
        ),
    )
    if as_json:
        if not found.expectations:
            note(_ALONE)
        click.echo(json_text(_record(found, basis)))
    else:
        click.echo(_text(found, basis))


def _basis(root: Path, given: dict[str, Any]) -> _Basis:
    """Take from the study what was not given."""
    from annotate.settings import Assigning

    articles, annotators = given["articles"], given["annotators"]
    rows, people = _numbered("article", articles), _numbered("annotator", annotators)
    study, rules, minutes = _study(root, given), Assigning(), given["minutes"]
    source = "as given"
    if study:
        settings = study.settings()
        rows = rows if articles is not None else study.articles()["article_id"].tolist()
        people = people if annotators is not None else list(settings.annotators)
        # As in a push: nobody can be asked for who is not there.
        rules = settings.assignment
        rules = replace(rules, per_article=min(rules.per_article, len(people)))
        if minutes is None:
            minutes, source = _own_minutes(study)
    if minutes is None:
        minutes, source = _ASSUMED_MINUTES, "assumed; --minutes changes it"
    asked = {name: given[name] for name in _RULES if given[name] is not None}
    numbers = {name: getattr(rules, name) for name in _RULES} | asked
    return _Basis(rows, people, minutes=minutes, source=source, **numbers)


def _study(root: Path, given: dict[str, Any]) -> Study | None:
    """Open the study that is meant: the one named, or where one is that is asked for numbers."""
    source = click.get_current_context().get_parameter_source("root")
    if source is not ParameterSource.DEFAULT:
        return open_study(root)
    if given["articles"] is not None and given["annotators"] is not None:
        return None
    if not (root / "study.toml").is_file():
        msg = (
            "Say how large the study will be with --articles and --annotators, "
            "or name one with --study DIR"
        )
        raise UsageError(msg)
    return open_study(root)


def _own_minutes(study: Study) -> tuple[float | None, str]:
    from annotate.workflow.planning import median_minutes

    minutes, visits = median_minutes(study)
    return minutes if visits else None, f"the median of {number(visits, 'visit submitted')}"


def _numbered(noun: str, how_many: int | None) -> list[str]:
    return [f"{noun} {place}" for place in range(1, (how_many or 0) + 1)]


def _record(found: Forecast, basis: _Basis) -> dict[str, Any]:
    """Give all of a plan for programs; what is undefined is null."""
    shared = found.balance
    return {
        "articles": found.articles,
        "annotators": len(found.work),
        "per_article": basis.per_article or len(found.work),
        "seed": basis.seed,
        "minutes": basis.minutes,
        "minutes_source": basis.source,
        "readings": found.readings,
        "hours": found.hours,
        "work": [asdict(each) for each in found.work],
        "articles_per_pair": {
            "fewest": shared.fewest,
            "median": shared.median,
            "most": shared.most,
            "parts": len(shared.parts),
            "pairs": [{"pair": pair, "articles": n} for pair, n in shared.shared.items()],
        },
        "simulated": _SIMULATED,
        "expected": [_expected_record(each) for each in found.expectations],
    }


def _expected_record(each: Expectation) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in asdict(each).items()
    }


def _text(found: Forecast, basis: _Basis) -> str:
    again = sum(each.repeats for each in found.work)
    repeated = f", {again:,} of them hidden repeats" if again else ""
    head = (
        f"{number(found.articles, 'article')}, {number(len(found.work), 'annotator')}: "
        f"{number(found.readings, 'reading')}{repeated}\n"
        f"{found.hours:,.1f} hours in all, at {basis.minutes:.3g} minutes an article "
        f"({basis.source})"
    )
    blocks = [head, _work(found), _shared(found)]
    if found.expectations:
        blocks += [_expected(found.expectations), bullets([_SIMULATED, _COUNTED])]
    else:
        blocks.append(_ALONE)
    return "\n\n".join(blocks)


def _work(found: Forecast) -> str:
    cells = [
        (each.annotator, f"{each.articles:,}", f"{each.repeats:,}", f"{each.hours:,.1f}")
        for each in found.work
    ]
    return lay_out(("annotator", "articles", "repeats", "hours"), cells, right=(1, 2, 3))


def _shared(found: Forecast) -> str:
    each = found.balance
    text = f"Each pair of annotators shares {number(each.most, 'article')}."
    if each.fewest < each.most:
        text = (
            f"A pair of annotators shares {each.fewest:,} to {each.most:,} articles, "
            f"the median {each.median:g}."
        )
    if each.most and each.unconnected:
        alone = [f"{one} and {other}" for one, other in each.unconnected]
        more = f", and {len(alone) - _LISTED:,} more" if len(alone) > _LISTED else ""
        text += f" These share none: {', '.join(alone[:_LISTED])}{more}."
    if each.most and len(each.parts) > 1:
        text += f" No article links the {len(each.parts):,} parts that the annotators form."
    return wrapped(plain(text))


def _expected(expectations: Sequence[Expectation]) -> str:
    header = ("alpha", "share", "95 % interval", "width", "one pair's", "none")
    cuts = ("lower end > .667", "articles", "lower end > .80", "articles")
    cells = [
        (
            decimals(each.alpha),
            f"{100 * each.prevalence:g} %",
            f"{decimals(each.low)} to {decimals(each.high)}" if each.without < 1 else "",
            decimals(each.width),
            decimals(each.pair_width),
            f"{100 * each.without:.3g} %" if each.without else "",
            *[cell for needed in each.needed for cell in _needed(needed)],
        )
        for each in expectations
    ]
    return lay_out((*header, *cuts), cells, right=range(len(header) + len(cuts)))


def _needed(needed: Needed) -> tuple[str, str]:
    counts = [f"{n:,}" if n else "–" for n in (needed.evenly, needed.safely)]
    return f"{100 * needed.chance:.0f} %", "–" if counts == ["–", "–"] else " / ".join(counts)
