"""From tables to evidence: who votes, what is no vote, and that every visit is accounted for."""

from collections import defaultdict
from dataclasses import asdict, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_studies import (
    ARTICLES,
    SCHEMA,
    TEXT,
    TEXTS,
    answers,
    genres,
    random_tables,
    said_of_spans,
    spans,
    tables,
    visits,
)

from annotate.errors import TableError
from annotate.reliability.evidence.gather import gather, in_round, restrict
from annotate.reliability.evidence.parts import part_of
from annotate.tables import SPAN_FAULTS, Tables, frame


def gathered(made):
    """Gather with the texts of the small studies."""
    return gather(made, SCHEMA, TEXTS)


def asked(evidence, name):
    """Give the votes on one question."""
    return next(a for a in evidence.asked if a.question.name == name)


def votes(evidence, ratings):
    """Name every vote: (article, annotator) to value."""
    return {
        (evidence.articles[ratings.article[u]], evidence.annotators[p]): ratings.values[v]
        for u, p, v in zip(ratings.unit, ratings.annotator, ratings.value, strict=True)
    }


# A slow reference: one row at a time, with dictionaries.


def slow_voting(made):
    """Give the visits that vote: the latest submission on the first occasion."""
    latest = {}
    for row in made.visits.itertuples():
        if row.occasion == 1 and row.status == "submitted":
            key, before = (row.article_id, row.annotator), None
            if key in latest:
                before = rank(latest[key])
            if before is None or rank(row) >= before:
                latest[key] = row
    return {row.visit_id: row for row in latest.values()}


def rank(row):
    """Order visits by time, or without one as if at the beginning of time, then by number."""
    at = datetime.fromisoformat(row.updated_at or "0001-01-01")
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at, len(row.annotation_id), row.annotation_id


def slow_said(made, question):
    """Give what each visit said of each span: a set of values, or None where it was not shown."""
    chosen, unseen, voting = defaultdict(set), 0, slow_voting(made)
    for row in made.answers.itertuples():
        if row.question != question.name or row.visit_id not in voting:
            continue
        if row.state == "not_shown":
            unseen += 1
            continue
        key = (row.article_id, row.annotator, row.span_id)
        chosen[key].update(
            () if row.state == "empty" and question.kind == "multiple" else {row.value}
        )
    return chosen, unseen


def slow_outcome(question, values):
    """Tell what a set of values comes to."""
    if "" in values or not values:
        return "marked_nothing"
    known = {option.value for option in question.options} | {question.empty}
    if question.kind == "number":
        known = {"1", "2.5", "-3"}
    several = question.kind != "multiple" and len(values) != 1
    return "missing" if several or values & question.missing or values - known else "marked"


def slow_spans(made, group):
    """Give the spans of each visit that votes and can be read."""
    voting, lost = slow_voting(made), set()
    for row in made.faults.itertuples():
        if not row.kept and row.kind in SPAN_FAULTS:
            lost.add((row.article_id, row.annotator, row.round, row.annotation_id))
    seen = {
        (row.article_id, row.annotator): {}
        for row in voting.values()
        if (row.article_id, row.annotator, row.round, row.annotation_id) not in lost
    }
    scored = {label.value for label in SCHEMA.labels_of(group)}
    for row in made.spans.itertuples():
        key = row.article_id, row.annotator
        if row.visit_id in voting and key in seen and row.group == group and row.label in scored:
            seen[key].setdefault((row.start, row.end, row.label), row.span_id)
    return seen, len(voting)


@settings(deadline=None, max_examples=25)
@given(random_tables())
def test_every_vote_is_the_slow_reference_s(made):
    """The arrays say what one reads off the tables row by row."""
    evidence = gathered(made)
    for each in evidence.asked:
        question = each.question
        chosen, unseen = slow_said(made, question)
        heard = {
            key[:2]: values
            for key, values in chosen.items()
            if slow_outcome(question, values) == "marked"
            or (question.kind == "multiple" and not values)
        }
        if question.kind == "multiple":
            said = votes(evidence, replace(each.ratings, values=each.sets))
            assert said == heard
        else:
            said = votes(evidence, each.ratings)
            present = {k: min(v) for k, v in heard.items() if min(v) != question.absent or not v}
            assert said == present
        if question.absent:
            absence = {k: "yes" if question.absent in v else "no" for k, v in heard.items()}
            assert votes(evidence, each.absence) == absence
        outcomes = [slow_outcome(question, values) for values in chosen.values()]
        counts = each.counts
        # An answer of a submitted visit that could not be read has no row: it is missing.
        unread = evidence.marked[0].counts.saw - len(chosen) - unseen
        assert counts.saw == len(chosen) + unread
        assert counts.not_shown == unseen
        assert counts.missing == outcomes.count("missing") + unread
        for name in ("marked", "marked_nothing"):
            assert getattr(counts, name) == outcomes.count(name)
        # What could not be read is not the answer that the scheme counts as none.
        unclear = {k[:2] for k, v in chosen.items() if len(v) == 1 and min(v) in question.missing}
        assert set(votes(evidence, each.unclear)) == unclear


@settings(deadline=None, max_examples=25)
@given(random_tables())
def test_every_span_is_the_slow_reference_s(made):
    """Spans of visits that vote and can be read, each place once, with what was said of it."""
    evidence = gathered(made)
    for each in evidence.marked:
        marks = each.marks
        seen, submitted = slow_spans(made, each.group)
        people = zip(marks.saw_article, marks.saw_annotator, strict=True)
        assert {(marks.articles[a], marks.annotators[p]) for a, p in people} == set(seen)
        found = defaultdict(dict)
        for n, span_id in enumerate(marks.span_ids):
            key = marks.articles[marks.article[n]], marks.annotators[marks.annotator[n]]
            place = (marks.start[n], marks.end[n], marks.labels[marks.label[n]])
            assert place not in found[key]
            found[key][place] = span_id
        assert dict(found) == {key: spans for key, spans in seen.items() if spans}
        marking = sum(1 for spans in seen.values() if spans)
        counts = each.counts
        assert (counts.saw, counts.missing) == (submitted, submitted - len(seen))
        assert (counts.marked, counts.marked_nothing) == (marking, len(seen) - marking)
        for label, of_label in each.by_label.items():
            using = sum(1 for spans in seen.values() if any(p[2] == label for p in spans))
            assert (of_label.marked, of_label.saw) == (using, submitted)
    for each in evidence.asked_of_spans:
        chosen, _ = slow_said(made, each.question)
        said = {key[2]: values for key, values in chosen.items()}
        for marked in evidence.marked:
            codes = each.codes[marked.group]
            for code, span_id in zip(codes, marked.marks.span_ids, strict=True):
                values = said.get(span_id)
                heard = values is not None and slow_outcome(each.question, values) == "marked"
                if each.question.kind == "multiple":
                    empty = values is not None and not values
                    assert (code >= 0) == (heard or empty)
                    assert code < 0 or each.sets[code] == values
                else:
                    assert (code >= 0) == (heard and values != {each.question.absent})
                    assert code < 0 or {each.values[code]} == values


@settings(deadline=None, max_examples=25)
@given(random_tables(), st.data())
def test_parts_are_what_the_parts_of_the_tables_give(made, data):
    """Some articles, some annotators: the same votes and counts as from those visits alone."""
    articles = data.draw(st.sets(st.sampled_from(ARTICLES)))
    people = data.draw(st.sets(st.sampled_from("pqr")))
    whole = gathered(made)
    places = np.array([n for n, a in enumerate(whole.articles) if a in articles], dtype=np.int64)
    who = np.array([n for n, p in enumerate(whole.annotators) if p in people], dtype=np.int64)
    part = part_of(whole, articles=places, annotators=who)
    seen = made.visits["article_id"].isin(articles) & made.visits["annotator"].isin(people)
    alone = gathered(restrict(made, seen))
    for one, other in zip(part.asked, alone.asked, strict=True):
        assert votes(part, one.ratings) == votes(alone, other.ratings)
        assert one.counts == other.counts
    for one, other in zip(part.marked, alone.marked, strict=True):
        assert one.marks.span_ids == other.marks.span_ids
        assert (one.counts, one.by_label) == (other.counts, other.by_label)
    for one, other in zip(part.asked_of_spans, alone.asked_of_spans, strict=True):
        assert one.counts == other.counts
        for group, codes in one.codes.items():
            said = [one.values[code] if code >= 0 else None for code in codes]
            again = [other.values[code] if code >= 0 else None for code in other.codes[group]]
            assert said == again


@settings(deadline=None, max_examples=25)
@given(random_tables())
def test_every_visit_is_accounted_for(made):
    """Saw is marked, marked nothing and missing; the rest was away or not asked."""
    evidence = gathered(made)
    first = made.visits[made.visits["occasion"] == 1]
    for each in (*evidence.asked, *evidence.marked, *evidence.asked_of_spans):
        counts = asdict(each.counts)
        assert counts["saw"] == sum(counts[n] for n in ("marked", "marked_nothing", "missing"))
        assert each.turns.counts == each.counts
    for each in (*evidence.asked, *evidence.marked):
        for status in ("skipped", "draft", "unseen", "unassigned"):
            assert getattr(each.counts, status) == int((first["status"] == status).sum())


def test_a_round_by_itself():
    """In one round its own answers count, also where a later round overrules them."""
    seen = visits(
        ("a", "p", "submitted"), ("a", "p", "submitted", "second"), ("a", "q", "submitted"),
        second="2026-02-01",
    )  # fmt: skip
    said = answers(
        ("a", "p", "genre", "report"), ("a", "p", "genre", "opinion", "second"),
        ("a", "q", "genre", "report"),
    )  # fmt: skip
    made = tables(seen, said)
    assert votes(gathered(made), asked(gathered(made), "genre").ratings)["a", "p"] == "opinion"
    first = gathered(in_round(made, "main"))
    assert votes(first, asked(first, "genre").ratings) == {
        ("a", "p"): "report",
        ("a", "q"): "report",
    }
    assert in_round(made, "third").visits.empty


def test_a_span_lost_in_one_round_does_not_silence_the_other():
    """What could not be read belongs to its own annotation."""
    seen = visits(("a", "p", "submitted"), ("a", "p", "submitted", "second"), second="2026-02-01")
    lost = frame("faults", [("a", "p", "main", "main", "text differs", False, "")])
    made = tables(seen, faults=lost)
    assert gathered(made).marked[0].counts.missing == 0
    assert gathered(in_round(made, "main")).marked[0].counts.missing == 1
    assert gathered(in_round(made, "second")).marked[0].counts.missing == 0


def test_the_later_of_two_submissions_is_told_by_the_clock_and_not_by_the_alphabet():
    """01:30 in Berlin is before 00:45 in London."""
    seen = visits(
        ("a", "p", "submitted"), ("a", "p", "submitted", "second"),
        main="2026-01-01T01:30:00+01:00", second="2026-01-01T00:45:00Z",
    )  # fmt: skip
    said = answers(("a", "p", "genre", "report"), ("a", "p", "genre", "opinion", "second"))
    evidence = gathered(tables(seen, said))
    assert votes(evidence, asked(evidence, "genre").ratings) == {("a", "p"): "opinion"}


def test_numbers_are_numbers_however_they_are_written():
    """Three ways to write seven are one value, and so are both zeros."""
    made = genres(*[("report", "report")] * 3)
    said = zip("aabbcc", "pqpqpq", ["7", "7.0", "-0", "0", "7e0", "nan"], strict=True)
    evidence = gathered(tables(made.visits, answers(*[(a, p, "sources", v) for a, p, v in said])))
    sources = asked(evidence, "sources")
    assert sources.ratings.values == ("0", "7")
    assert sources.counts.missing == 1


def test_a_choice_of_more_than_a_hundred_values_keeps_every_set_apart():
    """Sets are told apart also where there are more options than bits in a number."""
    options = tuple(f"o{n}" for n in range(150))
    question = replace(
        SCHEMA.question("frames"),
        options=tuple(replace(SCHEMA.question("frames").options[0], value=o) for o in options),
    )
    schema = replace(SCHEMA, questions=(question,))
    sets = {"p": {"o1", "o140"}, "q": {"o1"}, "r": {"o140"}, "s": set(options)}
    seen = visits(*[("a", person, "submitted") for person in sets])
    rows = [("a", person, "frames", value) for person, values in sets.items() for value in values]
    evidence = gather(tables(seen, answers(*rows)), schema, TEXTS)
    said = votes(evidence, replace(evidence.asked[0].ratings, values=evidence.asked[0].sets))
    assert {person: set(chosen) for (_, person), chosen in said.items()} == sets


def test_the_same_words_marked_twice_keep_the_first_one_s_answer():
    """The first of ten is 2, not 10, whatever the order of the table."""
    seen = visits(("a", "p", "submitted"))
    marked = spans(*[("a", "p", "Loaded", 0, 5)] * 11).iloc[2:]
    said = said_of_spans(marked, "direction", ["better", *["worse"] * 8])
    for order in (slice(None), slice(None, None, -1)):
        evidence = gathered(tables(seen, said, marked.iloc[order]))
        assert evidence.marked[0].marks.span_ids == ("a/p/2",)
        direction = evidence.asked_of_spans[0]
        assert direction.values[direction.codes["loaded"][0]] == "better"


def test_an_article_without_text_is_named():
    """Nobody can tell where a mark lies in a text that is not there."""
    seen = visits(("a", "p", "submitted"), ("nowhere", "p", "submitted"))
    with pytest.raises(TableError, match='without a text: "nowhere"; give every'):
        gathered(tables(seen))


def test_nothing_gathered_from_nothing():
    """A study that nobody has begun has every question and group, and no vote."""
    evidence = gather(Tables.empty(), SCHEMA, {})
    assert (evidence.articles, evidence.annotators) == ((), ())
    assert [a.question.name for a in evidence.asked] == [
        "genre", "stance", "voice", "frames", "place", "slant", "sources",
    ]  # fmt: skip
    assert [m.group for m in evidence.marked] == ["loaded", "source"]
    assert [a.question.name for a in evidence.asked_of_spans] == ["direction", "strong", "weight"]
    assert all(len(a.ratings.unit) == 0 for a in evidence.asked)


def test_texts_and_lengths_come_along():
    """Marks know the text they lie in."""
    marks = gathered(tables(visits(("a", "p", "submitted")))).marked[0].marks
    assert marks.length.tolist() == [len(TEXT)] * len(ARTICLES)
    assert marks.texts["a"] == TEXT
