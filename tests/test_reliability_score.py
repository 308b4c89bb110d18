"""Scoring whole tables: what votes, what is counted, and that nothing ever breaks it."""

import json
import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_studies import (
    SCHEMA,
    TEXTS,
    answers,
    genres,
    random_tables,
    said_of_spans,
    spans,
    tables,
    visits,
)

from annotate.errors import UsageError
from annotate.reliability import gather, score
from annotate.tables import STATUSES, Tables, frame


def figures(made, **options):
    """Score tables and name the figures."""
    found = score(gather(made, SCHEMA, TEXTS), **options)
    return {(f.question, f.label, f.measure): f for f in found}


def test_nothing_yet_gives_every_row_with_its_reason():
    """A study without tables has a row for each question, group and label."""
    found = figures(Tables.empty())
    assert {question for question, _, _ in found} == {
        "genre", "stance", "voice", "frames", "place", "slant", "sources", "loaded", "source",
        "direction", "strong", "weight",
    }  # fmt: skip
    for figure in found.values():
        assert not figure.defined
        assert figure.reason.startswith("undefined: ")
        assert figure.units == 0
        assert "NaN" not in json.dumps(figure.to_json(), allow_nan=False)


@pytest.mark.parametrize("status", [s for s in STATUSES if s != "submitted"])
def test_only_submitted_work_votes(status):
    """What was skipped, drafted or never opened is counted, and says nothing."""
    made = genres(("report", "report"), ("opinion", "opinion"), ("report", "opinion"))
    made.visits.loc[made.visits["visit_id"] == "c/q/main/1", "status"] = status
    made = tables(made.visits, made.answers, spans(("c", "q", "Loaded", 0, 5)))
    found = figures(made)
    genre = found["genre", "", "alpha (nominal)"]
    assert (genre.units, genre.value, getattr(genre.counts, status)) == (2, 1.0, 1)
    where = found["loaded", "", "|u-alpha"]
    assert (where.units, where.labels, where.counts.saw) == (2, 0, 5)
    assert getattr(where.counts, status) == 1


def test_unclear_is_no_vote_and_is_counted():
    """An answer that the scheme counts as none leaves the article with one vote."""
    found = figures(genres(("report", "report"), ("opinion", "unclear"), ("opinion", "opinion")))
    genre = found["genre", "", "alpha (nominal)"]
    assert (genre.units, genre.labels, genre.value) == (2, 4, 1.0)
    counts = genre.counts
    assert (counts.saw, counts.marked, counts.marked_nothing, counts.missing) == (6, 5, 0, 1)


def test_a_value_the_scheme_does_not_know_is_no_vote():
    """After a change of the scheme an old answer counts as missing, and breaks nothing."""
    found = figures(genres(("report", "satire"), ("opinion", "opinion")))
    genre = found["genre", "", "alpha (nominal)"]
    assert (genre.units, genre.counts.missing, genre.counts.marked) == (1, 1, 3)


def test_an_empty_choice_is_no_vote_without_a_meaning():
    """Left empty is counted as such where the scheme does not say what it stands for."""
    genre = figures(genres(("report", "report"), ("opinion", "empty")))[
        "genre", "", "alpha (nominal)"
    ]
    assert (genre.units, genre.counts.marked, genre.counts.marked_nothing) == (1, 3, 1)


def said_by_two(question, *votes):
    """Make a study in which p and q give the votes on one question, article by article."""
    made = genres(*[("report", "report")] * len(votes))
    rows = [
        (article, person, question, value)
        for article, pair in zip("abcdef", votes, strict=False)
        for person, value in zip("pq", pair, strict=True)
    ]
    return figures(tables(made.visits, answers(*rows)))


def test_an_empty_choice_is_a_vote_for_what_it_means():
    """An unticked voice is the outlet's own."""
    found = said_by_two("voice", ("empty", "empty"), ("quote", "quote"), ("empty", "quote"))
    voice = found["voice", "", "observed agreement"]
    assert (voice.units, voice.value) == (3, pytest.approx(2 / 3))


def test_an_empty_multiple_choice_is_the_empty_set():
    """Ticking nothing agrees with ticking nothing."""
    found = said_by_two(
        "frames", ("empty", "empty"), ("conflict", "conflict"), ("empty", "morality")
    )
    masi = found["frames", "", "alpha (MASI)"]
    assert (masi.units, masi.labels) == (3, 6)
    assert (masi.counts.saw, masi.counts.marked, masi.counts.marked_nothing) == (6, 3, 3)
    assert found["frames", "conflict", "alpha (nominal)"].value == 1.0


def test_absence_is_its_own_yes_or_no():
    """Who finds the target not present rates no stance."""
    found = said_by_two("stance", ("not_present", "not_present"), ("0", "0"), ("1", "not_present"))
    assert found["stance", "", "alpha (ordinal)"].units == 1
    absent = found["stance", "not_present", "observed agreement"]
    assert (absent.units, absent.value) == (3, pytest.approx(2 / 3))


def test_not_shown_is_no_vote_and_is_counted():
    """A question whose condition did not hold has no say, not even an empty one."""
    place = said_by_two("place", ("not_shown", "before"), ("after", "after"))[
        "place", "", "alpha (nominal)"
    ]
    assert (place.units, place.counts.not_shown, place.counts.saw) == (1, 1, 3)


def test_numbers_and_ratings():
    """Ratings and numbers are scored at the interval scale."""
    assert said_by_two("slant", "12", "55")["slant", "", "alpha (interval)"].units == 2
    found = said_by_two("sources", ("1", "1"), ("7", "7.0"), ("x", "2"))
    assert found["sources", "", "alpha (interval)"].value == 1.0
    assert found["sources", "", "alpha (interval)"].counts.missing == 1


def test_two_visits_of_one_person_are_no_two_votes():
    """In a second round the later answer counts; a hidden repeat never does."""
    seen = visits(
        ("a", "p", "submitted", "second"), ("a", "p", "submitted"),
        ("a", "p", "submitted", "repeat", 2), ("a", "q", "submitted"),
        main="2026-01-01", second="2026-02-01", repeat="2026-03-01",
    )  # fmt: skip
    said = answers(
        ("a", "p", "genre", "opinion", "second"), ("a", "p", "genre", "report"),
        ("a", "p", "genre", "report", "repeat", 2), ("a", "q", "genre", "report"),
    )  # fmt: skip
    found = figures(tables(seen, said, spans(("a", "p", "Loaded", 0, 5))))
    genre = found["genre", "", "observed agreement"]
    assert (genre.units, genre.labels, genre.value, genre.counts.saw) == (1, 2, 0.0, 2)
    # The marks of the earlier round are no marks of the later one.
    where = found["loaded", "", "|u-alpha"]
    assert (where.units, where.counts.saw, where.counts.marked) == (1, 2, 0)


def test_a_span_that_cannot_be_read_is_missing_and_no_silence():
    """Two agree; what the third marked is unknown, so it must not count against them."""
    seen = visits(*[("a", person, "submitted") for person in "pqr"])
    marked = spans(("a", "p", "Loaded", 0, 5), ("a", "q", "Loaded", 0, 5))
    lost = frame("faults", [("a", "r", "main", "main", "text differs", False, "")])
    found = figures(replace(tables(seen, marked=marked), faults=lost))
    where = found["loaded", "", "exact F1"]
    assert where.value == 1.0
    assert (where.counts.saw, where.counts.marked) == (3, 2)
    assert (where.counts.marked_nothing, where.counts.missing) == (0, 1)


def test_the_same_words_marked_twice_are_one_judgement():
    """The editor lets a person mark a place twice; that is no disagreement."""
    seen = visits(("a", "p", "submitted"), ("a", "q", "submitted"))
    twice = spans(
        ("a", "p", "Loaded", 0, 5), ("a", "p", "Loaded", 0, 5), ("a", "q", "Loaded", 0, 5)
    )
    found = figures(tables(seen, marked=twice))
    assert found["loaded", "", "exact F1"].value == 1.0
    assert found["loaded", "", "overlap F1"].labels == 2


def test_unscored_questions_and_labels_have_no_row():
    """Notes are for people, and a label set aside belongs to no group."""
    made = genres(("report", "report"))
    found = figures(tables(made.visits, made.answers, spans(("a", "p", "Aside", 0, 5))))
    assert not {question for question, _, _ in found} & {"note", "span"}
    assert found["loaded", "", "|u-alpha"].labels == 0


def test_attributes_join_spans_through_their_ids():
    """Two annotators mark the same phrase on two articles and differ on one."""
    made = genres(("report", "report"), ("report", "report"))
    marked = spans(*[(a, p, "Loaded", 3, 9) for a in "ab" for p in "pq"])
    values = ["better", "better", "worse", "better"]
    said = said_of_spans(marked, "direction", values)
    found = figures(tables(made.visits, said, marked))
    direction = found["direction", "", "observed agreement, on matched spans"]
    assert (direction.value, direction.units, direction.counts.marked) == (0.5, 2, 4)


@settings(deadline=None, max_examples=30)
@given(random_tables(), st.randoms(use_true_random=False))
def test_any_tables_give_honest_rows(made, random):
    """Every row: a value or a reason, an interval around it, counts that add up, plain JSON."""
    found = score(gather(made, SCHEMA, TEXTS))
    groups = set(SCHEMA.groups)
    for figure in found:
        assert figure.defined or figure.reason.startswith("undefined")
        low, high = figure.low, figure.high
        assert (low <= figure.value + 1e-9 and figure.value <= high + 1e-9) or math.isnan(low)
        assert low <= high or math.isnan(low)
        assert figure.articles >= 5 or math.isnan(low)
        counts = figure.counts
        assert min(counts.__dict__.values()) >= 0
        assert counts.saw == counts.marked + counts.marked_nothing + counts.missing
        assert not figure.label or figure.question not in groups or figure.labels <= counts.saw * 3
        json.dumps(figure.to_json(), allow_nan=False)
    names = Counter((f.question, f.label, f.measure) for f in found)
    assert max(names.values()) == 1
    order = random.sample(range(len(made.visits)), len(made.visits))
    shuffled = Tables(
        made.visits.iloc[order],
        made.answers.sample(frac=1, random_state=1),
        made.spans.sample(frac=1, random_state=2),
        made.faults,
    )
    for one, other in zip(found, score(gather(shuffled, SCHEMA, TEXTS)), strict=True):
        pair = [(f.value, f.low, f.high, f.units, f.labels, f.articles) for f in (one, other)]
        assert pair[0] == pytest.approx(pair[1], abs=1e-7, nan_ok=True)
        assert (one.counts, one.flags) == (other.counts, other.flags)


def test_the_record_figure_stands_first():
    """Each question and group begins with the figure that its verdict rests on."""
    found = score(gather(Tables.empty(), SCHEMA, {}))
    first = {}
    for figure in found:
        first.setdefault(figure.question, figure.measure)
    assert first == {
        "genre": "alpha (nominal)",
        "stance": "alpha (ordinal)",
        "voice": "alpha (nominal)",
        "frames": "alpha (MASI)",
        "place": "alpha (nominal)",
        "slant": "alpha (interval)",
        "sources": "alpha (interval)",
        "loaded": "|u-alpha",
        "source": "|u-alpha",
        "direction": "alpha (nominal), on matched spans",
        "strong": "alpha (nominal), on matched spans",
        "weight": "alpha (interval), on matched spans",
    }


def test_numbers_said_of_spans_are_scored_as_numbers():
    """Half a point apart is nearly agreement, seven points are not."""
    made = genres(*[("report", "report")] * 3)
    marked = spans(*[(a, p, "Loaded", 3, 9) for a in "abc" for p in "pq"])
    said = said_of_spans(marked, "weight", ["1", "1.5", "8", "8.0", "4", "4.5"])
    found = figures(tables(made.visits, said, marked))
    weight = found["weight", "", "alpha (interval), on matched spans"]
    pairs = [(1, 1.5), (8, 8), (4, 4.5)]
    flat = [x for pair in pairs for x in pair]
    observed = sum((x - y) ** 2 for x, y in pairs) / 3
    expected = sum((x - y) ** 2 for x in flat for y in flat) / (6 * 5)
    assert weight.value == pytest.approx(1 - observed / expected)
    assert (weight.units, weight.counts.marked) == (3, 6)


def test_absence_said_of_spans_is_its_own_yes_or_no():
    """Who finds that nobody looks better or worse rates no direction."""
    made = genres(*[("report", "report")] * 3)
    marked = spans(*[(a, p, "Loaded", 3, 9) for a in "abc" for p in "pq"])
    said = said_of_spans(marked, "direction", ["none", "none", "better", "none", "worse", "worse"])
    found = figures(tables(made.visits, said, marked))
    assert found["direction", "", "observed agreement, on matched spans"].units == 1
    absent = found["direction", "none", "observed agreement, on matched spans"]
    assert (absent.units, absent.value) == (3, pytest.approx(2 / 3))


def test_coefficients_on_request():
    """Fleiss is there when it is asked for; what does not exist is refused."""
    made = genres(("report", "report"), ("opinion", "report"), ("opinion", "opinion"))
    assert ("genre", "", "Fleiss' kappa") not in figures(made)
    assert figures(made, also=frozenset({"fleiss"}))["genre", "", "Fleiss' kappa"].defined
    with pytest.raises(UsageError, match="floyd"):
        figures(made, also=frozenset({"floyd"}))
    with pytest.raises(UsageError, match="cubic"):
        figures(made, weights="cubic")


def test_unclear_answers_are_told_beside_the_record_figure():
    """One in six is said once, where it is read first."""
    found = figures(genres(("report", "report"), ("opinion", "unclear"), ("opinion", "opinion")))
    genre = found["genre", "", "alpha (nominal)"]
    assert "1 of 6 answers are missing, unclear or unknown to the scheme (17%)" in genre.reason
    assert "set aside" in genre.flags
    assert "unclear" not in found["genre", "", "observed agreement"].reason
