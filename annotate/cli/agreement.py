"""Commands that say how far annotators agree, and where they do not."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from annotate.cli.anydata import check_study, listed, score_paths, table_options
from annotate.cli.printing import (
    NOTHING,
    OF_STUDIES,
    Look,
    print_caveats,
    print_figures,
    print_json,
    print_rows,
    print_score,
    print_view,
    print_warnings,
)
from annotate.cli.shared import of_study, open_study, study_option
from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.cli.layout import Names
    from annotate.reliability import Figure
    from annotate.reliability.compare import Comparison
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.study import Study

__all__ = ["compare", "confusion", "score", "triage"]

_VIEWS = ("annotator", "pair", "article", "outlet", "event", "round", "self")
_ALSO = ("fleiss", "scott", "brennan-prediger", "conger", "cohen", "interval", "ratio")
_GROUP = 2  # annotators who can agree with each other
_NO_CASE = "Nothing to resolve: nobody disagrees on anything that two annotators saw."


def _also(_context: click.Context, _option: click.Parameter, value: str) -> frozenset[str]:
    names = [name.strip().casefold() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in _ALSO:
            msg = f"there is no {name}; choose from {', '.join(_ALSO)}"
            raise click.BadParameter(msg)
    return frozenset(names)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--by",
    type=click.Choice(_VIEWS),
    help="Score each part of the data by itself; self: annotators against themselves.",
)
@click.option(
    "--also",
    default="",
    metavar="A,B",
    callback=_also,
    help=f"More coefficients: {', '.join(_ALSO)}.",
)
@click.option(
    "--weights",
    type=click.Choice(["ordinal", "linear", "quadratic"]),
    help="Of AC2 and weighted kappa.  [default: ordinal]",
)
@click.option("--all", "everything", is_flag=True, help="Print every figure.")
@click.option("--brief", is_flag=True, help="Print one line for each question.")
@click.option(
    "--digits",
    type=click.IntRange(2, 3),
    default=2,
    show_default=True,
    help="Decimals in the printed table.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every figure as a list of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every figure for a spreadsheet.")
@study_option
@table_options
def score(paths: tuple[Path, ...], root: Path, **given: Any) -> None:  # noqa: ANN401 - two dozen options
    """Print how far annotators agree: value, 95 % interval over articles, counts, reasons.

    Without a PATH, in the study; with one, in a table of labels (.csv, .tsv, .jsonl, .parquet) or
    an export of Label Studio (.json) that belongs to no study.

    \b
    Examples:
      annotate score --study talks --by outlet
      annotate score codes.csv --annotator coder --unit id --label frame
    """  # noqa: D301 - click reads the backspace
    look = Look(**{each.name: given.pop(each.name) for each in fields(Look)})
    look.check()
    if paths:
        if click.get_current_context().get_parameter_source("root") is not ParameterSource.DEFAULT:
            msg = f"Score a study or {paths[0]}, not both: leave one of them out"
            raise UsageError(msg)
        _score_paths(paths, given, look)
    else:
        check_study(given)
        _score_study(open_study(root), look)


def _score_study(study: Study, look: Look) -> None:
    from annotate.workflow import summary, view

    if look.by:
        print_view(view(study, look.by), _names(study), look)
        return
    findings = summary(study, also=look.also, weights=look.weights or "ordinal")
    if look.for_programs:
        print_rows(findings.figures, as_csv=look.as_csv)
    else:
        print_score(findings, look)


def _score_paths(paths: Sequence[Path], given: dict[str, Any], look: Look) -> None:
    from annotate.cli.layout import Names

    if look.by in OF_STUDIES:
        msg = f"--by {look.by} needs a study; without one, choose annotator, pair or article"
        raise UsageError(msg)
    scored = score_paths(paths, given, also=look.also, weights=look.weights or "ordinal")
    evidence = scored.evidence
    units = bool(given["unit"]) and not given["article"]
    names = Names(_shown(evidence), article_noun="unit" if units else "article")
    print_warnings(scored.warnings, look)
    if look.by:
        print_view(_view_of(evidence, look.by), names, look)
    elif look.for_programs:
        print_rows(scored.figures, as_csv=look.as_csv)
    else:
        print_figures(scored.figures, names, look)
        click.echo()
        print_caveats(of_study=False)


def _shown(evidence: Evidence | None) -> dict[tuple[str, str], str]:
    from annotate.selection import shown_names

    if evidence is None:
        return {}
    questions = [asked.question for asked in evidence.asked]
    return shown_names(questions + [asked.question for asked in evidence.asked_of_spans])


def _view_of(evidence: Evidence | None, by: str) -> list[Figure]:
    from annotate.reliability.views import view

    if evidence is None:
        msg = (
            "--by needs all labels at once, and of spans who saw what: give one file, without "
            "--jobs and --cluster, and --seen"
        )
        raise UsageError(msg)
    return view(evidence, by)


def _names(study: Study) -> Names:
    from annotate.cli.layout import Names, headline
    from annotate.selection import shown_names

    schema, articles = study.schema(), study.articles()
    titles = zip(articles["article_id"], articles["title"], articles["text"], strict=True)
    return Names(
        shown_names(schema.questions, schema.labels),
        {article: headline(title or text) for article, title, text in titles},
    )


@click.command()
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="So many of each kind.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@of_study
def triage(root: Path, limit: int, *, as_json: bool) -> None:
    """List what to talk about first: what agreement would gain most from.

    Articles, pairs of labels and phrases, ranked by how much alpha would rise if they were
    resolved, each with who said what.
    """
    from annotate.cli.findings_text import cases_text
    from annotate.reliability.evidence.parts import voters
    from annotate.reliability.triage import triage as cases_of
    from annotate.workflow import evidence

    study = open_study(root)
    gathered = evidence(study)
    cases = cases_of(gathered, limit)
    if as_json:
        print_json([case.to_json() for case in cases])
    elif cases:
        click.echo(cases_text(cases, _names(study)))
    else:
        click.echo(_NO_CASE if voters(gathered) else NOTHING)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@of_study
def confusion(root: Path, *, as_json: bool) -> None:
    """Show which values and labels are taken for one another, by question."""
    from annotate.cli.findings_text import confusions_text
    from annotate.reliability.confusion import confusion as confusions_of
    from annotate.reliability.evidence.parts import voters
    from annotate.workflow import evidence

    study = open_study(root)
    gathered = evidence(study)
    found = confusions_of(gathered)
    if as_json:
        print_json([each.to_json() for each in found])
    else:
        click.echo(confusions_text(found, _names(study)) if voters(gathered) else NOTHING)


@click.command()
@click.option("--rounds", nargs=2, metavar="A B", help="Two rounds.")
@click.option("--annotators", "people", metavar="A,B", help="A group of annotators …")
@click.option("--with", "others", metavar="C,D", help="… and another group.")
@click.option("--schemes", nargs=2, metavar="HASH HASH", help="Two versions of the config.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@of_study
def compare(root: Path, *, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - options
    """Compare two rounds, two groups of annotators or two versions of the scheme.

    Every question and label that both have: both figures, and the difference with its interval,
    paired where the articles are the same. Two intervals that overlap say nothing of a difference.

    \b
    Example:
      annotate compare --annotators ada,ben --with cleo,dan --study talks
    """  # noqa: D301 - click reads the backspace
    from annotate.cli.findings_text import comparisons_text

    study = open_study(root)
    found, on_both_sides = _comparisons(study, **given)
    if as_json:
        print_json([each.to_json() for each in found])
        return
    click.echo(f"{comparisons_text(found, _names(study), on_both_sides)}\n")
    print_caveats()


def _comparisons(
    study: Study,
    rounds: tuple[str, str] | None,
    people: str | None,
    others: str | None,
    schemes: tuple[str, str] | None,
) -> tuple[list[Comparison], tuple[str, ...]]:
    from annotate.workflow import compare_annotators, compare_rounds, compare_schemes

    if bool(people) != bool(others):
        msg = "--annotators and --with go together, as in --annotators ada,ben --with cleo,dan"
        raise UsageError(msg)
    if sum(map(bool, (rounds, people, schemes))) != 1:
        msg = "Say what to compare: one of --rounds A B, --annotators A,B --with C,D or --schemes"
        raise UsageError(msg)
    groups = listed(people), listed(others)
    one, other = rounds or schemes or tuple(map(set, groups))
    if one == other:
        msg = "Both sides are the same; name two that differ"
        raise UsageError(msg)
    if people and min(len(one), len(other)) < _GROUP:
        msg = "A group needs two annotators or more, as in --annotators ada,ben --with cleo,dan"
        raise UsageError(msg)
    if rounds:
        return compare_rounds(study, *rounds)
    if schemes:
        return compare_schemes(study, *schemes)
    return compare_annotators(study, *groups)
