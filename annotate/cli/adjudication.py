"""Commands that settle what annotators disagree on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.layout import headline, number
from annotate.cli.shared import json_text, lay_out, note, open_study, plain, study_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotate.adjudication.decisions import Decision
    from annotate.schema import Schema
    from annotate.studio.push import PushedDesk
    from annotate.study import Study
    from annotate.workflow import Adjudication

__all__ = ["adjudicate", "adjudicated"]

_QUOTE = 40  # characters of a phrase in a list
_NOTHING = "nothing here"


@click.command()
@click.option("--adjudicator", required=True, metavar="NAME", help="Who decides, by a pseudonym.")
@click.option(
    "--round", "name", default="", help="Whose disagreements; needed if there are several."
)
@click.option("--limit", type=click.IntRange(min=1), help="So many in all, the costliest first.")
@click.option("--article", "articles", multiple=True, metavar="ID", help="This article; repeat.")
@click.option("--all", "everything", is_flag=True, help="Also articles on which all agree.")
@click.option(
    "--questions-in-dispute",
    "in_dispute",
    is_flag=True,
    help="Ask only the questions and labels in dispute on these articles.",
)
@click.option("--email", default="", help="Their account on a Label Studio server of your own.")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would be sent.")
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
@study_option
def adjudicate(root: Path, *, dry: bool, as_json: bool, email: str, **given: Any) -> None:  # noqa: ANN401 - options
    """Send what annotators disagree on to somebody who decides.

    Every article on which two annotators disagree, the one that costs most agreement first, goes
    to a Label Studio project of the adjudicator, with what each annotator marked and answered
    under neutral names: "Annotator A", "Annotator B", shuffled for every article. Run `annotate
    pull` before, so that the latest work is known, and after, to fetch the decisions. They are
    kept apart: no figure of agreement counts them.

    \b
    Example:
      annotate adjudicate --adjudicator zoe --limit 20 --study talks
    """  # noqa: D301 - click reads the backspace
    from annotate.studio.people import claim_email
    from annotate.workflow import AdjudicationPlan
    from annotate.workflow import adjudicate as send

    study = open_study(root)
    plan = AdjudicationPlan(
        adjudicator=given["adjudicator"],
        round=given["name"],
        articles=given["articles"],
        everything=given["everything"],
        limit=given["limit"] or 0,
        in_dispute=given["in_dispute"],
    )
    if email and not dry:
        claim_email(study.people_path, plan.adjudicator, email)
    sent = send(study, plan, lambda n, total: note(f"  {n} of {total}"), dry=dry)
    if as_json:
        click.echo(json_text(_plain_values(sent)))
    else:
        click.echo(_said(sent, study, dry=dry))
    for line in _remarks(sent):
        note(plain(line))
    if sent.slip:
        # A password is no data: it does not go where a program reads.
        note(sent.slip)


def _plain_values(sent: Adjudication) -> dict[str, Any]:
    return {
        "of": sent.of,
        "round": sent.round,
        "adjudicator": sent.adjudicator,
        "articles": [asdict(each) for each in sent.disputes],
        "taken": list(sent.taken),
        "left": sent.left,
        "desks": [asdict(desk) for desk in sent.desks],
    }


def _said(sent: Adjudication, study: Study, *, dry: bool) -> str:
    titles = {question.name: question.title for question in study.schema().questions}
    articles = study.articles()
    heads = dict(zip(articles["article_id"], articles["title"] + articles["text"], strict=True))
    header = ("", "article", "headline", "in dispute")
    rows = [
        (
            str(place),
            each.article,
            headline(heads[each.article]),
            "; ".join([*(titles[name] for name in each.questions), *_groups(each.groups)])
            or "nothing",
        )
        for place, each in enumerate(sent.disputes, 1)
    ]
    table = [lay_out(header, rows, right=(0,)), ""] if rows else []
    verb = "to send" if dry else "sent"
    lines = [
        plain(f"{_name(desk)}: {desk.sent} {verb}, {desk.there} there  {desk.url}").rstrip()
        for desk in sent.desks
    ]
    return "\n".join([*table, *lines])


def _name(desk: PushedDesk) -> str:
    return ", ".join(filter(None, (desk.annotator, desk.round, desk.topic)))


def _groups(groups: tuple[str, ...]) -> list[str]:
    return [f"{group} spans" for group in groups]


def _remarks(sent: Adjudication) -> Iterator[str]:
    """Say what somebody should know before they rely on the decisions."""
    if sent.is_annotator:
        yield (
            f"Warning: {sent.adjudicator} is one of the annotators whose labels are shown, and "
            "will know their own. A decision by somebody else carries more weight."
        )
    if sent.taken:
        many = number(len(sent.taken), "article")
        yield f"{many} with another adjudicator already: {_few(sent.taken)}"
    if sent.left:
        yield (
            f"--limit counts all that lies with {sent.adjudicator}; "
            f"{number(sent.left, 'article')} left out"
        )
    if sent.account_due:
        yield f"{sent.adjudicator} has no account yet; it is made when this is sent"
    if not sent.known:
        yield (
            f"Nobody knows yet which account is {sent.adjudicator}'s; on a server of your own, "
            "give --email, or what they do counts as a stranger's"
        )
    for desk in sent.desks:
        for article in desk.altered:
            yield f"the text of {article} was changed on the server; its work is set aside"
        for project in desk.twins:
            yield f"project {project} is a copy from a run that was cut off; delete it"
    if sent.disputes:
        yield "Open tasks from the list there, not with Label All Tasks: that shows no annotators."


def _few(articles: tuple[str, ...]) -> str:
    return ", ".join(articles[:3]) + ("…" if len(articles) > 3 else "")  # noqa: PLR2004


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def adjudicated(root: Path, *, as_json: bool) -> None:
    """List what adjudicators decided, beside what most annotators had said."""
    from annotate.workflow import decided

    study = open_study(root)
    found = decided(study)
    if as_json:
        click.echo(json_text([each.to_json() for each in found]))
        return
    if not found:
        click.echo(
            "Nothing was decided yet: `annotate adjudicate` sends articles to an adjudicator, and "
            "`annotate pull` fetches what was submitted."
        )
        return
    header = ("article", "question", "decision", "most said", "same", "by", "when", "phrase")
    schema = study.schema()
    click.echo(lay_out(header, [_row(each, schema) for each in found], right=()))


def _row(each: Decision, schema: Schema) -> tuple[str, ...]:
    from textwrap import shorten

    titles = {question.name: question.title for question in schema.questions}
    same = {True: "yes", False: "no", None: ""}[each.as_majority]
    return (
        each.article,
        titles.get(each.question, f"{each.question} spans"),
        _words(each.value, each, schema),
        "divided" if each.majority is None else _words(each.majority, each, schema),
        same,
        each.by,
        each.at[:16].replace("T", " "),
        shorten(each.quote, _QUOTE, placeholder="…"),
    )


def _words(values: tuple[str, ...], each: Decision, schema: Schema) -> str:
    question = next((q for q in schema.questions if q.name == each.question), None)
    if question is None:
        return ", ".join(values) or _NOTHING
    return ", ".join(question.label_of(value) for value in values) or "left empty"
