"""A labeling config becomes questions and labels, or is refused with all its faults at once."""

import random
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.errors import ConfigError
from annotate.resources import resource
from annotate.schema import parse_config, read_config

DEFAULT = resource("label_config.xml").read_bytes()


def scheme(controls, text='<Text name="t" value="$body"/>'):
    return parse_config(f"<View>{text}{controls}</View>")


def one(control, text='<Text name="t" value="$body"/>'):
    (question,) = scheme(control, text).questions
    return question


def choices(values, attributes=""):
    inner = "".join(f'<Choice value="{value}"/>' for value in values)
    return f'<Choices name="q" toName="t" {attributes}>{inner}</Choices>'


def faults(xml):
    with pytest.raises(ConfigError) as refused:
        parse_config(xml)
    return str(refused.value)


def test_the_default_scheme_asks_what_it_should():
    schema = parse_config(DEFAULT)
    assert [q.name for q in schema.document_questions] == [
        "sponsorship",
        "disclosure_placement",
        "stance_ukraine",
        "stance_russia",
        "stance_us_admin",
        "stance_european_allies",
        "genre",
        "confidence",
        "note",
    ]
    assert [q.name for q in schema.region_questions] == ["direction", "intensity", "voice"]
    assert schema.groups == ("loaded", "source", "sponsor")
    assert [label.value for label in schema.labels if not label.scored] == [
        "Check this fact",
        "Not article text",
    ]
    assert (schema.text_field, schema.text_name, schema.hypertext) == ("text", "text", False)


def test_the_default_stance_is_ordinal_from_minus_two_to_two():
    stance = parse_config(DEFAULT).question("stance_russia")
    assert stance.scale == "ordinal"
    assert stance.ranks == ("-2", "-1", "0", "1", "2")
    assert (stance.absent, stance.missing) == ("not_present", frozenset({"unclear"}))
    assert stance.label_of("-2") == "−2"


def test_the_default_scheme_hides_questions_until_their_condition_holds():
    schema = parse_config(DEFAULT)
    place, direction = schema.question("disclosure_placement"), schema.question("direction")
    assert place.shown({"sponsorship": frozenset({"disclosed"})}, {})
    assert not place.shown({"sponsorship": frozenset({"no_sign"})}, {})
    assert direction.shown({}, {"span": frozenset({"Labelling"})})
    assert not direction.shown({}, {"span": frozenset({"Relayed outlet"})})


@pytest.mark.parametrize(
    ("control", "kind", "scale"),
    [
        (choices("ab"), "single", "nominal"),
        (choices(["1", "2", "10"]), "single", "ordinal"),
        (choices(["-1", "0.5"]), "single", "ordinal"),
        (choices(["1", "nan"]), "single", "nominal"),
        (choices(["1", "2"], 'choice="multiple"'), "multiple", "nominal"),
        (choices(["1", "2"], 'scale="nominal"'), "single", "nominal"),
        (choices(["1", "2"], 'scale="ratio"'), "single", "ratio"),
        (choices("ab", 'scale="ordinal"'), "single", "ordinal"),
        ('<Rating name="q" toName="t" maxRating="3"/>', "rating", "interval"),
        ('<Number name="q" toName="t" scale="ratio"/>', "number", "ratio"),
        ('<TextArea name="q" toName="t"/>', "text", "nominal"),
    ],
)
def test_kind_and_scale_of_a_control(control, kind, scale):
    question = one(control)
    assert (question.kind, question.scale) == (kind, scale)


def test_numeric_choices_stand_in_the_order_of_their_numbers_and_others_as_written():
    assert one(choices(["10", "2", "-1"])).ranks == ("-1", "2", "10")
    assert one(choices(["c", "a"], 'scale="ordinal"')).ranks == ("c", "a")


def test_a_value_set_aside_does_not_spoil_the_numbers():
    question = one(choices(["2", "na", "1"], 'missing="na"'))
    assert (question.scale, question.ranks) == ("ordinal", ("1", "2"))


def test_empty_joins_the_ranks():
    assert one(choices("ab", 'empty="outlet"')).ranks == ("a", "b", "outlet")


def test_a_taxonomy_stores_paths():
    question = one(
        '<Taxonomy name="q" toName="t"><Choice value="War"><Choice value="Peace talks" alias="p"/>'
        '</Choice><Choice value="Sport"/></Taxonomy>'
    )
    assert [option.value for option in question.options] == ["War", "War > p", "Sport"]
    assert question.label_of("War > p") == "Peace talks"
    assert question.kind == "multiple"


def test_a_condition_on_a_taxonomy_knows_its_paths():
    schema = scheme(
        '<Taxonomy name="x" toName="t"><Choice value="War"><Choice value="Talks"/></Choice>'
        '</Taxonomy><Choices name="q" toName="t" visibleWhen="choice-selected" whenTagName="x" '
        'whenChoiceValue="Talks"><Choice value="a"/></Choices>'
    )
    assert schema.question("q").shown({"x": frozenset({"War > Talks"})}, {})
    assert not schema.question("q").shown({"x": frozenset({"War"})}, {})


def test_labels_have_groups_colours_and_aliases():
    schema = scheme(
        '<HyperTextLabels name="l" toName="t"><Label value="A" background="#f00" group="g"/>'
        '<Label value="Long" alias="B" scored="no"/></HyperTextLabels>',
        '<HyperText name="t" value="$html"/>',
    )
    first, second = schema.labels
    assert (first.value, first.group, first.color, first.scored) == ("A", "g", "#f00", True)
    assert (second.value, second.shown, second.group, second.scored) == ("B", "Long", "l", False)
    assert (schema.hypertext, schema.text_field) == (True, "html")
    assert schema.groups == ("g",)


def test_labels_and_choices_that_a_view_lays_out_are_read():
    schema = scheme(
        '<Labels name="l" toName="t"><View><Header value="h"/><Label value="A"/></View>'
        '<Label value="B"/></Labels><Choices name="q" toName="t"><View><Choice value="x"/></View>'
        "</Choices>"
    )
    assert [label.value for label in schema.labels] == ["A", "B"]
    assert schema.question("q").ranks == ("x",)


def test_titles_come_from_the_attribute_then_the_header_then_the_name():
    assert one(choices("a", 'title="T"')).title == "T"
    assert one(f'<Header value="Above"/>{choices("a")}').title == "Above"
    assert one(f'<Header value="$field"/>{choices("a")}').title == "Q"


def test_defaults_without_our_attributes():
    question = one(choices("a"))
    assert question.scored
    assert (question.required, question.per_region, question.conditions) == (False, False, ())
    assert (question.missing, question.absent, question.empty) == (frozenset(), "", "")
    assert not one('<TextArea name="q" toName="t" scored="yes"/>').scored


def test_conditions_of_the_views_around_a_control_count_too():
    schema = scheme(
        choices("a").replace('"q"', '"other"')
        + '<View visibleWhen="choice-selected" whenTagName="other" whenChoiceValue="a">'
        + choices("b", 'visibleWhen="choice-unselected" whenTagName="other" whenChoiceValue="a"')
        + "</View>"
    )
    question = schema.question("q")
    assert len(question.conditions) == 2
    assert not question.shown({"other": frozenset({"a"})}, {})
    assert not question.shown({}, {})


def test_a_condition_may_name_what_is_shown_and_means_what_is_stored():
    schema = scheme(
        '<Choices name="o" toName="t"><Choice value="Yes, it is" alias="y"/><Choice value="No" '
        'alias="n"/></Choices>'
        + choices("a", 'visibleWhen="choice-selected" whenTagName="o" whenChoiceValue="No"')
    )
    assert schema.question("q").shown({"o": frozenset({"n"})}, {})
    assert not schema.question("q").shown({"o": frozenset({"No"})}, {})


def test_every_fault_is_said_at_once_with_its_line():
    told = faults("""<View>
<Text name="t" value="text"/>
<Choices name="a" toName="nowhere"><Choice value="x"/><Choice value="x"/></Choices>
<Choices name="a" toName="t"><Choice value="x"/></Choices>
<Rating name="r" toName="t" maxRating="many"/>
<Choices name="b" toName="t" scale="fancy" missing="z" visibleWhen="x"><Choice value="1"/></Choices>
<Labels name="l" toName="t"/>
<Brush name="p" toName="t"/>
<Choices name="c" toName="t" scored="perhaps" required="yes" empty="e"><Choice value="1"/></Choices>
</View>""")
    for expected in (
        'line 2: <Text name="t"> needs value="$field"',
        'line 3: "a" points to "nowhere"',
        'line 3: "a" has the value "x" twice',
        'line 4: the name "a" is used twice',
        'line 5: "r": maxRating="many"',
        'line 6: "b": scale="fancy"',
        'line 6: "b": missing="z" is none of its values',
        'line 6: visibleWhen="x"',
        'line 7: "l" has no <Label>',
        "line 8: <Brush>",
        'line 9: scored="perhaps"',
        'line 9: "c" is required',
    ):
        assert expected in told


@pytest.mark.parametrize(
    ("controls", "told"),
    [
        ("", "no control"),
        (choices("a").replace('name="q"', ""), "has no name"),
        (choices("a").replace('"q"', '" q "'), "begins or ends with a space"),
        (choices(""), "has no <Choice>"),
        (choices(["$x"]), "no fixed value"),
        (choices("a", 'value="$options"'), "takes its values from the task"),
        (choices("a", 'choice="many"'), 'choice="many"'),
        (choices("ab", 'scale="interval"'), "needs numbers"),
        (choices("ab", 'choice="multiple" scale="ordinal"'), "takes several values"),
        (choices("ab", 'absent="c"'), 'absent="c" is none of its values'),
        (choices("ab", 'absent="a" missing="a"'), "both missing and absent"),
        (choices("ab", 'missing="a" empty="a"'), "set aside already"),
        (choices("a", 'visibleWhen="choice-selected" whenTagName="z"'), "no such control"),
        (
            choices("a", 'visibleWhen="choice-selected" whenTagName="q" whenChoiceValue="z"'),
            "no such value",
        ),
        ('<Rating name="q" toName="t" maxRating="' + "9" * 5000 + '"/>', "maxRating"),
        (
            '<Choices name="q" toName="t"><Choice value="a"><Choice value="b"/></Choice></Choices>',
            "only read in a <Taxonomy>",
        ),
    ],
)
def test_a_fault_is_named(controls, told):
    assert told in faults(f'<View><Text name="t" value="$b"/>{controls}</View>')


def test_controls_about_two_texts_are_refused():
    xml = (
        '<View><Text name="t" value="$a"/><Text name="u" value="$b"/>'
        + choices("a")
        + choices("a").replace('"q"', '"r"').replace('"t"', '"u"')
        + "</View>"
    )
    assert "several texts: t, u" in faults(xml)


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE View>",
        '<!DOCTYPE View [<!ENTITY e "x">]>',
        '<!DOCTYPE View SYSTEM "http://localhost:1/x.dtd">',
        '<!DOCTYPE View [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_a_document_type_is_refused(declaration):
    xml = f'{declaration}<View><Text name="t" value="$b"/>{choices("a")}</View>'
    assert "DOCTYPE" in faults(xml)


def test_entities_that_multiply_are_refused_in_no_time():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
    xml = f'<!DOCTYPE View [<!ENTITY e0 "ha">{entities}]><View a="&e11;">&e11;</View>'
    begun = time.monotonic()
    assert faults(xml)
    assert time.monotonic() - begun < 2


def test_many_values_take_no_time():
    values = [f"a{n}" for n in range(12_000)]
    when = f'visibleWhen="choice-selected" whenTagName="q" whenChoiceValue="{",".join(values)}"'
    other = choices("x", when).replace('"q" toName', '"r" toName')
    begun = time.monotonic()
    asked, then = scheme(choices(values) + other).questions
    assert (len(asked.options), len(then.conditions[0].values)) == (12_000, 12_000)
    assert faults("<View>" + "<x/>\n" * 40_000 + "</View>").count("<x> is no element") == 40_000
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"\x00",
        b"<View>",
        b"\xff\xfe",
        "\ud800",
        "<View/>" * 2,
        b"<View>" * 5000,
        b" " * 1_000_001,
    ],
)
def test_what_is_no_xml_is_refused(xml):
    assert "labeling config" in faults(xml)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"gone\.xml: cannot be read"):
        read_config(tmp_path / "gone.xml")


def test_the_version_is_the_hash_of_the_bytes():
    assert parse_config(DEFAULT).sha256 == parse_config(DEFAULT.decode()).sha256
    assert parse_config(DEFAULT).sha256 != parse_config(DEFAULT + b"\n").sha256


def accepted_or_refused(xml):
    try:
        parse_config(xml)
    except ConfigError:
        return


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
@example(b'<?xml version="1.0" encoding="nonsense"?><View/>')
@example(b"<?xml?>")
def test_no_input_gives_another_error(xml):
    accepted_or_refused(xml)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_no_mutation_of_the_default_scheme_gives_another_error(seed, times):
    dice, xml = random.Random(seed), DEFAULT
    pieces = DEFAULT.replace(b'"', b" ").split()
    for _ in range(times):
        start = dice.randrange(len(xml))
        end = min(len(xml), start + dice.choice([0, 1, 1, 10, 200]))
        xml = xml[:start] + dice.choice([b"", b"<", b'"', b"\x00", *pieces]) + xml[end:]
    accepted_or_refused(xml)


TAGS = ["Choices", "Choice", "Label", "Labels", "Taxonomy", "Rating", "Number", "TextArea", "View"]
ATTRIBUTES = ["name", "toName", "value", "alias", "choice", "scale", "missing", "absent", "empty"]
ATTRIBUTES += ["scored", "group", "visibleWhen", "whenTagName", "whenChoiceValue", "whenLabelValue"]
ATTRIBUTES += ["maxRating", "perRegion", "required"]
VALUES = ["", "t", "a", "b", "1", "-2", "a,b", "choice-selected", "region-selected", "ordinal"]
VALUES += ["multiple", "$x", "yes", "1e999", "٣", "q"]
attribute = st.builds(' {}="{}"'.format, st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES))
element = st.recursive(
    st.just(""),
    lambda inner: st.builds(
        lambda tag, attributes, inside: f"<{tag}{''.join(attributes)}>{''.join(inside)}</{tag}>",
        st.sampled_from(TAGS),
        st.lists(attribute, max_size=5, unique_by=lambda written: written.split("=")[0]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(element)
def test_no_arrangement_of_known_elements_gives_another_error(controls):
    accepted_or_refused(f'<View><Text name="t" value="$x"/>{controls}</View>')


def test_the_repository_and_the_resource_hold_the_same_scheme():
    assert (Path(__file__).parent.parent / "label_config.xml").read_bytes() == DEFAULT
