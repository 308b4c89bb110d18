"""Furniture goes, disclosures and the words of the article stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles import clean, disclosures

PARAGRAPH = "The talks went on until late in the evening, and nobody who was asked would say more."
ALT = "A portrait of a minister in a dark suit at an airfield."
CAPTION = "The minister at a ceremony on Monday. by Shutterstock.com / somebody."
SPONSORED = "This article is sponsored content."
FURNITURE = [
    "Leave a Comment",
    "Add a comment",
    "LEAVE A REPLY",
    "Scroll to Top",
    "Share this article",
    "Share this:",
    "Share on Facebook",
    "Facebook Twitter WhatsApp Email",
    "Facebook | X | Copy link",
    "Read More: Politics: Protests Mount",
    "Related: another story",
    "Also read: a third one",
    "Your email address will not be published. Required fields are marked *",
    "Save my name, email, and website in this browser for the next time I comment.",
    "Subscribe to our newsletter",
    "Sign up for our daily newsletter and never miss a story.",
    "We use cookies to improve your experience.",
    "Story continues below advertisement",
    "KEY POINTS",
    "Key points:",
    f"{ALT} {ALT}",
    CAPTION,
    "Photo: Jane Roe / Agency",
    "Image credit: Somebody",
    "Photo by Jane Roe/Getty Images",
]
LABELS = [
    SPONSORED,
    "Sponsored",
    "SPONSORED CONTENT",
    "Paid post",
    "Paid Partner Content",
    "Paid advertisement",
    "Advertorial",
    "Advertisement feature",
    "Partner content",
    "In partnership with Acme Corp",
    "Brought to you by Acme",
    "Promoted by Acme",
    "Presented by Acme",
    "Branded content",
    "Sponsored by Acme",
    "This post was produced in partnership with Acme.",
    "IMPORTANT NOTICE",
    "PLEASE NOTE",
    "Disclaimer: the author was paid by Acme.",
]
NOT_LABELS = [
    "State-sponsored hackers attacked the ministry.",
    "The bill, sponsored by two senators, failed in the vote on Tuesday after a long debate there.",
    "She was promoted to general.",
    "A plan presented by the chancellor",
    "Sponsored refugees arrive",
    "Advertisement",
    PARAGRAPH,
]
lines = st.one_of(
    st.sampled_from([*FURNITURE, *LABELS, *NOT_LABELS, "", "", "  • a bullet", "DISCLAIMER"]),
    st.text(max_size=30),
)
texts = st.lists(lines, max_size=14).map("\n".join)


@pytest.mark.parametrize("line", FURNITURE)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_furniture_goes_and_is_recorded(line, gap):
    found = clean(gap.join([PARAGRAPH, line, PARAGRAPH]))

    assert found.text == gap.join([PARAGRAPH, PARAGRAPH])
    assert found.removed == (line,)


@pytest.mark.parametrize("line", LABELS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_disclosure_stays_wherever_it_stands(line, gap):
    for text in (gap.join([line, PARAGRAPH]), gap.join([PARAGRAPH, line, PARAGRAPH, line])):
        assert clean(text).text == text
        assert line in disclosures(text)


@pytest.mark.parametrize("line", NOT_LABELS)
def test_talk_of_sponsoring_is_no_disclosure(line):
    assert disclosures(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "Sign up for the draft rose by a third, officials said.",
        "Share prices fell on Monday.",
        "Related questions were not asked.",
        "Photo opportunities were few.",
        "“We use cookies,” the baker said.",
        "Read more books, the minister urged.",
        "No. No.",
        "Never again. Never again.",
        "Key points of the plan are unclear.",
        "Facebook",
        "The story was first reported by Reuters.",
        "Trump sending Vance to discuss Ukraine — RT World News",
    ],
)
def test_words_of_the_article_stay(line):
    text = f"{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}"
    assert clean(text).text == text


def test_a_notice_stays_whole_and_what_follows_it_goes():
    text = f"{PARAGRAPH}\n\nIMPORTANT NOTICE\n\n{SPONSORED} Sign up for no newsletter."
    assert clean(f"{text}\n\nShare this article").text == text


def test_a_notice_may_hold_lines_that_look_like_furniture():
    notice = f"IMPORTANT NOTICE\n{SPONSORED}\nPhoto: provided by the sponsor\nSign up"
    found = clean(f"{PARAGRAPH}\n{notice}\nShare this article")

    assert found.text == f"{PARAGRAPH}\n{notice}"
    assert disclosures(notice)[:2] == ["IMPORTANT NOTICE", SPONSORED]


def test_a_slot_between_paragraphs_goes_but_a_label_at_either_end_stays():
    text = f"Advertisement\n{PARAGRAPH}\nADVERTISEMENT\n{PARAGRAPH}\nAdvertisement"
    assert clean(text).text == f"Advertisement\n{PARAGRAPH}\n{PARAGRAPH}\nAdvertisement"


def test_the_heading_of_key_points_goes_and_its_bullets_stay():
    found = clean(f"KEY POINTS\n\n  • One thing.\n\t•  Another.\n\n{PARAGRAPH}")

    assert found.text == f"• One thing.\n• Another.\n\n{PARAGRAPH}"
    assert found.removed == ("KEY POINTS",)


def test_description_and_credited_caption_go_together():
    found = clean(f"Headline\n\n{ALT} {ALT}\nThe minister on Monday. AFP via Getty Images\n\nBody.")

    assert found.text == "Headline\n\nBody."
    assert len(found.removed) == 2


def test_a_caption_without_credit_stays():
    assert "on Monday" in clean(f"{ALT} {ALT}\nThe minister on Monday.\n\nBody.").text


def test_removed_lines_are_in_the_order_of_the_text():
    text = f"{ALT} {ALT}\n{PARAGRAPH}\nShare this article\nIMPORTANT NOTICE\nSmall.\n\nSign up"
    assert clean(text).removed == (f"{ALT} {ALT}", "Share this article", "Sign up")


def test_blanks_at_line_ends_go_and_three_newlines_become_two():
    assert clean("\n\na  \n \n\t\n\nb\u00a0c\nd\n\n").text == "a\n\nb\u00a0c\nd"


@pytest.mark.parametrize(
    "line",
    ["sponsored " * 5000, "share this " * 3000, ". " * 20000, "(" * 20000, " " * 99999 + "x"],
)
def test_a_hostile_line_costs_little_and_stays(line):
    assert clean(f"a\n{line}b").text.endswith("b")


@given(texts)
def test_cleaning_a_clean_text_changes_nothing(text):
    once = clean(text).text

    assert clean(once).text == once
    assert clean(once).removed == ()


@given(texts)
def test_every_line_is_either_kept_as_it_was_or_recorded(text):
    found = clean(text)
    before = [line.strip("• \t") for line in map(str.rstrip, text.split("\n")) if line]
    after = [line.strip("• \t") for line in (*found.text.split("\n"), *found.removed) if line]

    assert sorted(before) == sorted(after)


@given(texts)
def test_no_disclosure_is_ever_lost(text):
    alone = [line.rstrip() for line in text.split("\n") if disclosures(line)]
    kept = [line for line in clean(text).text.split("\n") if disclosures(line)]

    assert kept == alone
