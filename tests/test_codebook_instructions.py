"""Annotators read the codebook's short form, and nothing in it is run."""

import pytest

from annotate.codebook import instructions
from annotate.errors import StudyError
from annotate.resources import resource


def shown(tmp_path, text):
    (tmp_path / "codebook.md").write_text(text, encoding="utf-8", newline="")
    return instructions(tmp_path / "codebook.md")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_short_form_is_shown(tmp_path, end):
    text = "# Book\n\n## Long\n\nA.\n\n## In short\n\n**B.**\n\n### More\n\nC.\n\n## Later\n\nD.\n"
    assert shown(tmp_path, text.replace("\n", end)) == (
        "<p><strong>B.</strong></p>\n<h3>More</h3>\n<p>C.</p>\n"
    )


def test_the_short_form_may_stand_last(tmp_path):
    assert shown(tmp_path, "## Long\n\nA.\n\n## In short\n\nB.") == "<p>B.</p>\n"


@pytest.mark.parametrize(
    "text",
    ["# Book\n\nA.", "### In short\n\nA.", "## In shorter words\n\nA.", "Not ## In short A."],
)
def test_without_a_short_form_the_whole_book_is_shown(tmp_path, text):
    html = shown(tmp_path, text)
    assert "A." in html
    assert text.split("\n", 1)[0].strip("# ") in html


def test_list_items_keep_their_bullets(tmp_path):
    """Label Studio shows a list as one wall of text."""
    html = shown(tmp_path, "## In short\n\n- One.\n- **Two.**\n")
    assert html == "<p>• One.</p>\n<p>• <strong>Two.</strong></p>\n"


def test_html_and_scripts_are_shown_as_text(tmp_path):
    html = shown(
        tmp_path, "## In short\n\n<script>x</script> [y](javascript:z) ![i](data:text/html,q)"
    )
    assert "<script" not in html
    assert "href" not in html
    assert "src" not in html
    assert "&lt;script&gt;" in html


def test_a_book_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "bad.md").write_bytes(b"\xff")
    for name in ("bad.md", "gone.md"):
        with pytest.raises(StudyError, match=name):
            instructions(tmp_path / name)


def test_the_default_book_has_a_short_form_with_both_traps():
    html = instructions(resource("codebook.md"))
    whole = resource("codebook.md").read_text(encoding="utf-8")
    assert 0 < len(html) < len(whole) / 2
    assert "Select regions after creating" in html
    assert "Add" in html
