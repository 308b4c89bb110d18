"""A scheme with what is in dispute only: all that belongs together stays together."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_study import CONFIG

from annotate.errors import ConfigError
from annotate.resources import resource
from annotate.schema import parse_config
from annotate.schema.subset import config_about, tags_of

WHOLE = resource("label_config.xml").read_bytes()
SCHEMA = parse_config(WHOLE)
LOADED = ["Loaded wording", "Labelling", "Credibility cue", "Contested claim as fact"]
OF_LOADED = ["direction", "intensity", "voice"]


def asked(questions, groups, config=WHOLE):
    """Give the names of what a smaller scheme asks."""
    schema = parse_config(config_about(config, questions, groups))
    return [q.name for q in schema.questions], [label.value for label in schema.labels]


@pytest.mark.parametrize(
    ("questions", "groups", "left"),
    [
        (["stance_russia"], [], (["stance_russia"], [])),
        ([], ["source"], ([], ["Relayed outlet", "Vague or anonymous source"])),
        # A question about spans needs their labels, and all else that is asked of them.
        (["direction"], [], (OF_LOADED, LOADED)),
        ([], ["loaded"], (OF_LOADED, LOADED)),
        # A condition goes along with its question, in both directions.
        (["sponsorship"], [], (["sponsorship", "disclosure_placement"], [])),
        (["disclosure_placement"], [], (["sponsorship", "disclosure_placement"], [])),
        (["genre", "gone"], ["gone"], (["genre"], [])),
    ],
)
def test_what_belongs_together_stays(questions, groups, left):
    assert asked(questions, groups) == left


def test_no_empty_box_and_no_orphaned_heading_is_left():
    text = config_about(WHOLE, ["stance_russia"], ["sponsor"]).decode()

    headings = re.findall(r'<Header value="([^"]*)"', text)
    assert headings == [
        "2. Outlet stance, as shown by this article, toward...",
        "Russia (government, forces)",
    ]
    assert not re.search(r"<View[^>]*>\s*</View>", text)


def test_a_scheme_of_which_nothing_is_left_is_refused():
    with pytest.raises(ConfigError):
        config_about(WHOLE, [], [])


@given(
    st.sets(st.sampled_from([q.name for q in SCHEMA.questions])),
    st.sets(st.sampled_from(SCHEMA.groups)),
)
def test_what_is_left_is_asked_in_the_same_words(questions, groups):
    if not questions | groups:
        return
    small = parse_config(config_about(WHOLE, questions, groups))

    assert small.asks <= SCHEMA.asks
    assert questions <= {q.name for q in small.questions}
    assert groups <= set(small.groups)
    for group in small.groups:
        assert small.labels_of(group) == SCHEMA.labels_of(group)
    again = {q.name for q in small.questions}, set(small.groups)
    assert parse_config(config_about(WHOLE, *again)).asks == small.asks


def test_the_element_of_each_control_is_known():
    tags = tags_of(CONFIG)

    assert (tags["span"], tags["genre"], tags["slant"]) == ("Labels", "Choices", "Rating")
