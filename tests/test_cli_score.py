"""The printed table of figures: every question and label is named once, where it begins."""

import click
import pandas as pd
from click.testing import CliRunner

from annotate.cli.findings import print_score
from annotate.schema import parse_config
from annotate.summary import summarise
from annotate.tables import Tables, empty_table, frame

CONFIG = """<View><Text name="t" value="$text"/><Labels name="span" toName="t">
<Label value="wording"/><Label value="Loaded wording"/></Labels>
<Choices name="strength" title="Strength" toName="t" perRegion="true" choice="multiple">
<Choice value="strong"/></Choices></View>"""


def printed():
    """Print the figures of one article that two people read and left unmarked."""
    schema = parse_config(CONFIG)
    articles = pd.DataFrame(
        {"article_id": ["a"], "text": ["Some text."], "n_words": [2], "duplicate_of": [""]}
    ).assign(outlet="", event="")
    rows = [
        (f"a/{p}/main/1", "a", p, "main", 1, "blind", "submitted", "1", "", "", 1.0, "")
        for p in "pq"
    ]
    others = {name: empty_table(name) for name in ("answers", "spans", "faults")}
    findings = summarise("S", schema, articles, Tables(visits=frame("visits", rows), **others))
    command = click.Command("score", callback=lambda: print_score(findings))
    return CliRunner().invoke(command).stdout.splitlines()


def test_a_label_that_ends_like_the_one_above_keeps_its_name():
    """Else its figures would be read as the other label's."""
    names = [line.split("  |u-alpha")[0].strip() for line in printed() if "  |u-alpha" in line]

    assert names == ["Span spans", "wording", "Loaded wording"]


def test_a_question_that_is_only_scored_by_value_is_named_with_it():
    """Else it would seem to belong to the question above."""
    assert any(line.startswith("Strength: strong  alpha") for line in printed())
