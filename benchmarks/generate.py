"""A study of any size on disk, as `annotate` would have left it after a pull.

    python benchmarks/generate.py DIR --articles 10000 --annotators 3

Articles are made of a small vocabulary, the scheme is the shipped one: eight questions about the
article, three about each loaded phrase, three groups of spans with about four spans a visit.
Annotators follow what is true of the article most of the time, so that agreement lies between
chance and perfection. What they did is stored as `annotate pull` stores it: a snapshot, and the
tables that follow from it. The same seed gives the same study.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from annotate.articles import Article, articles_frame, text_sha256
from annotate.resources import resource
from annotate.study import Settings, Study
from annotate.workflow.store import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotate.schema import Question, Schema, SpanLabel

__all__ = ["generate"]

_TEXT = """
the a of to in and for on with after over from talks leaders border troops aid said summit
officials deal brutal so-called reportedly sources claims support regime heroic ceasefire
sanctions minister front weapons budget election allies pressure gas winter hospital strike
president parliament agency editor reader market harbour coastline school vote
"""
_WORDS = tuple(_TEXT.split())
_LENGTH = 250, 550  # words of an article
_TRUTHS = 7.8  # phrases of an article that some would mark; four spans a visit follow
_MARKS, _FOLLOWS, _WIDER = 0.6, 0.75, 0.15  # chances: marks it, says what is true, other limits
_ABSENT, _UNCLEAR = 0.25, 0.04  # answers that are no ranks
_STATUSES = ("submitted", "skipped", "draft", "unseen")
_SHARES = (0.95, 0.02, 0.01, 0.02)
_STAMP = "2026-03-02T10:00:00Z"


@dataclass(frozen=True)
class _Phrase:
    """Words that some would mark, and what is true of them."""

    first: int
    last: int
    label: int
    answers: dict[str, str]


@dataclass(frozen=True)
class _Page:
    """An article, where its words start and end, and what is true of it."""

    article: Article
    starts: list[int]
    ends: list[int]
    phrases: list[_Phrase]
    answers: dict[str, str]


def generate(root: Path, *, articles: int, annotators: int, seed: int = 1) -> Study:
    """Make a study.

    Parameters
    ----------
    root : Path
        A folder that holds no study yet.
    articles, annotators : int
        How many of each; everybody is asked about every article.
    seed : int
        Of the random numbers.
    """
    people = tuple(f"coder {number}" for number in range(1, annotators + 1))
    study = Study.create(
        root,
        Settings(f"{articles} generated articles", people, demonstration=True),
        config=resource("label_config.xml").read_bytes(),
        codebook=resource("codebook.md").read_bytes(),
    )
    rng = np.random.default_rng(seed)
    schema = study.schema()
    pages = [_page(number, schema, rng) for number in range(articles)]
    study.save_articles(articles_frame(page.article for page in pages))
    tasks = [
        _task(page, person, number, schema, rng)
        for place, person in enumerate(people)
        for number, page in enumerate(pages, start=place * articles + 1)
    ]
    store(study, "server", tasks, list(people), [])
    return study


def _page(number: int, schema: Schema, rng: np.random.Generator) -> _Page:
    words = [_WORDS[place] for place in rng.integers(len(_WORDS), size=rng.integers(*_LENGTH))]
    title = " ".join(words[:6]).capitalize()
    text = f"{title}\n\n{' '.join(words[6:])}"
    lengths = np.array([len(word) for word in words])
    starts = np.concatenate([[0], np.cumsum(lengths + 1)[:-1]])
    starts[6:] += 1  # the headline ends with two line breaks
    article = Article(
        article_id=f"a{number:012x}",
        outlet=f"Outlet {number % 25}",
        title=title,
        text=text,
        text_sha256=text_sha256(text),
        published="2026-03-01",
        url="",
        event=f"event {number % 200}",
        duplicate_of="",
        language="en",
        n_words=len(words),
        source_file=f"{number}.txt",
        extractor="text",
    )
    return _Page(
        article,
        starts.tolist(),
        (starts + lengths).tolist(),
        _phrases(len(words), schema, rng),
        {question.name: _answer(question, rng) for question in schema.document_questions},
    )


def _phrases(words: int, schema: Schema, rng: np.random.Generator) -> list[_Phrase]:
    number = rng.poisson(_TRUTHS)
    # A phrase to a stretch of its own: labels of a group do not overlap.
    edges = np.linspace(0, words - 1, number + 1).astype(int).tolist()
    return [_phrase(low, high, schema, rng) for low, high in pairwise(edges)]


def _phrase(low: int, high: int, schema: Schema, rng: np.random.Generator) -> _Phrase:
    first = int(rng.integers(low, max(low + 1, high - 6)))
    return _Phrase(
        first,
        min(high - 1, first + int(rng.integers(1, 5))),
        int(rng.choice(len(schema.labels), p=_label_shares(len(schema.labels)))),
        {question.name: _answer(question, rng) for question in schema.region_questions},
    )


def _label_shares(number: int) -> list[float]:
    """Let each label be rarer than the one before."""
    weights = [0.75**place for place in range(number)]
    return [weight / sum(weights) for weight in weights]


def _answer(question: Question, rng: np.random.Generator) -> str:
    """Give an answer at random, with a lean to the middle of the values."""
    chance = rng.random()
    if question.absent and chance < _ABSENT:
        return question.absent
    if question.missing and chance > 1 - _UNCLEAR:
        return min(question.missing)
    ranks = question.ranks
    return ranks[int(rng.binomial(len(ranks) - 1, 0.4))] if ranks else ""


def _task(
    page: _Page, person: str, number: int, schema: Schema, rng: np.random.Generator
) -> dict[str, Any]:
    """Give one article on one desk, as a snapshot holds it."""
    status = _STATUSES[int(rng.choice(len(_STATUSES), p=_SHARES))]
    item = {
        "id": str(number),
        "annotator": person,
        "result": list(_result(page, schema, rng)) if status != "unseen" else [],
        "created_at": _STAMP,
        "updated_at": _STAMP,
        "seconds": round(float(rng.gamma(4, 60)), 1),
    }
    done = {**item, "updated_by": person, "skipped": status == "skipped", "ground_truth": False}
    return {
        "article_id": page.article.article_id,
        "text_sha256": page.article.text_sha256,
        "desk": person,
        "task_id": number,
        "annotations": [done] if status in {"submitted", "skipped"} else [],
        "drafts": [item] if status == "draft" else [],
    }


def _result(page: _Page, schema: Schema, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    for number, phrase in enumerate(page.phrases):
        if rng.random() < _MARKS:
            yield from _region(page, phrase, f"span-{number}", schema, rng)
    said: dict[str, frozenset[str]] = {}
    for question in schema.document_questions:
        value = _said(question, page.answers[question.name], rng)
        if value and question.shown(said, {}):
            said[question.name] = frozenset({value})
            yield _item(question, f"{question.name}-0", schema, {"choices": [value]})


def _region(
    page: _Page, phrase: _Phrase, region: str, schema: Schema, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    label = _label(phrase, schema.labels, rng)
    first, last = phrase.first, phrase.last + (rng.random() < _WIDER)
    start, end = page.starts[first], page.ends[min(last, len(page.ends) - 1)]
    place = {"start": start, "end": end, "text": page.article.text[start:end]}
    yield {
        "id": region,
        "from_name": label.control,
        "to_name": schema.text_name,
        "type": "labels",
        "value": {**place, "labels": [label.value]},
    }
    labels = {label.control: frozenset({label.value})}
    for question in schema.region_questions:
        value = _said(question, phrase.answers[question.name], rng)
        # What an empty answer stands for is said by leaving it empty.
        if value and value != question.empty and question.shown({}, labels):
            yield _item(question, region, schema, {**place, "choices": [value]})


def _label(phrase: _Phrase, labels: Sequence[SpanLabel], rng: np.random.Generator) -> SpanLabel:
    follows = rng.random() < _FOLLOWS
    return labels[phrase.label if follows else int(rng.integers(len(labels)))]


def _said(question: Question, truth: str, rng: np.random.Generator) -> str:
    return truth if rng.random() < _FOLLOWS else _answer(question, rng)


def _item(question: Question, region: str, schema: Schema, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": region,
        "from_name": question.name,
        "to_name": schema.text_name,
        "type": "choices",
        "value": value,
    }


def main() -> None:
    """Read the options and make the study."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--annotators", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    study = generate(
        chosen.folder, articles=chosen.articles, annotators=chosen.annotators, seed=chosen.seed
    )
    tables = study.tables()
    print(
        f"{chosen.folder}: {len(study.articles())} articles, {len(tables.visits)} visits, "
        f"{len(tables.answers)} answers, {len(tables.spans)} spans, {len(tables.faults)} faults"
    )


class _Raw(argparse.RawDescriptionHelpFormatter):
    """Leaves the line breaks of the text at the top."""


if __name__ == "__main__":
    main()
