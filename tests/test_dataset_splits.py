"""Splits never tear apart what belongs together, and say so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.dataset.splits import SPLITS, Leakage, leakage, split
from annotate.errors import ExportError


def articles(events, outlets=None, days=None, duplicates=None):
    """Make a table of articles."""
    size = len(events)
    ids = [f"a{n:04d}" for n in range(size)]
    return pd.DataFrame(
        {
            "article_id": ids,
            "event": events,
            "outlet": outlets or [f"outlet {n % 3}" for n in range(size)],
            "published": days or [f"2026-01-{1 + n % 28:02d}" for n in range(size)],
            "duplicate_of": [ids[d] if d is not None else "" for d in duplicates or [None] * size],
            "text_sha256": [f"hash {n}" for n in range(size)],
        }
    )


@st.composite
def _corpora(draw):
    size = draw(st.integers(1, 40))
    some = st.lists(st.sampled_from(["", "x", "y", "z", "w"]), min_size=size, max_size=size)
    first = [
        draw(st.one_of(st.none(), st.integers(0, n - 1))) if n and draw(st.booleans()) else None
        for n in range(size)
    ]
    days = [f"2026-{draw(st.integers(1, 12)):02d}-01" for _ in range(size)]
    return articles(draw(some), draw(some), days, first)


def linked(frame):
    """Follow duplicates to the first of their group, as ingest leaves them."""
    head = dict(zip(frame["article_id"], frame["duplicate_of"], strict=True))

    def first(name):
        while head[name]:
            name = head[name]
        return name

    return frame.assign(duplicate_of=[first(n) if head[n] else "" for n in frame["article_id"]])


@settings(max_examples=60, deadline=None)
@given(_corpora(), st.sampled_from(["event", "outlet", "time"]), st.integers(0, 5))
def test_nothing_that_belongs_together_is_torn_apart(frame, by, seed):
    frame = linked(frame)
    found = split(frame, by, seed=seed)
    assert set(found.of) <= set(SPLITS)
    assert found.leakage.articles == found.leakage.near_duplicates == 0
    if by != "time":
        assert getattr(found.leakage, f"{by}s") == 0
    assert found.of.tolist() == split(frame, by, seed=seed).of.tolist()
    # The order of the table does not matter for time.
    if by == "time":
        turned = split(frame.iloc[::-1], by)
        assert turned.of.sort_index().tolist() == found.of.tolist()


def test_shares_come_out_where_groups_are_small():
    frame = articles([f"event {n // 4}" for n in range(1_000)])
    counts = split(frame).of.value_counts()
    assert counts["train"] == pytest.approx(800, abs=4)
    assert counts["validation"] == pytest.approx(100, abs=4)
    assert counts["test"] == pytest.approx(100, abs=4)


def test_strata_are_as_common_in_each_split_as_in_all():
    random = np.random.default_rng(0)
    frame = articles([f"event {n // 3}" for n in range(1_500)])
    frame["stance"] = random.choice(["worse", "none", "better"], 1_500, p=[0.1, 0.6, 0.3])
    plain, even = split(frame), split(frame, strata="stance")
    everywhere = frame["stance"].value_counts(normalize=True)

    def far(found):
        by_split = [frame["stance"][found.of == name] for name in SPLITS]
        shares = [own.value_counts(normalize=True) for own in by_split]
        return max(float((share - everywhere).abs().max()) for share in shares)

    assert far(even) < 0.01 < far(plain)


def test_by_time_the_test_is_the_latest():
    days = [f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(300)]
    frame = articles([""] * 300, days=days)
    found = split(frame, "time").of
    last = {name: max(np.array(days)[found == name]) for name in SPLITS}
    first = {name: min(np.array(days)[found == name]) for name in SPLITS}
    assert last["train"] <= first["validation"]
    assert last["validation"] <= first["test"]
    assert found.value_counts()["test"] == pytest.approx(30, abs=1)


def test_leakage_is_found_where_there_is_some():
    frame = articles(["x", "x", "y", "y"], ["o", "p", "o", "p"], duplicates=[None, None, 1, None])
    of = pd.Series(["train", "test", "train", "train"])
    assert leakage(frame, of) == Leakage(articles=0, near_duplicates=1, events=1, outlets=1)
    twice = pd.concat([frame, frame.iloc[:1]], ignore_index=True)
    assert leakage(twice, pd.Series([*of, "test"])).articles == 1


def test_what_cannot_be_split_is_one_sentence():
    frame = articles(["x", "y"], days=["2026-01-01", ""])
    with pytest.raises(ExportError, match="1 articles have no date"):
        split(frame, "time")
    with pytest.raises(ExportError, match="add up to 1"):
        split(frame, shares=(0.5, 0.1, 0.1))
    with pytest.raises(ExportError, match='no column "mood"'):
        split(frame, strata="mood")


def test_what_was_done_is_told():
    frame = articles(["x", "y", "z", ""])
    told = split(frame, seed=7).to_json()
    assert told["seed"] == 7
    assert told["groups"] == 4
    assert sum(told["articles"].values()) == 4
    assert told["in_more_than_one_split"]["events"] == 0


@pytest.mark.parametrize("by", ["event", "outlet", "time"])
@pytest.mark.parametrize("seed", range(3))
def test_three_groups_fill_three_splits(by, seed):
    groups = ["a", "a", "b", "b", "b", "c", "c"]
    days = ["2026-01-01"] * 2 + ["2026-01-02"] * 3 + ["2026-01-03"] * 2
    copies = [None, 0, None, 2, 2, None, 5] if by == "time" else None
    frame = articles(groups, groups, days, copies)
    made = split(frame, by, seed=seed)
    assert made.groups == 3
    assert set(made.of) == {"train", "validation", "test"}
    if by == "time":
        assert frame["published"][made.of == "test"].unique().tolist() == ["2026-01-03"]
