"""What was made of a study is kept while the study stays as it is, and let go with it."""

import gc
import threading
import weakref

import pytest

from annotate.report.keeping import Keeper


class Made:
    """Something that can be watched as it goes."""


def test_the_same_is_given_until_the_study_changes_and_then_let_go():
    keeper = Keeper()
    keeper.begin("study", 1)
    first = keeper.get("study", 1, "summary", Made)
    assert keeper.get("study", 1, "summary", Made) is first
    assert keeper.holds("study", 1, "summary")
    keeper.begin("study", 1)
    assert keeper.get("study", 1, "summary", Made) is first

    gone = weakref.ref(first)
    del first
    keeper.begin("study", 2)
    gc.collect()
    assert gone() is None
    assert keeper.stamp("study") == 2
    assert not keeper.holds("study", 2, "summary")


def test_of_a_state_that_went_nothing_is_kept():
    keeper = Keeper()
    keeper.begin("study", 2)
    late = keeper.get("study", 1, "summary", Made)
    assert keeper.get("study", 1, "summary", Made) is not late
    assert not keeper.holds("study", 1, "summary")


def test_two_who_ask_at_the_same_time_get_what_was_made_once():
    keeper, made, begun, go_on = Keeper(), [], threading.Event(), threading.Event()
    keeper.begin("study", 1)

    def make():
        begun.set()
        assert go_on.wait(10)
        made.append(Made())
        return made[-1]

    got = []
    threads = [
        threading.Thread(target=lambda: got.append(keeper.get("study", 1, "summary", make)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    # Another thing is made meanwhile.
    assert keeper.get("study", 1, "other", lambda: "other") == "other"
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(made) == 1
    assert got == made * 4


def test_what_nobody_asked_for_longest_goes_first():
    keeper = Keeper(most=2)
    keeper.begin("study", 1)
    for name in ("a", "b", "a", "c"):
        keeper.get("study", 1, name, Made)
    assert [keeper.holds("study", 1, name) for name in "abc"] == [True, False, True]


def test_what_cannot_be_made_is_tried_again():
    keeper = Keeper()
    keeper.begin("study", 1)
    with pytest.raises(ZeroDivisionError):
        keeper.get("study", 1, "summary", lambda: 1 / 0)
    assert keeper.get("study", 1, "summary", lambda: "made") == "made"
