"""Two rounds, two groups of annotators, two schemes: what differs, and what may be chance."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from small_studies import SCHEMA, TEXTS, random_tables

from annotate.errors import UsageError
from annotate.reliability.compare import by_annotators, compare, shared_names
from annotate.reliability.evidence.gather import gather
from annotate.reliability.evidence.gathered import Asked, Evidence, Marked
from annotate.reliability.evidence.marks import Marks
from annotate.reliability.evidence.parts import same_votes, voters
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.figures import Counts
from annotate.reliability.inference.contrasts import holm
from annotate.reliability.score import score
from annotate.schema import Option, Question

NAMES = ("pilot", "main")
PEOPLE = ("ada", "ben", "cem", "dee")
OPTIONS = ("a", "b", "c")


def question(scale="nominal", values=OPTIONS, kind="single"):
    """Make a question."""
    return Question("stance", "Stance", kind, scale, tuple(Option(v, v) for v in values))


def choices(value, articles, asked=None, sets=()):
    """Make evidence of votes, shape (articles, annotators)."""
    value = np.array(value)
    units, people = value.shape
    votes = Ratings(
        np.repeat(np.arange(units), people),
        np.tile(np.arange(people), units),
        value.ravel(),
        np.arange(units),
        tuple(articles),
        PEOPLE[:people],
        tuple(map(str, range(len(sets)))) if sets else OPTIONS,
    )
    asked = Asked(asked or question(), votes, Counts(), sets=sets)
    return Evidence(tuple(articles), PEOPLE[:people], (asked,))


def draw(seed, clear, articles=30, people=3):
    """Draw votes that copy the truth as often as it is clear."""
    rng = np.random.default_rng(seed)
    truth = np.arange(articles)[:, None] % 3
    copied = rng.random((articles, people)) < clear
    return np.where(copied, truth, rng.integers(0, 3, (articles, people)))


def named(articles):
    """Name articles."""
    return [f"a{n}" for n in articles]


@settings(deadline=None, max_examples=20)
@given(random_tables(), random_tables())
def test_is_the_difference_of_the_printed_figures(first, second):
    """Of any two studies each difference is that of the figures that a score prints."""
    one, other = (gather(tables, SCHEMA, TEXTS) for tables in (first, second))
    assume(not same_votes(one, other) or not voters(one))
    printed = [{(f.question, f.label, f.measure): f for f in score(e)} for e in (one, other)]
    there, back = compare(one, other, NAMES), compare(other, one, NAMES[::-1])
    assert len(there) == len(back) > 0
    for found, turned in zip(there, back, strict=True):
        key = (found.question, found.label, found.measure)
        values = [figures[key].value for figures in printed]
        assert [found.first.value, found.second.value] == pytest.approx(values, nan_ok=True)
        assert found.comparable == all(map(math.isfinite, values))
        assert found.sentence.startswith(found.title)
        json.dumps(found.to_json(), allow_nan=False)
        if found.comparable:
            assert found.difference.value == pytest.approx(values[1] - values[0])
            ends = [found.difference.low, found.difference.high, found.difference.p]
            mirrored = [-turned.difference.high, -turned.difference.low, turned.difference.p]
            assert ends == pytest.approx(mirrored, nan_ok=True)
            assert found.p_adjusted == pytest.approx(turned.p_adjusted, nan_ok=True)
        else:
            assert "not comparable" in found.sentence


@settings(deadline=None, max_examples=10)
@given(random_tables())
def test_a_study_does_not_differ_from_its_like(tables):
    """Of the same votes by others nothing is shown to differ, and every article is in both."""
    evidence = gather(tables, SCHEMA, TEXTS)
    others = replace(evidence, annotators=tuple(f"{name}2" for name in evidence.annotators))
    for found in compare(evidence, others, NAMES):
        if found.comparable:
            assert found.difference.value == 0
            assert not found.p_adjusted < 1
            assert found.difference.paired >= min(found.first.articles, 1)


def test_articles_are_the_same_by_their_names():
    """The order of the articles is of no matter; other names are other articles."""
    one, other = draw(1, 0.5), draw(2, 0.9)
    order = np.random.default_rng(0).permutation(30)
    straight = compare(choices(one, named(range(30))), choices(other, named(range(30))), NAMES)
    mixed = compare(choices(one, named(range(30))), choices(other[order], named(order)), NAMES)
    assert straight[0].difference.paired == mixed[0].difference.paired == 30
    assert mixed[0].difference.low == pytest.approx(straight[0].difference.low)
    half = compare(choices(one, named(range(30))), choices(other, named(range(20, 50))), NAMES)
    assert half[0].difference.paired == 10
    assert half[0].difference.value == pytest.approx(straight[0].difference.value)


def test_says_what_rose():
    """A clear rise is a sentence with both figures, the interval and p."""
    found = compare(
        choices(draw(1, 0.2), named(range(30))), choices(draw(2, 1.0), named(range(30))), NAMES
    )[0]
    assert found.difference.low > 0
    start = (
        f'Stance: alpha (nominal) rose from {found.first.value:.2f} in "pilot" to 1.00 in "main"'
    )
    assert found.sentence.startswith(start)
    assert (
        "over articles, not over annotators, 30 of them on both sides; p < .001)" in found.sentence
    )
    assert found.p_adjusted == found.difference.p


def test_says_what_may_be_chance():
    """Two draws of the same kind are not told apart."""
    found = compare(
        choices(draw(1, 0.5), named(range(30))), choices(draw(2, 0.5), named(range(30))), NAMES
    )[0]
    assert "may be chance" in found.sentence
    assert found.difference.low < 0 < found.difference.high


def test_groups_of_annotators():
    """Of two groups each figure is that of the group by itself, on the same articles."""
    everybody = choices(draw(3, 0.6, people=4), named(range(30)))
    groups = by_annotators(everybody, ["ada", "cem"]), by_annotators(everybody, ["ben", "dee"])
    found = compare(*groups, ("experts", "students"))[0]
    assert found.difference.paired == 30
    assert found.first.value == pytest.approx(score(groups[0])[0].value)
    assert found.second.value == pytest.approx(score(groups[1])[0].value)
    assert found.first.annotators == found.second.annotators == 2
    with pytest.raises(UsageError, match='"eve"; the annotators are: ada, ben, cem, dee'):
        by_annotators(everybody, ["ada", "eve"])


def test_a_comparison_with_itself_is_refused():
    """The same round twice, and the same people in another order, are one side."""
    everybody = choices(draw(3, 0.6, people=4), named(range(30)))
    with pytest.raises(UsageError, match="same votes of the same annotators"):
        compare(everybody, choices(draw(3, 0.6, people=4), named(range(30))), NAMES)
    sides = [by_annotators(everybody, people) for people in (["ada", "ben"], ["ben", "ada"])]
    with pytest.raises(UsageError, match='"pilot" and "main" are the same votes'):
        compare(*sides, NAMES)
    with pytest.raises(UsageError, match="same votes"):
        compare(marks(1), marks(1), NAMES)
    nobody = by_annotators(replace(everybody, annotators=(*PEOPLE, "eve", "fay")), ["eve", "fay"])
    assert not compare(nobody, nobody, NAMES)[0].comparable


@pytest.mark.parametrize("people", [[], ["ada"], ["ada", "ada"]])
def test_a_group_of_one_is_refused(people):
    """Nobody agrees alone."""
    with pytest.raises(UsageError, match="name at least two annotators on each side"):
        by_annotators(choices(draw(3, 0.6), named(range(30))), people)


def test_who_is_on_both_sides_is_named():
    """Only those with a vote; to see a text and mark nothing is one."""
    everybody = choices(draw(3, 0.6, people=4), named(range(30)))
    sides = [by_annotators(everybody, p) for p in (["ada", "ben", "cem"], ["cem", "ben", "dee"])]
    assert shared_names(*sides) == ("ben", "cem")
    assert shared_names(sides[0], marks(1)) == ("ada", "ben", "cem")
    assert shared_names(by_annotators(everybody, ["ada", "ben"]),
                        by_annotators(everybody, ["cem", "dee"])) == ()  # fmt: skip


def marks(seed, labels=("Loaded", "Cue"), articles=20):
    """Draw marks of three annotators and make a group of them."""
    rng = np.random.default_rng(seed)
    rows = [
        (article, who, int(rng.integers(len(labels))), place * 10, place * 10 + 5)
        for article in range(articles)
        for who in range(3)
        for place in range(4)
        if rng.random() < (0.7 if (article + place) % 2 else 0.2)
    ]
    saw = np.repeat(np.arange(articles), 3), np.tile(np.arange(3), articles)
    columns = np.array(rows).T
    names = tuple(named(range(articles)))
    length = np.full(articles, 100)
    made = Marks(*saw, *columns, length, names, PEOPLE[:3], labels, (), {})
    group = Marked("loaded", "Loaded wording", made, Counts(), dict.fromkeys(labels, Counts()))
    return Evidence(names, PEOPLE[:3], marked=(group,))


def test_labels_of_a_group_are_one_family():
    """|u-alpha of the group stands alone; its labels are adjusted together."""
    found = compare(marks(1), marks(2), NAMES)
    assert [c.label for c in found] == ["", "Loaded", "Cue"]
    assert found[0].measure == "|u-alpha"
    assert found[0].p_adjusted == found[0].difference.p
    assert [c.family for c in found] == ["", *["2 labels of Loaded wording"] * 2]
    adjusted = holm([c.difference.p for c in found[1:]])
    assert [c.p_adjusted for c in found[1:]] == adjusted
    assert "over 2 labels of Loaded wording" in found[1].sentence


def test_options_of_a_multiple_choice_are_one_family():
    """A question with several answers: MASI alone, the options together."""
    sets = (frozenset(), frozenset("a"), frozenset("ab"))
    several = question(kind="multiple")
    sides = [choices(draw(s, 0.5), named(range(30)), several, sets) for s in (1, 2)]
    found = compare(*sides, NAMES)
    assert [(c.label, c.measure) for c in found] == [
        ("", "alpha (MASI)"),
        *((option, "alpha (nominal)") for option in OPTIONS),
    ]
    assert not found[3].comparable
    assert [c.family for c in found[1:3]] == ["2 labels of Stance"] * 2


def test_what_only_one_side_has_is_listed():
    """A question, a group or a label of one scheme only cannot be compared, and is not lost."""
    votes = choices(draw(1, 0.5, 20), named(range(20)))
    found = {(c.question, c.label): c for c in compare(votes, marks(1), NAMES)}
    assert found["stance", ""].sentence.endswith('is not comparable: only "pilot" has it')
    assert found["loaded", "Cue"].sentence.endswith('is not comparable: only "main" has it')
    assert found["stance", ""].second is None
    assert found["stance", ""].to_json()["difference"] is None


def test_other_scales_and_other_values():
    """A question that changed its scale is another one; one that changed its values is noted."""
    nominal = choices(draw(1, 0.5), named(range(30)))
    ordinal = choices(draw(2, 0.5), named(range(30)), question("ordinal"))
    found = compare(nominal, ordinal, NAMES)[0]
    assert not found.comparable
    assert 'alpha (nominal) in "pilot", alpha (ordinal) in "main"' in found.sentence
    more = replace(nominal.asked[0], question=question(values=(*OPTIONS, "d")))
    found = compare(nominal, replace(nominal, asked=(more,)), NAMES)[0]
    assert found.comparable
    assert found.sentence.endswith("could choose from different values")


def test_why_there_is_no_interval():
    """Too few articles: both figures, and the reason."""
    few = choices([[0, 0], [1, 2], [1, 1]], named(range(3)))
    found = compare(few, replace(few, annotators=PEOPLE[2:]), NAMES)[0]
    assert found.comparable
    assert math.isnan(found.p_adjusted)
    assert "no interval: it takes 5 articles" in found.sentence
    flat = choices([[0, 0]] * 9, named(range(9)))
    assert 'in "main" undefined: all votes are "a"' in compare(few, flat, NAMES)[0].sentence
