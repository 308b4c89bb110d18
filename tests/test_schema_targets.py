"""The default scheme takes on a study's own targets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import ConfigError
from annotate.resources import resource
from annotate.schema import config_for_targets, parse_config, target_slug

TEMPLATE = resource("label_config.xml").read_bytes()
DEFAULT = parse_config(TEMPLATE)

names = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters=",$"), max_size=40
).filter(lambda name: target_slug(name) and name.isprintable())
targets = st.lists(names, min_size=1, max_size=12, unique_by=target_slug)


@settings(deadline=None)
@given(targets)
def test_any_targets_get_a_stance_and_two_directions_each(wanted):
    schema = parse_config(config_for_targets(TEMPLATE, wanted))
    slugs = [target_slug(target) for target in wanted]
    stances = [q for q in schema.document_questions if q.name.startswith("stance_")]
    assert [q.name for q in stances] == [f"stance_{slug}" for slug in slugs]
    assert all(q.ranks == ("-2", "-1", "0", "1", "2") for q in stances)
    directions = [option.value for option in schema.question("direction").options]
    assert directions == [
        *(f"{slug}:{side}" for slug in slugs for side in ("unfavourable", "favourable")),
        "none",
    ]


@settings(deadline=None)
@given(targets)
def test_nothing_else_of_the_scheme_changes(wanted):
    schema = parse_config(config_for_targets(TEMPLATE, wanted))

    def rest(scheme):
        return [
            question
            for question in scheme.questions
            if not question.name.startswith("stance_") and question.name != "direction"
        ]

    assert rest(schema) == rest(DEFAULT)
    assert schema.labels == DEFAULT.labels


def test_titles_hold_the_target_as_people_call_it():
    schema = parse_config(config_for_targets(TEMPLATE, ['The "Chef" & <Co>']))
    assert schema.question("stance_the_chef_co").title == 'Stance toward The "Chef" & <Co>'
    assert schema.question("direction").options[0].shown == 'The "Chef" & <Co> worse'


def test_no_two_choices_share_a_hotkey():
    xml = config_for_targets(TEMPLATE, [f"Party {n}" for n in range(12)])
    labels, panel = xml.split(b"frm-side", 1)
    region = panel.split(b"1. Sponsored content", 1)[0]
    keys = [part.split(b'"')[0] for part in (labels + region).split(b'hotkey="')[1:]]
    assert len(keys) > 30
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ([], "1 to 12 targets, not 0"),
        ([f"t{n}" for n in range(13)], "not 13"),
        ([""], "no Latin letter"),
        (["Россия"], "no Latin letter"),
        (["A B", "a-b"], 'both be called "a_b"'),
        (["one, two"], "comma"),
        (["a\x00b"], "cannot be shown"),
        (["a\nb"], "cannot be shown"),
        (["a\ud800"], "cannot be shown"),
        (["$a"], "begins with \\$"),
    ],
)
def test_targets_that_will_not_do_are_refused(wanted, told):
    with pytest.raises(ConfigError, match=told):
        config_for_targets(TEMPLATE, wanted)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_slug_is_a_plain_name(target):
    slug = target_slug(target)
    assert slug.isascii()
    assert slug == slug.lower().strip("_")
    assert not slug or slug.replace("_", "").isalnum()
    assert target_slug(slug) == slug
