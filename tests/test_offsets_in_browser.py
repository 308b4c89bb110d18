"""Offsets of awkward texts: pushed, selected with a mouse, pulled, and what was selected is there.

`annotate add` brings texts into one form (NFC, line feeds, no control characters), so most of
what can move an offset never reaches a desk that way. An export of somebody else's project is
frozen as it stands, so that is how these texts come into the study. What was selected is told by
the browser, in words; CR is the one thing it cannot tell, since the editor shows it as a <br>.
"""

from collections import Counter
from dataclasses import dataclass

import pytest
from adversarial_texts import TEXTS
from awkward_study import foreign_texts
from editor import Editor, open_browser
from playwright.sync_api import sync_playwright
from selecting import Selector

from annotate import workflow
from annotate.resources import resource
from annotate.studio.accounts import ensure_accounts
from annotate.studio.connection import open_connection
from annotate.studio.ledger import Ledger
from annotate.study import Study

pytestmark = [pytest.mark.studio, pytest.mark.browser]

BARE = b"""<View>
  <Labels name="span" toName="text"><Label value="Marked" hotkey="1"/></Labels>
  <Text name="text" value="$text" granularity="symbol"/>
</View>"""


@dataclass(frozen=True)
class Desk:
    """A desk after its annotator's work: the study, and what the browser said was selected."""

    study: Study
    said: dict

    def spans(self, each):
        """Give the offsets of the spans on a text, in their order."""
        (article,) = (name for name, text in self.study.texts().items() if text == each.text)
        spans = self.study.tables().spans
        spans = spans[spans["article_id"] == article]
        return sorted(zip(spans["start"].tolist(), spans["end"].tolist(), strict=True))


@pytest.fixture(scope="module")
def browser():
    """Start one browser for the module."""
    with sync_playwright() as playwright:
        running = open_browser(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def by_character(studio, browser, tmp_path_factory):
    """Select every phrase to the character."""
    root = tmp_path_factory.mktemp("by-character")
    return annotated(studio, browser, root, BARE, TEXTS, "1")


@pytest.fixture(scope="module")
def by_word(studio, browser, tmp_path_factory):
    """Select in every second text with the tool's own scheme, which marks whole words."""
    # No question has to be answered here: that would take as long again.
    config = resource("label_config.xml").read_bytes().replace(b'required="true"', b"")
    root = tmp_path_factory.mktemp("by-word")
    return annotated(studio, browser, root, config, TEXTS[::2], "5")


def annotated(studio, browser, root, config, texts, hotkey):
    """Bring the texts to a desk, select by hand, submit once a text, and pull."""
    codebook = resource("codebook.md").read_bytes()
    study = foreign_texts(root, config, people=("hedy",), codebook=codebook)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABEL_STUDIO_URL", studio.url)
        patch.setenv("LABEL_STUDIO_API_KEY", studio.token)
        lead = open_connection(studio.url, studio.token)
        (person,) = ensure_accounts(lead, study.settings().annotators, study.people_path).values()
        workflow.push(study, lambda *_: None)
        (desk,) = Ledger(study.ledger_path, studio.url).desks()
        tasks = Ledger(study.ledger_path, studio.url).tasks(desk.project)
        places = {text: tasks[article] for article, text in study.texts().items()}
        page = browser.new_context(viewport={"width": 1500, "height": 950}).new_page()
        editor = Editor(page, studio.url, study.schema())
        editor.log_in(person.email, person.password)
        said = {}
        for each in texts:
            editor.open_task(desk.project, places[each.text])
            selector = Selector(page)
            for phrase in each.phrases:
                said[each, phrase] = selector.select(each.text, phrase.place_in(each.text), hotkey)
            editor.submit()
        page.close()
        workflow.pull(study)
    return Desk(study, said)


def as_told(text):
    """Write a text as the browser tells it."""
    return text.replace("\r", "\n")


def as_read(text):
    """Write a text as one reads it on the screen: white space in any number is one space."""
    return " ".join(text.split())


def test_the_texts_are_frozen_as_they_are(by_character):
    assert sorted(by_character.study.texts().values()) == sorted(each.text for each in TEXTS)


def test_the_browser_selects_what_was_meant(by_character):
    """Without it the next test could agree about the wrong words."""
    assert len(by_character.said) >= 60
    for (_, phrase), told in by_character.said.items():
        assert told.exact == told.coloured == as_told(phrase.words)
        assert as_read(told.shown) == as_read(phrase.words)


@pytest.mark.parametrize("each", TEXTS, ids=lambda each: each.name)
def test_every_selection_comes_back_as_one_span_with_its_words(by_character, each):
    spans = by_character.spans(each)
    told = [by_character.said[each, phrase].exact.strip() for phrase in each.phrases]

    assert spans == sorted(phrase.span_in(each.text) for phrase in each.phrases)
    assert Counter(as_told(each.text[start:end]) for start, end in spans) == Counter(told)


@pytest.mark.parametrize("each", TEXTS[::2], ids=lambda each: each.name)
def test_whole_words_come_back_as_they_are_coloured(by_word, each):
    spans = by_word.spans(each)
    told = [by_word.said[each, phrase].coloured.strip() for phrase in each.phrases]
    meant = [phrase.span_in(each.text) for phrase in each.phrases]

    assert Counter(as_told(each.text[start:end]) for start, end in spans) == Counter(told)
    assert all(any(s <= start and end <= e for s, e in spans) for start, end in meant)


def test_nothing_is_mended_but_white_space_at_the_ends(by_character, by_word):
    ragged = [phrase for _, phrase in by_character.said if phrase.words != phrase.words.strip()]

    assert by_character.study.tables().faults["kind"].tolist() == ["trimmed"] * len(ragged)
    assert set(by_word.study.tables().faults["kind"]) <= {"trimmed"}
