"""A malformed labeling config is a sound scheme or a clear refusal, never a traceback."""

import copy
import socket

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from malformed import fuzz, hurt_bytes

from annotate.cli import main
from annotate.codebook import stub
from annotate.errors import ConfigError
from annotate.resources import resource
from annotate.schema import config_for_targets, parse_config, target_slug

DEFAULT = resource("label_config.xml").read_bytes()
SMALL = b"""<View><Text name="t" value="$body"/><Labels name="tag" toName="t">
<Label value="A" group="g" background="#f00" hotkey="1"/><Label value="B" scored="no"/></Labels>
<Header value="Tone?"/><Choices name="tone" toName="t" scale="ordinal" missing="x" absent="y"
 required="true" choice="single-radio"><Choice value="1"/><Choice value="2" alias="two"/>
<Choice value="x"/><Choice value="y"/></Choices>
<View visibleWhen="choice-selected" whenTagName="tone" whenChoiceValue="1,2">
<Choices name="why" toName="t" choice="multiple" empty="none"><Choice value="c"/></Choices></View>
<Rating name="stars" toName="t" maxRating="4"/><Number name="n" toName="t" scale="ratio"/>
<Taxonomy name="topic" toName="t"><Choice value="War"><Choice value="Talks" alias="p"/></Choice>
</Taxonomy><TextArea name="note" toName="t"/><Choices name="voice" toName="t" perRegion="true"
 visibleWhen="region-selected" whenTagName="tag" whenLabelValue="A"><Choice value="own"/></Choices>
</View>"""
PAGE = b"""<View><HyperText name="h" value="$html"/><HyperTextLabels name="l" toName="h">
<Label value="A"/></HyperTextLabels><Relations><Relation value="r"/></Relations></View>"""
BASES = [DEFAULT, SMALL, SMALL, PAGE]

TAGS = ["View", "Text", "HyperText", "Labels", "HyperTextLabels", "Label", "Choices", "Choice"]
TAGS += ["Rating", "Number", "Taxonomy", "TextArea", "Header", "Style", "Relations", "Relation"]
TAGS += ["Image", "Video", "Collapse", "Filter", "choices", "{urn:x}View", "{urn:x}Choice", "x"]
ATTRIBUTES = ["name", "toName", "value", "alias", "choice", "scale", "missing", "absent", "empty"]
ATTRIBUTES += ["scored", "group", "required", "perRegion", "visibleWhen", "whenTagName", "title"]
ATTRIBUTES += ["whenLabelValue", "whenChoiceValue", "whenChoiceIndex", "maxRating", "hotkey"]
ATTRIBUTES += ["background", "{urn:x}name", "{http://www.w3.org/XML/1998/namespace}lang"]
VALUES = ["", " ", "t", "tone", "tag", "1", "2", "two", "x", "y", "a,b", ",", " t ", "$", "$body"]
VALUES += ["ordinal", "nominal", "interval", "ratio", "Ratio", "multiple", "single", "yes", "no"]
VALUES += ["true", "0", "-1", "1e999", "nan", "٣", "1_0", "9" * 5000, "101", "$x.y", "War > p"]
VALUES += ["choice-selected", "choice-unselected", "region-selected", "no-region-selected", "A"]
VALUES += ["x" * 5000, "\u202e", "a\nb", "#zzz", "url(http://127.0.0.1/)", "<b>", "& amp", "🙂"]
values = st.sampled_from(VALUES) | st.text(st.characters(codec="utf-8"), max_size=6)
ATTRIBUTE_OPERATIONS = ["set", "set", "set", "unset", "rename"]
OPERATIONS = [*ATTRIBUTE_OPERATIONS, "tag", "drop", "repeat", "move", "pi", "deep"]


@st.composite
def trees(draw):
    """Take a good config and hurt some of its elements."""
    root = etree.fromstring(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 5))):
        elements = list(root.iter(etree.Element))
        element = elements[draw(st.integers(0, len(elements) - 1))]
        other = elements[draw(st.integers(0, len(elements) - 1))]
        _operate(draw, draw(st.sampled_from(OPERATIONS)), element, other)
    return etree.tostring(root, encoding=draw(st.sampled_from(["utf-8", "utf-16", "us-ascii"])))


def _operate(draw, operation, element, other):
    if operation in ATTRIBUTE_OPERATIONS:
        _change(draw, operation, element)
    elif operation == "tag":
        element.tag = draw(st.sampled_from(TAGS))
    elif operation == "pi":
        element.insert(0, etree.ProcessingInstruction("php", "echo"))
        element.insert(0, etree.Comment("Choice"))
    elif operation == "deep":
        for _ in range(draw(st.sampled_from([3, 60, 300]))):
            element = etree.SubElement(element, draw(st.sampled_from(["View", "Choice"])))
    elif operation == "move":
        other.append(copy.deepcopy(element))
    elif (above := element.getparent()) is not None:
        if operation == "drop":
            above.remove(element)
        else:
            above.append(copy.deepcopy(element))


def _change(draw, operation, element):
    if operation == "set":
        _set(element, draw(st.sampled_from(ATTRIBUTES)), draw(values))
    elif element.attrib:
        value = element.attrib.pop(draw(st.sampled_from(list(element.attrib))))
        if operation == "rename":
            _set(element, draw(st.sampled_from(ATTRIBUTES)), value)


def _set(element, name, value):
    try:
        element.set(name, value)
    except ValueError:  # what XML cannot hold at all
        element.set(name, "�")


def read(xml):
    """Read a config; give its scheme if it is taken, and prove the refusal if it is not."""
    try:
        schema = parse_config(xml, where="here.xml")
    except ConfigError as error:
        told = str(error)
        assert told.startswith("here.xml ")
        # Every fault says where: by the line, or as what the whole config lacks.
        faults = told.split("\n  - ")[1:]
        assert faults or "XML" in told or "DOCTYPE" in told or "larger than" in told
        assert all(fault.strip() for fault in faults)
        return None
    prove(schema)
    return schema


def prove(schema):
    """Prove what everything after the reader of configs takes for granted."""
    names = [question.name for question in schema.questions]
    assert len({*names, *schema.span_controls}) == len(names) + len(schema.span_controls)
    assert all(name == name.strip() != "" for name in names)
    assert schema.text_field.strip()
    assert schema.text_name.strip()
    assert schema.questions or schema.labels
    assert isinstance(hash(schema.asks), int)
    assert len({(label.control, label.value) for label in schema.labels}) == len(schema.labels)
    assert all(label.value and label.shown and label.group for label in schema.labels)
    grouped = [label for group in schema.groups for label in schema.labels_of(group)]
    assert len(grouped) == sum(label.scored for label in schema.labels)
    for question in schema.questions:
        prove_question(question, schema)
        assert " " not in target_slug(question.title)
    titles = {question.title for question in schema.questions}
    assert stub(schema).encode().count(b"\n- **") >= bool(titles)


def prove_question(question, schema):
    offered = [option.value for option in question.options]
    assert len(set(offered)) == len(offered)
    assert all(offered)
    assert question.title
    assert set(question.ranks) <= {*offered, question.empty}
    assert len(set(question.ranks)) == len(question.ranks)
    assert not {*question.missing, question.absent} & set(question.ranks)
    assert question.missing | ({question.absent} - {""}) <= set(offered)
    assert bool(offered) == (question.kind in {"single", "multiple", "rating"})
    assert question.kind != "multiple" or question.scale == "nominal"
    assert not (question.kind == "text" and question.scored)
    if question.scale in {"interval", "ratio"}:
        assert all(abs(float(value)) < float("inf") for value in question.ranks)
    known = {*(q.name for q in schema.questions), *schema.span_controls, schema.text_name, ""}
    assert {condition.control for condition in question.conditions} <= known
    assert question.shown({}, {}) in {True, False}


@fuzz(4500)
@given(trees())
def test_a_hurt_config_is_a_sound_scheme_or_refused(xml):
    read(xml)


@fuzz(1000)
@given(st.sampled_from(BASES).flatmap(hurt_bytes))
@example(b'<?xml version="1.0" encoding="utf-7"?><View/>')
@example(b'<?xml version="1.0" encoding="idna"?><View/>')
@example(SMALL.decode().encode("utf-16"))
def test_a_config_of_hurt_bytes_is_a_sound_scheme_or_refused(xml):
    read(xml)


@fuzz(500)
@given(st.binary(max_size=300) | st.text(max_size=100))
def test_what_is_no_config_is_refused(xml):
    assert read(xml) is None


PROLOGUES = [
    '<!DOCTYPE View [<!ENTITY e SYSTEM "{file}">]>',
    '<!DOCTYPE View [<!ENTITY e SYSTEM "{url}">]>',
    '<!DOCTYPE View [<!ENTITY % p SYSTEM "{url}"> %p;]>',
    '<!DOCTYPE View [<!ENTITY % p SYSTEM "{file}"> %p; <!ENTITY e "&#x25;p;">]>',
    '<!DOCTYPE View SYSTEM "{url}">',
    '<!DOCTYPE View PUBLIC "-//x" "{url}">',
    '<!DOCTYPE View [<!ATTLIST Choices name CDATA "{file}"><!ENTITY e "tone">]>',
    '<?xml-stylesheet href="{url}"?>',
    '<?xml-model href="{url}"?>',
    "",
]
BODIES = [
    "&e;",
    '<Choices name="&e;" toName="t"><Choice value="&e;"/></Choices>',
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>',
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>',
    '<View xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u {url}"/>',
]


@pytest.fixture(scope="module")
def bait(tmp_path_factory):
    """Give a file with a secret, and an address that hears whoever calls."""
    file = tmp_path_factory.mktemp("bait") / "secret.txt"
    file.write_text("sesame")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield file.as_uri(), f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd", server


@fuzz(300)
@given(st.sampled_from(PROLOGUES), st.sampled_from(BODIES), st.sampled_from([SMALL, PAGE, b""]))
def test_no_entity_reads_a_file_or_calls_anybody(bait, prologue, body, base):
    file, url, server = bait
    inside = base.decode()[len("<View>") : -len("</View>")]
    xml = f"{prologue}<View>{body}{inside}</View>".replace("{file}", file).replace("{url}", url)
    try:
        said = repr(parse_config(xml))
    except ConfigError as error:
        said = str(error)
    assert "sesame" not in said
    with pytest.raises(BlockingIOError):
        server.accept()


@fuzz(600)
@given(st.lists(values | st.text(max_size=12) | st.just("Ukraine"), max_size=4))
def test_any_targets_give_a_sound_scheme_or_are_refused(targets):
    xml = told = ""
    try:
        xml = config_for_targets(DEFAULT, targets)
    except ConfigError as error:
        told = str(error)
    assert xml or "target" in told
    if not xml:
        return
    schema = read(xml)
    stances = [q for q in schema.questions if q.name.startswith("stance_")]
    assert [q.name for q in stances] == [f"stance_{target_slug(target)}" for target in targets]
    assert len(schema.question("direction").options) == 2 * len(targets) + 1


@fuzz(120)
@given(trees() | st.sampled_from(BASES).flatmap(hurt_bytes))
def test_the_command_makes_a_study_or_says_why_not(tmp_path_factory, xml):
    folder = tmp_path_factory.mktemp("init")
    (folder / "c.xml").write_bytes(xml)
    told = CliRunner().invoke(main, ["init", str(folder / "s"), "--config", str(folder / "c.xml")])

    assert (told.exit_code, (folder / "s" / "study.toml").exists()) in {(0, True), (1, False)}
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert "Traceback" not in told.output
    assert told.exit_code == 0 or told.output.startswith("Error: ")
