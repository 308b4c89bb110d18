"""What is known stays known, what was pushed stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from annotate.articles import (
    ARTICLE_COLUMNS,
    Article,
    articles_frame,
    edit_article,
    merge_articles,
    text_sha256,
)
from annotate.errors import ArticleError


def article(number=1, text="Some words.", **values):
    known = dict.fromkeys(ARTICLE_COLUMNS, "") | {
        "article_id": f"a{number:012d}",
        "text": text,
        "text_sha256": text_sha256(text),
        "n_words": len(text.split()),
        "source_file": f"folder/{number}.txt",
        "extractor": "text",
    }
    return Article(**{**known, **values})


FIRST, SECOND = article(1), article(2, "Other words.")
EMPTY = pd.DataFrame()


def test_new_articles_are_added_behind_the_known_ones():
    merge = merge_articles(articles_frame([SECOND]), [FIRST, SECOND], pushed=set())

    assert merge.frame["article_id"].tolist() == [SECOND.article_id, FIRST.article_id]
    assert (merge.added, merge.unchanged) == ([FIRST.article_id], [SECOND.article_id])


def test_the_first_merge_gives_the_contract_of_the_table():
    merge = merge_articles(EMPTY, [FIRST], pushed=set())

    assert tuple(merge.frame.columns) == ARTICLE_COLUMNS
    assert merge.frame["n_words"].dtype == "int64"
    pd.testing.assert_frame_equal(merge.frame, articles_frame([FIRST]))


def test_merging_nothing_into_nothing_gives_an_empty_table():
    assert tuple(merge_articles(EMPTY, [], pushed=set()).frame.columns) == ARTICLE_COLUMNS


def test_adding_the_same_again_changes_nothing():
    known = articles_frame([FIRST, SECOND])
    merge = merge_articles(known, [FIRST, SECOND], pushed={FIRST.article_id})

    pd.testing.assert_frame_equal(merge.frame, known)
    assert merge.unchanged == [FIRST.article_id, SECOND.article_id]
    assert [*merge.added, *merge.updated, *merge.filled, *merge.refused] == []


def test_the_tables_handed_in_are_not_touched():
    known = articles_frame([FIRST])
    merge_articles(known, [replace(FIRST, outlet="Trumpet")], pushed=set())

    pd.testing.assert_frame_equal(known, articles_frame([FIRST]))


def test_empty_metadata_are_filled_even_after_the_push():
    merge = merge_articles(
        articles_frame([FIRST]),
        [replace(FIRST, outlet="Trumpet", published="2025-08-13")],
        pushed={FIRST.article_id},
    )

    assert merge.frame.loc[0, ["outlet", "published"]].tolist() == ["Trumpet", "2025-08-13"]
    assert merge.filled == merge.unchanged == [FIRST.article_id]


def test_known_metadata_are_not_emptied():
    merge = merge_articles(articles_frame([replace(FIRST, outlet="Horn")]), [FIRST], pushed=set())
    assert merge.frame.loc[0, "outlet"] == "Horn"


@pytest.mark.parametrize("text", ["Some words.", "A new text."])
def test_contradicting_metadata_are_refused_with_the_command_to_use(text):
    known = articles_frame([replace(FIRST, outlet="Horn")])
    merge = merge_articles(known, [article(1, text, outlet="Trumpet")], pushed=set())

    pd.testing.assert_frame_equal(merge.frame, known)
    assert f"annotate edit {FIRST.article_id} --outlet" in merge.refused[0].reason
    assert merge.refused[0].source == "folder/1.txt"


def test_a_changed_text_replaces_the_old_one_before_the_push():
    known = articles_frame([replace(FIRST, outlet="Horn", title="Old", duplicate_of="a0")])
    merge = merge_articles(known, [article(1, "New\n\nA new text.", title="New")], pushed=set())

    assert merge.updated == [FIRST.article_id]
    row = merge.frame.loc[0]
    assert (row["text"], row["title"], row["outlet"]) == ("New\n\nA new text.", "New", "Horn")
    assert row["text_sha256"] == text_sha256(row["text"])
    assert row["n_words"] == 4


def test_a_changed_text_is_refused_after_the_push():
    known = articles_frame([FIRST, SECOND])
    merge = merge_articles(known, [article(1, "New.")], pushed={FIRST.article_id})

    pd.testing.assert_frame_equal(merge.frame, known)
    assert "frozen" in merge.refused[0].reason


def test_an_edit_changes_metadata_and_never_the_text():
    known = articles_frame([article(1, "Head\n\nBody.", title="Head"), SECOND])
    edited = edit_article(known, FIRST.article_id, {"title": "Other", "outlet": " Horn\n"})

    assert edited.loc[0, ["title", "outlet"]].tolist() == ["Other", "Horn"]
    untouched = [name for name in ARTICLE_COLUMNS if name not in {"title", "outlet"}]
    pd.testing.assert_frame_equal(edited[untouched], known[untouched])
    assert known.loc[0, "title"] == "Head"


def test_an_edit_takes_the_beginning_of_an_id_if_only_one_has_it():
    known = articles_frame([replace(FIRST, article_id="abc1"), replace(SECOND, article_id="abd2")])

    assert edit_article(known, "abd", {"event": "talks"}).loc[1, "event"] == "talks"
    with pytest.raises(ArticleError, match="several articles: abc1, abd2"):
        edit_article(known, "ab", {"event": "talks"})


def test_an_id_that_begins_another_one_is_that_article():
    known = articles_frame([replace(FIRST, article_id="abc"), replace(SECOND, article_id="abcd")])
    assert edit_article(known, "abc", {"event": "talks"})["event"].tolist() == ["talks", ""]


@pytest.mark.parametrize("wanted", ["a000000000003", "", "zzz"])
def test_an_unknown_article_is_refused(wanted):
    with pytest.raises(ArticleError, match="no article") as caught:
        edit_article(articles_frame([FIRST, SECOND]), wanted, {"outlet": "Horn"})
    if wanted.startswith("a"):
        assert FIRST.article_id in str(caught.value)


@pytest.mark.parametrize("field", ["text", "article_id", "text_sha256", "nonsense"])
def test_what_is_frozen_cannot_be_edited(field):
    with pytest.raises(ArticleError, match=field):
        edit_article(articles_frame([FIRST]), FIRST.article_id, {field: "x"})


def test_an_edit_refuses_a_date_that_is_none():
    with pytest.raises(ArticleError, match="ISO"):
        edit_article(articles_frame([FIRST]), FIRST.article_id, {"published": "13.8.2025"})
