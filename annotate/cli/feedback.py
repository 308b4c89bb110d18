"""The command that tells annotators in training what the reference says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from annotate.cli.layout import Names, bullets, decimals, headline, number, wrapped
from annotate.cli.shared import json_text, open_study, plain, study_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from annotate.study import Study
    from annotate.training import Answered, Compared, Span, Trainee

__all__ = ["feedback"]

_NOBODY = "Nobody has submitted a training article yet: there is nothing to tell."
_WAITING = "The reference has not submitted these articles yet."
_WIDEST = 44  # characters of a question's title or a phrase in a line


@click.command()
@click.option("--annotator", default="", metavar="NAME", help="Only this annotator.")
@click.option("--round", "round_", default="", metavar="NAME", help="Only this round of training.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@study_option
def feedback(root: Path, annotator: str, round_: str, *, as_json: bool) -> None:
    """Tell annotators in training what they and the reference said.

    Article by article, and nothing of an article that the annotator has not submitted. Training
    never counts in agreement.
    """
    from annotate.workflow import feedback as feedback_of

    study = open_study(root)
    found = feedback_of(study, annotator=annotator, round_=round_)
    if as_json:
        click.echo(json_text([each.to_json() for each in found]))
        return
    told = [each for each in found if each.articles or each.waiting]
    if not told:
        click.echo(_NOBODY)
        return
    from annotate.training import ADVICE

    names = _names(study)
    for each in told:
        click.echo("\n".join(_trainee(each, names)) + "\n")
    click.echo(bullets([ADVICE]))


def _names(study: Study) -> Names:
    articles = study.articles()
    titles = zip(articles["article_id"], articles["title"], articles["text"], strict=True)
    return Names({}, {article: headline(title or text) for article, title, text in titles})


def _trainee(each: Trainee, names: Names) -> Iterator[str]:
    yield plain(f"{each.annotator}, round {each.round}, beside {each.reference}")
    to_come = [
        f"{number(times, 'article')} {what}"
        for times, what in (
            (len(each.articles), "to look at"),
            (each.waiting, "waiting for the reference"),
            (each.to_come, "not submitted yet"),
        )
        if times
    ]
    yield f"  {', '.join(to_come)}"
    if not each.articles:
        yield f"  {_WAITING}"
        return
    yield from map(wrapped, _sums(each))
    for article in each.articles:
        yield ""
        yield from _article(article, names)


def _sums(each: Trainee) -> Iterator[str]:
    if each.asked:
        share = decimals(each.same / each.asked)
        yield (
            f"  {each.same} of {number(each.asked, 'question')} answered as the reference ({share})"
        )
    marks = f"  spans: {each.found} found"
    if each.other_label:
        marks += f" ({each.other_label} of them with another label)"
    marks += f", {each.missed} that only the reference marks, {each.extra} that only you mark"
    f1 = decimals(each.f1)
    yield f"{marks}; overlap F1 against the reference {f1 or 'undefined: nobody marked anything'}"


def _article(article: Compared, names: Names) -> Iterator[str]:
    yield wrapped(plain(f"  {names.article(article.article_id)}"))
    for answer in article.answers:
        yield wrapped(_answer(answer))
    if article.unread:
        yield wrapped(f"    {article.unread}.")
    for span in article.spans:
        yield wrapped(_span(span))


def _answer(answer: Answered) -> str:
    said = f"you: {answer.own or '–'} · reference: {answer.reference or '–'}"
    return plain(f"    {answer.title} · {said} · {answer.says}")


def _span(span: Span) -> str:
    yours = _one(span.own, span.own_label, span.own_details)
    theirs = _one(span.reference, span.reference_label, span.reference_details)
    if yours == theirs:
        return plain(f"    {yours} · {span.says}")
    sides = [f"you: {yours}" if yours else "", f"reference: {theirs}" if theirs else ""]
    return plain(f"    {' · '.join(filter(None, [*sides, span.says]))}")


def _one(phrase: str, label: str, details: str) -> str:
    if not phrase:
        return ""
    words = " ".join(phrase.split())
    short = words if len(words) <= _WIDEST else f"{words[: _WIDEST - 1]}…"
    return f"“{short}” {label}{f', {details}' if details else ''}"
