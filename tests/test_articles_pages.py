"""From a page comes its article, with every disclosure where the page has it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.blocks import blocks_of
from annotate.articles.pages import extractor_name, read_page
from annotate.errors import ArticleError

FIRST = "The first paragraph of the article is long enough for any extractor to believe in it."
SECOND = "The second paragraph has a few more words, so that nobody could take it for a menu."
THIRD = "The third paragraph closes the article with a sentence that says nothing very new."


def page(*, above="", inside="", below="", head="", title="Talks resume in Geneva"):
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a>Branded content</a></nav>{above}"
        f"<article><h1>Talks resume in Geneva</h1><p>{FIRST}</p>{inside}<p>{SECOND}</p>"
        f"<p>{THIRD}</p></article>{below}</body></html>"
    )


def lines_of(html):
    return [line for line in read_page(html).text.split("\n") if line]


def test_headline_and_paragraphs_come_out_in_order():
    found = read_page(page())

    assert found.title == "Talks resume in Geneva"
    assert [line for line in found.text.split("\n") if line] == [found.title, FIRST, SECOND, THIRD]


def test_the_headline_is_the_pages_own_and_not_the_one_with_the_outlets_name():
    head = '<meta property="og:title" content="Talks resume in Geneva | The Daily Trumpet">'
    found = read_page(page(head=head, title="Talks resume in Geneva - The Daily Trumpet"))

    assert found.title == "Talks resume in Geneva"
    assert "Trumpet" not in found.text


@pytest.mark.parametrize(
    "tag", ["p class=disclaimer", "div class='legal small'", "footer", "aside"]
)
@pytest.mark.parametrize(
    "sentence", ["This article is sponsored content.", "Brought to you by Acme."]
)
def test_a_disclosure_after_the_article_is_put_back_after_it(tag, sentence):
    found = lines_of(page(below=f"<{tag}>{sentence}</{tag.split()[0]}>"))

    assert found[-2:] == [THIRD, sentence]
    assert found.count(sentence) == 1


@pytest.mark.parametrize(
    "label",
    ["Sponsored", "Paid post", "Advertorial", "In partnership with Acme Corp", "Partner content"],
)
@pytest.mark.parametrize("tag", ["span", "div", "header", "p"])
def test_a_label_before_the_headline_stays_before_it(label, tag):
    found = lines_of(page(above=f"<{tag}>{label}</{tag}>"))

    assert found[:2] == [label, "Talks resume in Geneva"]


def test_a_label_inside_the_article_stays_between_its_paragraphs():
    found = lines_of(page(inside="<aside>This story was paid for by Acme.</aside>"))
    assert found[2:4] == ["This story was paid for by Acme.", SECOND]


def test_a_label_beside_a_byline_comes_without_the_byline():
    above = "<div class=meta><span>Sponsored</span> <span>By Jane Roe</span></div>"
    found = lines_of(page(above=above))

    assert found[0] == "Sponsored"
    assert not any("Jane" in line for line in found)


def test_a_notice_comes_back_whole_with_its_heading():
    notice = "<h4>IMPORTANT NOTICE</h4><p>The outlet does not verify the claims.</p>"
    found = lines_of(page(below=f"<div class=box>{notice}</div>"))

    assert found[-2:] == ["IMPORTANT NOTICE", "The outlet does not verify the claims."]


@pytest.mark.parametrize(
    "below",
    [
        "<aside><h4>Sponsored</h4><a>Ten tricks</a></aside>",
        "<div class='related teasers'><span>Paid post</span> <a>Ten tricks</a></div>",
        "<footer><h4>Disclaimer</h4><p>All rights reserved.</p></footer>",
        "<section id=comments><p>This article is sponsored content.</p></section>",
        "<script>var x = 'This article is sponsored content.'</script>",
        "<div hidden>This article is sponsored content.</div>",
    ],
)
def test_labels_of_other_things_are_no_disclosure_of_this_article(below):
    assert lines_of(page(below=below)) == ["Talks resume in Geneva", FIRST, SECOND, THIRD]


def test_bullets_that_carry_text_stay():
    items = "<ul><li>Tariffs <b>rise</b> in May.</li><li><p>Talks go on.</p></li></ul>"
    found = lines_of(page(inside=items))

    assert found[2:4] == ["- Tariffs rise in May.", "- Talks go on."]


def test_a_linked_bullet_stays_unless_the_list_is_a_menu():
    mixed = "<ul><li><a href=x>A linked bullet about the talks</a></li><li>Another.</li></ul>"
    menu = "<ul><li><a href=x>Another story of today</a></li><li><a href=y>A third</a></li></ul>"

    assert "- A linked bullet about the talks" in lines_of(page(inside=mixed))
    assert not any("story" in line for line in lines_of(page(inside=menu)))


def test_text_of_links_stays_and_scripts_never_become_text():
    inside = (
        "<p>A <a href='http://x.example'>linked word</a> stays in the sentence it stands in.</p>"
        "<script>var evil = 1</script><style>p{color:red}</style>"
    )
    found = read_page(page(inside=inside)).text

    assert "A linked word stays in the sentence" in found
    assert "evil" not in found
    assert "color" not in found


def test_a_notice_broken_into_lines_stays_whole():
    notice = "This article is sponsored content.<br>The outlet does not endorse it.<br/>Really."
    found = lines_of(page(below=f"<footer><p>{notice}</p><p>Imprint</p></footer>"))

    assert found[-3:] == notice.replace("<br/>", "<br>").split("<br>")


def test_a_title_without_headline_in_the_page_loses_the_name_of_the_site():
    head = (
        '<meta property="og:title" content="Talks resume | Daily Trumpet">'
        '<meta property="og:site_name" content="Daily Trumpet">'
    )
    html = page(head=head).replace("<h1>Talks resume in Geneva</h1>", "")

    assert read_page(html).title == "Talks resume"


@pytest.mark.parametrize("html", ["", " ", "<html>", "<p></p>", "<!--x-->", "<script>x</script>"])
def test_a_page_without_article_is_refused(html):
    with pytest.raises(ArticleError):
        read_page(html)


def test_external_entities_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret word")
    doctype = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'

    html = page(inside="<p>Before &e; after the entity, some more words.</p>")
    assert "secret word" not in read_page(html.replace("<!doctype html>", doctype)).text


@given(st.text(alphabet="<>/=\"'&;! pdivhtmlbody\n-", max_size=200))
def test_hostile_markup_is_read_or_refused_and_nothing_else(html):
    try:
        text = read_page(html).text
    except ArticleError:
        return
    assert text.strip()


def test_deep_nesting_is_survived():
    depth = 50_000
    html = "<div>" * depth + f"<p>{FIRST}</p>" + "</div>" * depth
    with suppress(ArticleError):
        assert FIRST in read_page(html).text


def test_blocks_end_at_breaks_and_not_at_inline_tags():
    found = blocks_of("<div>one <b>bold</b>ly<br>two<p>three</p>four</div>")
    assert [block.text for block in found] == ["one boldly", "two", "three", "four"]


def test_the_extractor_is_named_with_its_version():
    import trafilatura

    assert extractor_name() == f"trafilatura {trafilatura.__version__}"
