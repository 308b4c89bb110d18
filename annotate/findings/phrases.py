"""The ledger of marked phrases: what was marked, by whom and as what, and where it was not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from annotate.findings.covering import Cover, Readers
from annotate.findings.phrased import phrased
from annotate.findings.searching import Texts
from annotate.findings.tallying import tallied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.findings.phrased import Phrased
    from annotate.findings.tallying import Tally
    from annotate.schema import Question, Schema
    from annotate.summary import Summary
    from annotate.tables import Tables

    Places = NDArray[np.int64]

__all__ = ["Answer", "Ledger", "Shown", "make_ledger"]


class Shown(Protocol):
    """What a ledger is made of: the state of a study that a page shows."""

    @property
    def schema(self) -> Schema:
        """The scheme."""

    @property
    def articles(self) -> pd.DataFrame:
        """The articles."""

    @property
    def tables(self) -> Tables:
        """What counts."""

    @property
    def summary(self) -> Summary:
        """Every figure, with its evidence."""


@dataclass(frozen=True)
class Answer:
    """A value that was given of marked phrases: stored, and as annotators read it."""

    question: str
    title: str
    value: str
    shown: str


@dataclass(frozen=True)
class Ledger:
    """Every distinct phrase of every group of labels, and every mark.

    Only submitted visits that vote count, second occasions never; labels that are not scored are
    notes to the makers of the study, not phrases.

    Parameters
    ----------
    phrases : DataFrame
        One row per phrase and group: ``key``, ``phrase`` as most often written, ``normal`` as it
        counts, places of its ``group`` and ``wording``; ``marks``, ``articles`` and ``annotators``
        that marked it in these words; ``saw``, the annotators who read an article that holds it;
        the sums of `Tally`; ``unmarked``, its occurrences in articles that were read, without a
        mark; ``share``, the readers of its occurrences who marked them, and ``disagreement``, the
        pairs of readers who differ, both as shares and NaN where there are none.
    marks : DataFrame
        As in `Phrased`, with the place of its ``outlet``.
    said : DataFrame
        Places of a ``mark`` and of an ``answer`` that was given of it.
    groups, titles : tuple of str
        The groups, and what they are called.
    labels, annotators, articles, outlets : tuple of str
        Names; labels as annotators read them.
    answers : tuple of Answer
        What was said, in the order of the scheme.
    texts : Texts
        The articles' words.
    readers : Readers
        Who read them.
    covers : tuple of Cover
        By group, what was marked.
    wordings : tuple of tuple of int
        The numbers of their words.
    outlet_of, words_of : array of int, shape (G,)
        The outlet of each article, and its number of words.
    alphabet : array of int, shape (P,)
        The rank of each phrase among all, by its words.
    wordless : int
        How many marks hold neither word nor sign.
    """

    phrases: pd.DataFrame
    marks: pd.DataFrame
    said: pd.DataFrame
    groups: tuple[str, ...]
    titles: tuple[str, ...]
    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    articles: tuple[str, ...]
    outlets: tuple[str, ...]
    answers: tuple[Answer, ...]
    texts: Texts = field(repr=False)
    readers: Readers = field(repr=False)
    covers: tuple[Cover, ...] = field(repr=False)
    wordings: tuple[tuple[int, ...], ...] = field(repr=False)
    outlet_of: Places = field(repr=False)
    words_of: Places = field(repr=False)
    alphabet: Places = field(repr=False)
    wordless: int = 0

    def place_of(self, key: str) -> int | None:
        """Give the place of the phrase with a key; None where there is none."""
        found = np.flatnonzero((self.phrases["key"] == key).to_numpy())
        return int(found[0]) if len(found) else None

    def marks_of(self, phrase: int) -> pd.DataFrame:
        """Give the marks of one phrase."""
        begin, end = np.searchsorted(self.marks["phrase"].to_numpy(), [phrase, phrase + 1])
        return self.marks.iloc[begin:end]

    def said_of(self, marks: pd.DataFrame) -> dict[int, list[Answer]]:
        """Give what was said of some marks, by their row."""
        said: dict[int, list[Answer]] = {int(row): [] for row in marks.index}
        own = self.said[self.said["mark"].isin(marks.index)]
        for mark, answer in zip(own["mark"].tolist(), own["answer"].tolist(), strict=True):
            said[mark].append(self.answers[answer])
        return said


def make_ledger(shown: Shown) -> Ledger:
    """Make the ledger.

    Parameters
    ----------
    shown : Shown
        The study as it is.
    """
    evidence, articles = shown.summary.evidence, shown.articles
    texts = Texts.of(articles["text"].astype(str).tolist())
    made = phrased(evidence, texts)
    outlet_of, outlets = pd.factorize(articles["outlet"].astype(str), sort=True)
    readers = _readers(shown)
    covers = _covers(made, readers, len(evidence.marked), len(texts.number))
    answers, said = _answers(made.marks["span_id"], shown.tables.answers, shown.schema)
    groups = shown.schema.groups
    return Ledger(
        phrases=_counted(made, tallied(made, texts, readers, covers)),
        marks=made.marks.assign(outlet=outlet_of[made.marks["article"]]),
        said=said,
        groups=groups,
        titles=tuple(marked.title for marked in evidence.marked),
        labels=tuple(label.shown for group in groups for label in shown.schema.labels_of(group)),
        annotators=evidence.annotators,
        articles=evidence.articles,
        outlets=tuple(outlets),
        answers=answers,
        texts=texts,
        readers=readers,
        covers=covers,
        wordings=made.wordings,
        outlet_of=outlet_of,
        words_of=articles["n_words"].to_numpy(dtype=np.int64),
        alphabet=np.argsort(np.argsort(made.phrases["normal"].to_numpy(object), kind="stable")),
        wordless=made.wordless,
    )


def _readers(shown: Shown) -> Readers:
    """Take the readers of any group: they are those of all."""
    evidence = shown.summary.evidence
    none = np.zeros(0, dtype=np.int64)
    saw = [(m.marks.saw_article, m.marks.saw_annotator) for m in evidence.marked] or [(none, none)]
    return Readers.of(*saw[0], (len(evidence.articles), len(evidence.annotators)))


def _covers(made: Phrased, readers: Readers, groups: int, size: int) -> tuple[Cover, ...]:
    marks = made.marks
    nth = readers.place[marks["article"], marks["annotator"]].astype(np.int64)
    first, last = marks["first"].to_numpy(), marks["last"].to_numpy()
    own = [(marks["group"] == group).to_numpy() for group in range(groups)]
    return tuple(Cover.of(nth[each], first[each], last[each], size) for each in own)


def _answers(
    span_ids: pd.Series, answers: pd.DataFrame, schema: Schema
) -> tuple[tuple[Answer, ...], pd.DataFrame]:
    """Find what was said of marks; free text is no answer that could be counted."""
    asked = [question for question in schema.region_questions if question.kind != "text"]
    names = [question.name for question in asked]
    given = answers[
        answers["question"].isin(names)
        & (answers["state"] != "not_shown")
        & (answers["value"] != "")
    ]
    mark = pd.Index(span_ids).get_indexer(pd.Index(given["span_id"]))
    given, mark = given[mark >= 0], mark[mark >= 0]
    which, pairs = pd.factorize(pd.MultiIndex.from_frame(given[["question", "value"]]))
    used = _in_order(set(pairs), asked)
    of = np.array([used.index(pair) for pair in pairs], dtype=np.int64)
    said = pd.DataFrame({"mark": mark, "answer": of[which]})
    found = tuple(
        Answer(name, schema.by_name[name].title, value, schema.by_name[name].label_of(value))
        for name, value in used
    )
    return found, said.drop_duplicates().sort_values(["mark", "answer"], ignore_index=True)


def _in_order(given: set[tuple[str, str]], asked: Sequence[Question]) -> list[tuple[str, str]]:
    """Sort answers as the scheme does, those that it does not offer after its own."""
    offered = {(q.name, value): n for q in asked for n, value in enumerate(_values(q))}
    place = {question.name: n for n, question in enumerate(asked)}
    last = len(offered)
    return sorted(given, key=lambda pair: (place[pair[0]], offered.get(pair, last), pair[1]))


def _values(question: Question) -> list[str]:
    return [*(option.value for option in question.options), question.empty]


def _counted(made: Phrased, tally: Tally) -> pd.DataFrame:
    by_phrase = made.marks.groupby("phrase")
    sums = {name: what for name, what in vars(tally).items() if name != "saw"}
    phrases = made.phrases.assign(
        marks=by_phrase.size(),
        articles=by_phrase["article"].nunique(),
        annotators=by_phrase["annotator"].nunique(),
        saw=tally.saw.sum(axis=1),
        **sums,
    )
    phrases["unmarked"] = phrases["read"] - phrases["marked"]
    phrases["share"] = phrases["marking"] / phrases["readings"]
    phrases["disagreement"] = phrases["differing"] / phrases["pairs"]
    return phrases
