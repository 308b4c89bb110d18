"""Laws of who reads what: balanced, seeded, linked, and kept when a study grows."""

import random
import time
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from annotate.assignment import assign, balance, repeats
from annotate.assignment.board import Board
from annotate.assignment.levelling import level
from annotate.errors import UsageError

LAWS = settings(max_examples=40, deadline=None)
sizes = st.integers(0, 40), st.integers(1, 9), st.integers(0, 6), st.integers(0, 3)


def names(kind, number, start=0):
    return [f"{kind}{place}" for place in range(start, start + number)]


def spread(numbers):
    return max(numbers, default=0) - min(numbers, default=0)


def by_article(pairs):
    found = {}
    for article, annotator in pairs:
        found.setdefault(article, []).append(annotator)
    return found


@LAWS
@given(*sizes)
def test_every_article_gets_as_many_different_annotators_as_asked_for(articles, people, k, seed):
    pairs = assign(names("a", articles), names("p", people), per_article=k, seed=seed)

    readers = by_article(pairs)
    assert list(readers) == names("a", articles)
    for who in readers.values():
        assert len(set(who)) == len(who) == (min(k, people) or people)


@LAWS
@given(*sizes)
def test_a_fresh_design_is_balanced_in_loads_and_in_pairs(articles, people, k, seed):
    """The bound on pairs is what was reached in all designs tried; one is not always possible."""
    pairs = assign(names("a", articles), names("p", people), per_article=k, seed=seed)
    found = balance(pairs, names("p", people))

    assert spread(found.loads.values()) <= 1
    assert found.most - found.fewest <= {0: 0, 1: 0, 2: 1, 3: 2}.get(k, 3)


@pytest.mark.parametrize("people", [3, 5, 6, 8])
@pytest.mark.parametrize("k", [2, 3])
def test_where_each_set_comes_equally_often_all_pairs_share_exactly_as_many(people, k):
    articles = names("a", 2 * comb(people, k))
    found = balance(assign(articles, names("p", people), per_article=k, seed=1), names("p", people))

    assert spread(found.loads.values()) == 0
    assert found.most == found.fewest == 2 * comb(people - 2, k - 2)


@pytest.mark.parametrize(
    ("people", "k", "articles"), [(7, 3, 7), (9, 3, 12), (13, 4, 13), (15, 3, 35)]
)
def test_pairs_are_within_one_where_a_classic_block_design_exists(people, k, articles):
    """Fano's plane and its like are hard to hit; nobody meets nobody more than twice."""
    found = balance(
        assign(names("a", articles), names("p", people), per_article=k, seed=1),
        names("p", people),
    )

    assert found.median == 1
    assert found.most <= 2
    assert len(found.parts) == 1


@pytest.mark.parametrize(("articles", "people"), [(5, 6), (8, 9), (9, 9), (10, 11)])
@pytest.mark.parametrize("seed", range(3))
def test_just_enough_articles_link_everybody(articles, people, seed):
    """Pairs alone often fall into two rings here, with the same loads and counts."""
    pairs = assign(names("a", articles), names("p", people), per_article=2, seed=seed)

    assert len(balance(pairs, names("p", people)).parts) == 1


@LAWS
@given(st.integers(1, 40), st.integers(2, 9), st.integers(2, 5), st.integers(0, 3))
def test_a_fresh_design_is_linked_wherever_that_can_be(articles, people, k, seed):
    pairs = assign(names("a", articles), names("p", people), per_article=k, seed=seed)
    found = balance(pairs, names("p", people))

    busy = [name for name, load in found.loads.items() if load]
    # Each article joins at most so many annotators to the first.
    if articles * (min(k, people) - 1) >= len(busy) - 1:
        assert sum(found.loads[part[0]] > 0 for part in found.parts) == 1


@LAWS
@given(*sizes, st.randoms())
def test_the_order_of_the_names_does_not_matter(articles, people, k, seed, chance):
    rows, who = names("a", articles), names("p", people)
    first = assign(rows, who, per_article=k, seed=seed)
    chance.shuffle(rows)
    chance.shuffle(who)

    again = assign(rows, who, per_article=k, seed=seed)

    assert set(again) == set(first)
    assert again == sorted(again, key=lambda pair: (rows.index(pair[0]), who.index(pair[1])))


def test_the_same_seed_gives_the_same_and_another_seed_another_assignment():
    design = [assign(names("a", 30), names("p", 5), per_article=2, seed=s) for s in (1, 1, 2)]

    assert design[0] == design[1] != design[2]


def test_the_order_of_articles_does_not_line_up_with_annotators():
    """In no third of the list does anybody have much more or less than their share."""
    articles = names("a", 900)
    pairs = assign(sorted(articles), names("p", 6), per_article=2, seed=3)

    for part in (articles[:300], articles[300:600], articles[600:]):
        own = [pair for pair in pairs if pair[0] in set(part)]
        loads = balance(own, names("p", 6)).loads.values()
        assert 70 < min(loads) <= max(loads) < 130
        assert spread(loads) > 0


@LAWS
@given(st.data())
def test_what_is_fixed_stays_and_counts(data):
    """Whatever was assigned, also to people and of articles that are gone."""
    rows, who = names("a", data.draw(st.integers(0, 12))), names("p", data.draw(st.integers(0, 5)))
    k = data.draw(st.integers(0, 4))
    any_pair = st.tuples(st.sampled_from(names("a", 15)), st.sampled_from(names("p", 7)))
    fixed = data.draw(st.sets(any_pair, max_size=30))
    pairs = assign(rows, who, per_article=k, seed=1, fixed=fixed)

    assert fixed <= set(pairs)
    assert len(set(pairs)) == len(pairs)
    before, after = by_article(fixed), by_article(pairs)
    assert all(name in who for _, name in set(pairs) - fixed)
    for article in {*rows, *before}:
        had, has = before.get(article, []), after.get(article, [])
        lacking = (k or len(who) + len(had)) - len(had) if article in rows else 0
        assert len(has) - len(had) == min(max(lacking, 0), len(set(who) - set(had)))


@LAWS
@given(st.data())
def test_loads_are_as_even_as_what_is_fixed_allows(data):
    """No other way to fill the articles has a smaller largest load: a flow would find it."""
    articles, people, k = (data.draw(st.integers(*ends)) for ends in ((1, 12), (2, 5), (1, 3)))
    rows, who = names("a", articles), names("p", people)
    any_pair = st.tuples(st.sampled_from(rows), st.sampled_from(who))
    fixed = data.draw(st.sets(any_pair, max_size=20))
    pairs = assign(rows, who, per_article=k, seed=2, fixed=fixed)

    most = max(balance(pairs, who).loads.values())
    had = max(balance(fixed, who).loads.values())
    assert most == had or not _possible(rows, who, fixed, pairs, most - 1)


@pytest.mark.parametrize("seed", range(10))
def test_loads_are_levelled_where_dealing_alone_fails(seed):
    """Most of what is fixed leaves one or two people to choose from."""
    chance = random.Random(389)
    rows, who = names("a", 14), names("p", 5)
    fixed = {(chance.choice(rows), chance.choice(who)) for _ in range(25)}
    pairs = assign(rows, who, per_article=4, seed=seed, fixed=fixed)

    most = max(balance(pairs, who).loads.values())
    assert not _possible(rows, who, fixed, pairs, most - 1)
    assert spread(balance(pairs, who).loads.values()) <= 1


def _possible(rows, who, fixed, pairs, most):
    """Say whether the articles could be filled with no load above `most`."""
    had, has = by_article(fixed), by_article(pairs)
    loads = balance(fixed, who).loads
    size = len(rows) + len(who) + 2
    capacity = np.zeros((size, size), dtype=np.int32)
    for row, article in enumerate(rows, 1):
        capacity[0, row] = len(has.get(article, [])) - len(had.get(article, []))
        for place, name in enumerate(who, len(rows) + 1):
            capacity[row, place] = name not in had.get(article, [])
            capacity[place, -1] = max(most - loads[name], 0)
    flow = maximum_flow(csr_array(capacity), 0, size - 1).flow_value
    return flow == capacity[0].sum()


def test_loads_are_levelled_by_handing_articles_on_in_a_chain():
    """Ada may hand on only to Ben, and Ben only to Cyd: no single hand helps, the chain does."""
    fixed = np.array([[0, 0, 1], [0, 0, 1], [1, 0, 0], [1, 1, 0], [0, 1, 0]], dtype=bool)
    board = Board(fixed, np.zeros(5, dtype=np.int64), np.ones(3, dtype=bool), np.ones(3))
    for article, annotator in ((0, 0), (1, 0), (2, 1)):
        board.put(article, np.array([annotator]))
    assert board.loads.tolist() == [4, 3, 2]

    level(board)

    assert board.loads.tolist() == [3, 3, 3]
    assert (board.member >= fixed).all()
    shared = board.shared.copy()
    board.recount()
    assert (board.shared == shared).all()


@pytest.mark.parametrize("seed", range(3))
def test_more_articles_and_annotators_restore_the_balance(seed):
    first = assign(names("a", 60), names("p", 4), per_article=2, seed=seed)
    more = assign(names("a", 90), names("p", 4), per_article=2, seed=seed, fixed=first)
    joined = assign(names("a", 150), names("p", 5), per_article=2, seed=seed, fixed=more)
    four, five = balance(more, names("p", 4)), balance(joined, names("p", 5))

    assert set(first) < set(more) < set(joined)
    assert spread(four.loads.values()) <= 1
    assert four.most - four.fewest <= 1
    assert set(five.loads.values()) == {60}
    # The new one met nobody in the first 90 articles, and everybody equally after that.
    assert spread([n for pair, n in five.shared.items() if "p4" in pair]) <= 1
    assert not five.unconnected


def test_without_new_places_nothing_moves():
    first = assign(names("a", 20), names("p", 3), per_article=2, seed=1)

    assert set(assign(names("a", 20), names("p", 5), per_article=2, seed=9, fixed=first)) == set(
        first
    )


def test_who_has_left_keeps_their_articles_and_the_rest_fill_up():
    first = assign(names("a", 30), names("p", 3), per_article=2, seed=1)
    later = assign(names("a", 40), ["p0", "p1", "new"], per_article=2, seed=1, fixed=first)

    assert {p for p in later if p[1] == "p2"} == {p for p in first if p[1] == "p2"}
    assert all(len(who) == 2 for who in by_article(later).values())


def test_a_weight_gives_a_share_of_the_articles():
    """Half the weight is half the load, as far as whole articles go."""
    who = ["ada", "ben", "half"]
    pairs = assign(names("a", 100), who, per_article=1, seed=1, weights={"half": 0.5})

    assert balance(pairs, who).loads == {"ada": 40, "ben": 40, "half": 20}


def test_fifty_thousand_articles_take_seconds():
    articles, who = names("a", 50_000), names("p", 30)
    start = time.perf_counter()
    pairs = assign(articles, who, per_article=3, seed=1)
    taken = time.perf_counter() - start
    found = balance(pairs, who)

    assert taken < 10
    assert set(found.loads.values()) == {5_000}
    assert found.most - found.fewest <= 1


def test_what_cannot_be_assigned_is_said():
    with pytest.raises(UsageError, match="cannot have -1 annotators"):
        assign(["a"], ["p"], per_article=-1, seed=1)
    with pytest.raises(UsageError, match="given for q, who is no annotator"):
        assign(["a"], ["p"], per_article=1, seed=1, weights={"q": 1})
    with pytest.raises(UsageError, match="weight of p is 0"):
        assign(["a"], ["p"], per_article=1, seed=1, weights={"p": 0})
    assert assign([], [], per_article=2, seed=1) == []
    assert assign(["a"], [], per_article=2, seed=1) == []


def test_balance_counts_pairs_and_parts():
    pairs = [("x", "a"), ("x", "b"), ("y", "b"), ("y", "c"), ("z", "b"), ("z", "c"), ("v", "d")]
    found = balance(pairs, "abcd")

    assert found.loads == {"a": 1, "b": 3, "c": 2, "d": 1}
    assert found.shared[("b", "c")] == found.most == 2
    assert (found.fewest, found.median) == (0, 0.0)
    assert found.unconnected == (("a", "c"), ("a", "d"), ("b", "d"), ("c", "d"))
    assert found.parts == (("a", "b", "c"), ("d",))


@LAWS
@given(*sizes, st.integers(0, 12))
def test_repeats_are_so_many_of_each_annotators_own(articles, people, k, seed, number):
    pairs = assign(names("a", articles), names("p", people), per_article=k, seed=1)
    chosen = repeats(pairs, number=number, seed=seed)
    loads = balance(pairs, names("p", people)).loads

    assert set(chosen) <= set(pairs)
    assert balance(chosen, names("p", people)).loads == {
        name: min(number, load) for name, load in loads.items()
    }
    assert repeats(pairs[::-1], number=number, seed=seed) == chosen


def test_repeats_are_seeded_and_kept_when_a_study_grows():
    first = assign(names("a", 40), names("p", 3), per_article=2, seed=1)
    grown = assign(names("a", 80), names("p", 4), per_article=2, seed=1, fixed=first)
    chosen = repeats(first, number=3, seed=5)
    later = repeats(grown, number=4, seed=5, fixed=chosen)

    assert chosen != repeats(first, number=3, seed=6)
    assert set(chosen) < set(later)
    assert set(balance(later, names("p", 4)).loads.values()) == {4}


def test_nobodys_repeats_depend_on_the_others():
    pairs = assign(names("a", 40), names("p", 3), per_article=0, seed=1)
    alone = [pair for pair in pairs if pair[1] == "p1"]
    among = [pair for pair in repeats(pairs, number=4, seed=1) if pair[1] == "p1"]

    assert repeats(alone, number=4, seed=1) == among


def test_a_negative_number_of_repeats_is_refused():
    with pytest.raises(UsageError, match="cannot be -1 repeats"):
        repeats([], number=-1, seed=1)
