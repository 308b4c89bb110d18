"""Views: each is what one would get by scoring that part of the data alone."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from small_studies import SCHEMA, TEXT, answers, random_study, tables, visits

from annotate.errors import UsageError
from annotate.reliability import gather, in_round, score
from annotate.reliability.evidence.gathered import Asked, Evidence
from annotate.reliability.evidence.parts import part_of
from annotate.reliability.evidence.ratings import Ratings
from annotate.reliability.figures import Counts
from annotate.reliability.views import VIEWS, view, view_rounds
from annotate.tables import Tables

SEEDS = range(3)


def study(seed):
    """Gather a random study with outlets and events."""
    made, texts = random_study(seed)
    outlets = {name: ("", "Herald", "Post")[number % 3] for number, name in enumerate(texts)}
    events = {name: f"event {number % 2}" for number, name in enumerate(texts)}
    return gather(made, SCHEMA, texts, outlets=outlets, events=events)


def heads(evidence):
    """Give the record figure of each question and group, from scoring everything."""
    found = {}
    for figure in score(evidence):
        found.setdefault(figure.question, figure)
    return {(name, figure.label): figure for name, figure in found.items()}


def of_view(evidence, by):
    """Name the figures of a view."""
    return {(f.of, f.question, f.label, f.measure): f for f in view(evidence, by)}


def same(one, other):
    """Compare what two figures say and rest on."""
    numbers = [(f.value, f.low, f.high) for f in (one, other)]
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-7, nan_ok=True)
    rests_on = [(f.units, f.labels, f.articles, f.counts) for f in (one, other)]
    assert rests_on[0] == rests_on[1]
    assert one.annotators == other.annotators or not one.units


def places(names, wanted):
    """Give the places of some names."""
    return np.array([n for n, name in enumerate(names) if name in wanted], dtype=np.int64)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", ["outlet", "event"])
def test_an_outlet_is_scored_as_if_there_were_no_other(by, seed):
    """Also the articles of which the outlet is unknown, which are not dropped."""
    evidence = study(seed)
    part = evidence.outlets if by == "outlet" else evidence.events
    found = of_view(evidence, by)
    assert {key[0] for key in found} == {name or "(unknown)" for name in part.values()}
    for name in set(part.values()):
        mine = places(evidence.articles, {a for a, of in part.items() if of == name})
        alone = heads(part_of(evidence, articles=mine))
        for (question, label), figure in alone.items():
            key = (name or "(unknown)", question, label, figure.measure)
            same(found.pop(key), figure)
    assert not found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pair_is_scored_as_if_there_were_nobody_else(seed):
    """Every two annotators: the headline figure, and F1 for spans."""
    evidence = study(seed)
    found = of_view(evidence, "pair")
    for two in combinations(range(len(evidence.annotators)), 2):
        name = " & ".join(evidence.annotators[place] for place in two)
        part = part_of(evidence, annotators=np.array(two))
        if not (part.marked[0].marks.readers > 1).any():
            assert name not in {of for of, *_ in found}
            continue
        for (question, label), figure in heads(part).items():
            same(found[name, question, label, figure.measure], figure)
        for figure in score(part):
            if figure.measure == "overlap F1" and not figure.label:
                same(found[name, figure.question, "", "overlap F1"], figure)


def test_kappa_of_a_pair_is_that_of_what_both_voted_on():
    """scikit-learn gives the same."""
    evidence = study(11)
    found = of_view(evidence, "pair")
    for asked in (evidence.asked[0], evidence.asked[2]):
        ratings = asked.ratings
        said = [dict(zip(ratings.unit[own], ratings.value[own], strict=True))
                for own in (ratings.annotator == place for place in (0, 1))]  # fmt: skip
        both = sorted(said[0].keys() & said[1].keys())
        expected = cohen_kappa_score(*([votes[unit] for unit in both] for votes in said))
        figure = found["p & q", asked.question.name, "", "Cohen's kappa"]
        expected = expected if len(both) > 1 else math.nan
        assert figure.value == pytest.approx(expected, nan_ok=True)
        assert figure.units == len(both)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_an_annotator_the_others_are_scored_as_if_they_had_never_been_there(seed):
    """And the difference is that from the whole."""
    evidence = study(seed)
    found, whole = of_view(evidence, "annotator"), heads(evidence)
    everybody = set(evidence.annotators)
    for name in everybody:
        rest = part_of(evidence, annotators=places(evidence.annotators, everybody - {name}))
        for (question, label), figure in heads(rest).items():
            without = found[name, question, label, f"{figure.measure}, without this annotator"]
            apart = found[name, question, label, "difference, without this annotator"]
            against = found[name, question, label, f"{figure.measure}, against the rest"]
            if not against.units:
                for row in (without, apart, against):
                    assert (math.isnan(row.value), row.units, row.labels) == (True, 0, 0)
                    assert row.reason.startswith(f"undefined: {name} has no vote")
                continue
            same(replace(without, counts=figure.counts), figure)
            expected = figure.value - whole[question, label].value
            assert apart.value == pytest.approx(expected, abs=1e-9, nan_ok=True)
            assert apart.defined or apart.reason.startswith("undefined")


def alpha(pairs):
    """Give nominal alpha of weighted pairs of values, with dictionaries."""
    o = {}
    for first, second, weight in pairs:
        for key in ((first, second), (second, first)):
            o[key] = o.get(key, 0.0) + weight
    n_c = {}
    for (value, _), times in o.items():
        n_c[value] = n_c.get(value, 0.0) + times
    n = sum(n_c.values())
    if not n:
        return math.nan
    observed = sum(times for (a, b), times in o.items() if a != b) / n
    expected = sum(n_c[a] * n_c[b] for a in n_c for b in n_c if a != b) / (n * (n - 1))
    return 1 - observed / expected if expected else math.nan


@pytest.mark.parametrize("seed", SEEDS)
def test_one_against_the_rest_takes_only_the_pairs_with_this_one(seed):
    """Each article weighs alike, however many others there were."""
    evidence = study(seed)
    found = of_view(evidence, "annotator")
    ratings = evidence.asked[0].ratings
    for place, name in enumerate(evidence.annotators):
        pairs = []
        for unit in set(ratings.unit[ratings.annotator == place]):
            votes = dict(zip(
                ratings.annotator[ratings.unit == unit],
                ratings.value[ratings.unit == unit], strict=True,
            ))  # fmt: skip
            own = votes.pop(place)
            pairs += [(own, other, 1 / len(votes)) for other in votes.values()]
        figure = found[name, "genre", "", "alpha (nominal), against the rest"]
        value = alpha(pairs) if figure.units > 1 else math.nan
        assert figure.value == pytest.approx(value, nan_ok=True)


def where(marks, article, person):
    """Give the units that one annotator marked: overlapping spans are one, touching ones two."""
    mine = (marks.article == article) & (marks.annotator == person)
    units = []
    for start, end in sorted(
        zip(marks.start[mine].tolist(), marks.end[mine].tolist(), strict=True)
    ):
        if units and start < units[-1][1]:
            units[-1] = (units[-1][0], max(end, units[-1][1]))
        else:
            units.append((start, end))
    return units


def chars(units):
    """Give the characters of units."""
    return {char for start, end in units for char in range(start, end)}


@pytest.mark.parametrize("seed", SEEDS)
def test_marks_against_the_rest(seed):
    """|u-alpha of the pairs with one annotator, character by character."""
    evidence = study(seed)
    found = of_view(evidence, "annotator")
    marks = evidence.marked[0].marks
    for place, name in enumerate(evidence.annotators):
        t = marked = apart = squares = more = 0.0
        for article in set(marks.saw_article[marks.saw_annotator == place].tolist()):
            people = set(marks.saw_annotator[marks.saw_article == article].tolist()) - {place}
            own = where(marks, article, place)
            for other in people:
                theirs, weight = where(marks, article, other), 1 / len(people)
                t += weight * 2 * marks.length[article]
                marked += weight * (len(chars(own)) + len(chars(theirs)))
                apart += weight * len(chars(own) ^ chars(theirs))
                squares += weight * sum((end - start) ** 2 for start, end in [*own, *theirs])
                more += weight * (len(chars(own)) - len(chars(theirs)))
        gaps = t - marked
        expected = t * marked * gaps / (t**2 - squares - gaps) if t else 0
        value = 1 - apart / expected if expected else math.nan
        figure = found[name, "loaded", "", "|u-alpha, against the rest"]
        assert figure.value == pytest.approx(value, nan_ok=True)
        lean = found[name, "loaded", "", "lean (marked characters per 1,000 characters)"]
        more = 1000 * more / (t / 2) if t else math.nan
        assert lean.value == pytest.approx(more, nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_lean_is_the_mean_difference_from_the_others_on_the_same_articles(seed):
    """In steps for ranks, in marks per thousand characters for spans."""
    evidence = study(seed)
    found = of_view(evidence, "annotator")
    ratings, marks = evidence.asked[1].ratings, evidence.marked[0].marks
    for place, name in enumerate(evidence.annotators):
        apart = []
        for unit in set(ratings.unit[ratings.annotator == place]):
            there = ratings.unit == unit
            others = ratings.value[there & (ratings.annotator != place)]
            own = ratings.value[there & (ratings.annotator == place)][0]
            apart += [own - others.mean()] if len(others) else []
        figure = found[name, "stance", "", "lean (steps)"]
        assert figure.value == pytest.approx(np.mean(apart) if apart else math.nan, nan_ok=True)
        more = size = 0.0
        for article in set(marks.saw_article[marks.saw_annotator == place].tolist()):
            people = set(marks.saw_annotator[marks.saw_article == article].tolist()) - {place}
            times = [int(((marks.article == article) & (marks.annotator == p)).sum())
                     for p in (place, *people)]  # fmt: skip
            if people:
                more += times[0] - np.mean(times[1:])
                size += marks.length[article] / 1000
        figure = found[name, "loaded", "", "lean (marks per 1,000 characters)"]
        assert figure.value == pytest.approx(more / size if size else math.nan, nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_article_shows_the_share_of_pairs_that_agree(seed):
    """And of spans the share of the text that one of two marked; nothing has an interval."""
    evidence = study(seed)
    found = of_view(evidence, "article")
    ratings, marks = evidence.asked[0].ratings, evidence.marked[0].marks
    seen = set(marks.saw_article.tolist())
    assert {key[0] for key in found} == {evidence.articles[place] for place in seen}
    for article in seen:
        name = evidence.articles[article]
        values = ratings.value[ratings.unit == article].tolist()
        pairs = [a == b for a, b in combinations(values, 2)]
        figure = found[name, "genre", "", "observed agreement"]
        assert figure.value == pytest.approx(np.mean(pairs) if pairs else math.nan, nan_ok=True)
        assert (figure.labels, figure.units) == ((len(values), 1) if pairs else (0, 0))
        assert figure.defined or figure.reason == "undefined: fewer than two votes"
        people = marks.saw_annotator[marks.saw_article == article].tolist()
        differ = [
            len(chars(where(marks, article, a)) ^ chars(where(marks, article, b)))
            for a, b in combinations(people, 2)
        ]
        figure = found[name, "loaded", "", "disagreement (share of the text)"]
        share = np.mean(differ) / marks.length[article] if differ else math.nan
        assert figure.value == pytest.approx(share, nan_ok=True)
        assert figure.counts.saw == len(people)
        assert math.isnan(figure.low)


def test_who_has_not_submitted_moves_nothing():
    """An annotator with a draft only has no figures, and says why; nor has one of lone votes."""
    articles = "abcdef"
    seen = visits(
        *[(a, p, "submitted") for a in articles for p in "pq"],
        *[(a, "r", "draft") for a in articles],
        ("z", "s", "submitted"),
    )
    said = answers(*[(a, p, "genre", v) for a, v in zip(articles, ["report", "opinion"] * 3,
                     strict=True) for p in "pq"], ("z", "s", "genre", "report"))  # fmt: skip
    evidence = gather(tables(seen, said), SCHEMA, dict.fromkeys([*articles, "z"], TEXT))
    for row in view(evidence, "annotator"):
        if row.of in "rs":
            assert not row.defined
            assert math.isnan(row.low)
            if "lean" not in row.measure:
                assert row.reason.startswith(f"undefined: {row.of} has no vote")


def test_numbers_of_one_article_lie_so_far_apart():
    """They hardly ever agree to the last digit: the mean absolute difference of all pairs."""
    values = ((0, 0, 3), (2, 2), (5,))
    unit = np.repeat(np.arange(3), [3, 2, 1])
    who = np.array([0, 1, 2, 0, 1, 0])
    numbers = ("0", "2", "3", "5")
    value = np.array([numbers.index(str(v)) for votes in values for v in votes])
    names = ("a0", "a1", "a2")
    votes = Ratings(unit, who, value, np.arange(3), names, tuple("pqr"), numbers)
    asked = Asked(SCHEMA.question("sources"), votes, Counts())
    found = of_view(Evidence(names, tuple("pqr"), asked=(asked,)), "article")
    shown = [found[name, "sources", "", "mean absolute difference"].value for name in names[:2]]
    assert shown == pytest.approx([2.0, 0.0])
    assert not any("observed" in measure for *_, measure in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_of_spans_count_spans(seed):
    """Whatever the row, its labels are the spans in the articles that it rests on."""
    evidence = study(seed)
    marks = evidence.marked[0].marks
    shared = marks.readers > 1
    for place, name in enumerate(evidence.annotators):
        mine = np.zeros(len(shared), dtype=bool)
        mine[marks.saw_article[marks.saw_annotator == place]] = True
        spans = int((mine & shared)[marks.article].sum())
        for row in view(evidence, "annotator"):
            if (row.of, row.question) == (name, "loaded") and "without" not in row.measure:
                assert row.labels == spans


def test_rounds_are_scored_apart():
    """Each round as if it were the only one."""
    made, texts = random_study(3)
    late = made.visits["article_id"] > "n05"
    rounds = made.visits["round"].mask(late, "second")
    made = replace(made, visits=made.visits.assign(round=rounds))
    found = {(f.of, f.question, f.label): f for f in view_rounds(made, SCHEMA, texts)}
    for name in ("main", "second"):
        for (question, label), figure in heads(gather(in_round(made, name), SCHEMA, texts)).items():
            same(found[name, question, label], figure)
    assert view_rounds(Tables.empty(), SCHEMA, {}) == []


def test_articles_with_several_units_are_left_out_whole():
    """Intervals and views count in articles also where a table has many units in each."""
    rng = np.random.default_rng(5)
    article = np.repeat(np.arange(8), 3)
    unit = np.repeat(np.arange(24), 3)
    kept = rng.random(72) < 0.8
    names = tuple(f"n{n}" for n in range(8))
    ratings = Ratings(
        unit[kept], np.tile(np.arange(3), 24)[kept], rng.integers(0, 2, 72)[kept],
        article, names, ("p", "q", "r"), ("report", "opinion"),
    )  # fmt: skip
    asked = Asked(SCHEMA.question("genre"), ratings, Counts())
    events = {name: "early" if name < "n4" else "late" for name in names}
    evidence = Evidence(names, ratings.annotators, asked=(asked,), events=events)
    found = of_view(evidence, "event")
    for event, mine in (("early", np.arange(4)), ("late", np.arange(4, 8))):
        alone = heads(part_of(evidence, articles=mine))["genre", ""]
        figure = found[event, "genre", "", "alpha (nominal)"]
        assert figure.value == pytest.approx(alone.value)
        assert (figure.units, figure.labels) == (alone.units, alone.labels)
        assert figure.counts.saw == figure.labels
    without = of_view(evidence, "annotator")
    alone = heads(part_of(evidence, annotators=np.array([0, 2])))["genre", ""]
    figure = without["q", "genre", "", "alpha (nominal), without this annotator"]
    assert (figure.value, figure.low) == pytest.approx((alone.value, alone.low))


@pytest.mark.parametrize("by", VIEWS)
def test_every_view_of_nothing_is_empty(by):
    """A study that nobody has begun has nothing to look at."""
    assert view(gather(Tables.empty(), SCHEMA, {}), by) == []


def test_a_view_that_does_not_exist_is_refused():
    """Rounds are told apart in the tables, before anything is gathered."""
    with pytest.raises(UsageError, match=r'no view by "round" .*; take one of annotator, article'):
        view(gather(Tables.empty(), SCHEMA, {}), "round")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", VIEWS)
def test_every_row_says_what_it_is_about(by, seed):
    """A value or a reason, the view, and counts that add up."""
    for figure in view(study(seed), by):
        assert figure.view == by
        assert figure.of
        assert figure.defined or figure.reason.startswith("undefined")
        counts = figure.counts
        assert counts.saw == counts.marked + counts.marked_nothing + counts.missing
