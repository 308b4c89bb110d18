"""Commands that say how far annotators agree, and where they do not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from annotate.cli.anydata import check_study, listed, score_paths, table_options
from annotate.cli.printing import (
    NOTHING,
    print_caveats,
    print_figures,
    print_json,
    print_rows,
    print_score,
    print_view,
)
from annotate.cli.shared import note, open_study, plain, study_option
from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from annotate.cli.figures import Names
    from annotate.reliability import Figure
    from annotate.reliability.compare import Comparison
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.study import Study

__all__ = ["compare", "confusion", "score", "triage"]

_VIEWS = ("annotator", "pair", "article", "outlet", "event", "round")
_OF_STUDIES = {"outlet", "event", "round"}
_ALSO = ("fleiss", "scott", "brennan-prediger", "conger", "cohen", "interval", "ratio")
_NO_CASE = "Nothing to resolve: nobody disagrees on anything that two annotators saw."


@dataclass(frozen=True)
class _Asked:
    """What `annotate score` was asked to print."""

    by: str
    also: frozenset[str]
    weights: str
    everything: bool
    as_json: bool
    as_csv: bool

    @property
    def for_programs(self) -> bool:
        return self.as_json or self.as_csv

    def check(self) -> None:
        if self.as_json and self.as_csv:
            msg = "Choose one of --json and --csv"
            raise UsageError(msg)
        if self.by and (self.also or self.weights):
            msg = "--by shows the figure of record of each part; leave --also and --weights out"
            raise UsageError(msg)


def _also(_context: click.Context, _option: click.Parameter, value: str) -> frozenset[str]:
    names = [name.strip().casefold() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in _ALSO:
            msg = f"there is no {name}; choose from {', '.join(_ALSO)}"
            raise click.BadParameter(msg)
    return frozenset(names)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--by", type=click.Choice(_VIEWS), help="Score each part of the data by itself.")
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
    asked = _Asked(
        by=given.pop("by") or "",
        also=given.pop("also"),
        weights=given.pop("weights") or "",
        everything=given.pop("everything"),
        as_json=given.pop("as_json"),
        as_csv=given.pop("as_csv"),
    )
    asked.check()
    if paths:
        if click.get_current_context().get_parameter_source("root") is not ParameterSource.DEFAULT:
            msg = f"Score a study or {paths[0]}, not both: leave one of them out"
            raise UsageError(msg)
        _score_paths(paths, given, asked)
    else:
        check_study(given)
        _score_study(open_study(root), asked)


def _score_study(study: Study, asked: _Asked) -> None:
    from annotate.workflow import summary, view

    if asked.by:
        figures = view(study, asked.by)
        _print_view(figures, _names(study), asked, ())
        return
    findings = summary(study, also=asked.also, weights=asked.weights or "ordinal")
    if asked.for_programs:
        print_rows(findings.figures, as_csv=asked.as_csv)
    else:
        print_score(findings, also=asked.also, everything=asked.everything)


def _score_paths(paths: Sequence[Path], given: dict[str, Any], asked: _Asked) -> None:
    from annotate.cli.figures import Names

    if asked.by in _OF_STUDIES:
        msg = f"--by {asked.by} needs a study; without one, choose annotator, pair or article"
        raise UsageError(msg)
    scored = score_paths(paths, given, also=asked.also, weights=asked.weights or "ordinal")
    evidence = scored.evidence
    units = bool(given["unit"]) and not given["article"]
    names = Names(_shown(evidence), article_noun="unit" if units else "article")
    if asked.by:
        _print_view(_view_of(evidence, asked.by), names, asked, scored.warnings)
    elif asked.for_programs:
        _note_all(scored.warnings)
        print_rows(scored.figures, as_csv=asked.as_csv)
    else:
        print_figures(scored.figures, names, also=asked.also, everything=asked.everything)
        click.echo()
        print_caveats(scored.warnings, of_study=False)


def _shown(evidence: Evidence | None) -> dict[tuple[str, str], str]:
    from annotate.selection import shown_names

    if evidence is None:
        return {}
    questions = [asked.question for asked in evidence.asked]
    return shown_names(questions + [asked.question for asked in evidence.asked_of_spans])


def _note_all(warnings: Iterable[str]) -> None:
    for warning in warnings:
        note(f"Warning: {plain(warning)}")


def _print_view(
    figures: Sequence[Figure], names: Names, asked: _Asked, warnings: Sequence[str]
) -> None:
    if asked.for_programs:
        _note_all(warnings)
        print_rows(figures, as_csv=asked.as_csv)
    elif figures:
        print_view(figures, names, everything=asked.everything)
        print_caveats(warnings, of_study=False)
    else:
        why = "has one" if asked.by in _OF_STUDIES else "was submitted by two annotators"
        click.echo(f"Nothing to show by {asked.by}: no article {why}.")


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
    from annotate.cli.figures import Names
    from annotate.cli.layout import headline
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
@study_option
def triage(root: Path, limit: int, *, as_json: bool) -> None:
    """List what to talk about first: what agreement would gain most from.

    Articles, pairs of labels and phrases, ranked by how much alpha would rise if they were
    resolved, each with who said what.
    """
    from annotate.cli.findings_text import cases_text
    from annotate.reliability.triage import triage as cases_of
    from annotate.workflow import evidence

    study = open_study(root)
    cases = cases_of(evidence(study), limit)
    if as_json:
        print_json([case.to_json() for case in cases])
    else:
        click.echo(cases_text(cases, _names(study)) if cases else _NO_CASE)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def confusion(root: Path, *, as_json: bool) -> None:
    """Show which values and labels are taken for one another, by question."""
    from annotate.cli.findings_text import confusions_text
    from annotate.reliability.confusion import confusion as confusions_of
    from annotate.workflow import evidence

    study = open_study(root)
    found = confusions_of(evidence(study))
    if as_json:
        print_json([each.to_json() for each in found])
    else:
        click.echo(confusions_text(found, _names(study)) if found else NOTHING)


@click.command()
@click.option("--rounds", nargs=2, metavar="A B", help="Two rounds.")
@click.option("--annotators", "people", metavar="A,B", help="A group of annotators …")
@click.option("--with", "others", metavar="C,D", help="… and another group.")
@click.option("--schemes", nargs=2, metavar="HASH HASH", help="Two versions of the config.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
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
    found = _comparisons(study, **given)
    if as_json:
        print_json([each.to_json() for each in found])
        return
    click.echo(f"{comparisons_text(found, _names(study))}\n")
    print_caveats()


def _comparisons(
    study: Study,
    rounds: tuple[str, str] | None,
    people: str | None,
    others: str | None,
    schemes: tuple[str, str] | None,
) -> list[Comparison]:
    from annotate.workflow import compare_annotators, compare_rounds, compare_schemes

    if bool(people) != bool(others):
        msg = "--annotators and --with go together, as in --annotators ada,ben --with cleo,dan"
        raise UsageError(msg)
    if sum(map(bool, (rounds, people, schemes))) != 1:
        msg = "Say what to compare: one of --rounds A B, --annotators A,B --with C,D or --schemes"
        raise UsageError(msg)
    groups = listed(people), listed(others)
    one, other = rounds or schemes or groups
    if one == other:
        msg = "Both sides are the same; name two that differ"
        raise UsageError(msg)
    if rounds:
        return compare_rounds(study, *rounds)
    if schemes:
        return compare_schemes(study, *schemes)
    return compare_annotators(study, *groups)
