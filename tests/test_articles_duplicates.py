"""Copies are linked to the first of their group, different articles are not."""

from __future__ import annotations

import pandas as pd
import pytest

from annotate.articles import DuplicatePair, link_duplicates, outlet_mentions, text_sha256
from annotate.articles import duplicates as module

BODY = """Ministers of nine countries met in the old town hall to speak about fishing quotas.
The host said that the talks had been friendly, although two delegations left before dinner.
According to officials, a draft of eleven pages lists the boats, the seasons and the penalties.
Fishermen from the northern ports blocked the harbour with nets and wanted to see the minister.
Scientists had warned in spring that herring could vanish from the bay within a decade.
The next round is planned for October, when the commission will have counted the stock again."""
LEAD = "A dispute about herring keeps governments busy, and nobody expects it to end this year."
OTHER = """The museum reopened on Sunday after a restoration that took more than four years.
Visitors queued around the block to see the painted ceiling, which had been hidden by soot.
Its director thanked the masons and said that the last invoice had been paid in the morning."""
SAME_TOPIC = """Herring became dearer on Friday after the auction in the harbour closed early.
Traders blamed a storm that kept most boats ashore, and expected calmer weather by Tuesday."""


def frame(*texts):
    return pd.DataFrame(
        {
            "article_id": [f"a{place}" for place in range(len(texts))],
            "text": list(texts),
            "text_sha256": [text_sha256(text) for text in texts],
            "duplicate_of": ["a9"] * len(texts),
        }
    )


def wire_copy(headline):
    return f"{headline}\n\n{LEAD}\n" + BODY.split("\n", 1)[1]


def test_an_exact_copy_points_to_the_first():
    linked, pairs = link_duplicates(frame(OTHER, BODY, BODY, BODY))

    assert linked["duplicate_of"].tolist() == ["", "", "a1", "a1"]
    assert pairs == [DuplicatePair("a2", "a1", 1.0), DuplicatePair("a3", "a1", 1.0)]


def test_a_wire_copy_with_another_headline_and_lead_is_linked():
    linked, pairs = link_duplicates(frame(BODY, OTHER, wire_copy("Quotas: no end in sight")))

    assert linked["duplicate_of"].tolist() == ["", "", "a0"]
    assert 0.5 < pairs[0].similarity < 1


@pytest.mark.parametrize("others", [(), (OTHER,), (OTHER, LEAD)])
def test_other_articles_are_not_linked_however_small_the_corpus(others):
    linked, pairs = link_duplicates(frame(BODY, SAME_TOPIC, *others))

    assert pairs == []
    assert set(linked["duplicate_of"]) == {""}


def test_a_chain_of_edits_is_one_group_and_a_split_can_trust_it():
    lines = BODY.split("\n")
    near = "\n".join(lines[:5])
    far = "\n".join([*lines[2:5], OTHER.split("\n", maxsplit=1)[0]])
    linked, _ = link_duplicates(frame(BODY, near, far))

    assert linked["duplicate_of"].tolist() == ["", "a0", "a0"]


def test_blocks_do_not_change_what_is_found(monkeypatch):
    texts = frame(BODY, OTHER, wire_copy("One"), SAME_TOPIC, OTHER, wire_copy("Two"))
    whole = link_duplicates(texts)
    monkeypatch.setattr(module, "_BLOCK_CELLS", 1)

    assert link_duplicates(texts)[1] == whole[1]
    assert whole[0]["duplicate_of"].tolist() == ["", "", "a0", "", "a1", "a0"]


def test_nothing_is_dropped_and_the_table_handed_in_is_not_touched():
    texts = frame(BODY, BODY)
    linked, _ = link_duplicates(texts)

    assert linked["article_id"].tolist() == ["a0", "a1"]
    assert set(texts["duplicate_of"]) == {"a9"}


@pytest.mark.parametrize("texts", [(), (BODY,), ("😀", "🙃"), ("… — …", "!")])
def test_tables_without_a_pair_or_without_words_have_no_duplicates(texts):
    assert link_duplicates(frame(*texts))[1] == []


def test_copies_without_words_are_still_copies():
    assert link_duplicates(frame("😀", "😀"))[1] == [DuplicatePair("a1", "a0", 1.0)]


@pytest.mark.parametrize(
    ("text", "outlet", "count"),
    [
        ("RT World News, said rt. START, RTL and art do not count.", "RT", 2),
        ("The Daily\nTrumpet and the daily trumpet’s editor", "Daily Trumpet", 2),
        ("C++ Weekly (C++ Weekly)", "C++ Weekly", 2),
        ("Cafe\u0301".replace("e\u0301", "é"), "Cafe\u0301", 1),
        ("anything", "", 0),
        ("anything", "  ", 0),
    ],
)
def test_an_outlet_is_counted_by_whole_words(text, outlet, count):
    assert outlet_mentions(text, outlet) == count
