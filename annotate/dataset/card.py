"""The dataset's README, made of the same figures as the report."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import jinja2

from annotate import __version__
from annotate.dataset.plan import LONGEST_QUOTE
from annotate.dataset.splits import SPLITS
from annotate.reliability import verdict
from annotate.summary import CAVEATS, DEMONSTRATION, two_decimals

if TYPE_CHECKING:
    from annotate.dataset.splits import Split
    from annotate.reliability import Figure
    from annotate.summary import Summary

__all__ = ["dataset_card", "front_matter"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")

_CARD = """\
# {{ s.name | plain }}
{% if s.demonstration %}
> **{{ demonstration }}**
{% endif %}
{{ s.corpus.articles }} articles ({{ "{:,}".format(s.corpus.words) }} words) of \
{{ s.corpus.outlets }} outlets on {{ s.corpus.events }} events, annotated in Label Studio with \
the scheme in `label_config.xml` (SHA-256 {{ s.schema_version[:12] }}) and `codebook.md`.\
{{ " The outlet was hidden from the annotators." if s.blind }}

## Who did what

| annotator | submitted | skipped | draft | not begun | spans | median seconds |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
{% for p in s.progress -%}
| {{ p.annotator | plain }} | {{ p.submitted }} | {{ p.skipped }} | {{ p.draft }} | \
{{ p.unseen }} | {{ p.spans }} | {{ p.seconds | number(0) }} |
{% endfor %}
## Agreement

| field | measure | value | 95 % interval | articles | annotators | marked / saw | remark |
| --- | --- | ---: | --- | ---: | ---: | ---: | --- |
{% for f in s.readable -%}
| {{ f | field }} | {{ f.measure | plain }} | {{ f.value | two_decimals }} | {{ f | interval }} | \
{{ f.articles }} | {{ f.annotators }} | {{ f.counts.marked }} / {{ f.counts.saw }} | \
{{ f | remark }} |
{% endfor %}
{% for caveat in caveats -%}
- {{ caveat }}
{% endfor %}
{%- for warning in s.warnings -%}
- {{ warning | plain }}
{% endfor %}
## Files

| file | one row per |
| --- | --- |
| `articles` | article; its outlet, event, date and the SHA-256 of its text\
{{ "" if with_text else ", without the text" }} |
| `visits` | annotator and article: submitted, skipped, draft, unseen or unassigned |
| `answers` | question shown in a submitted visit and value chosen; `empty` is a question that \
was shown and left empty |
| `spans` | marked span: code-point offsets, half-open, into the text with that SHA-256 |
| `articles.jsonl` | article, with every annotator's answers and spans inside |
| `agreement` | figure: those of the table above and all others, with every count |

Three configurations for `datasets.load_dataset(FOLDER, NAME)`, in `data/`:

| configuration | one row per |
| --- | --- |
| `annotations` | visit, with its answers and spans inside |
| `soft` | article, with the distribution of the votes on each question, what Dawid-Skene and MACE \
make of them, and how many of its readers marked each stretch |
| `consensus` | article, with one answer to each question (`agreed`, `tied` or `adjudicated`, \
beside the votes) and the consensus spans: stretches that more than half of its readers marked \
(`plain`), or would, weighed by their reliability (`weighted`) |

A model is given only where most items have three labels or more and each annotator has twenty \
items; elsewhere `why_no_model` says so. Ties are shown, not broken. On an ordered scale the \
median counts.
{% if split %}
## Splits

Split by {{ split.by }} (seed {{ split.seed }}), near duplicates together: \
{{ sizes }} articles. \
{% if split.strata %}As even as whole groups allow: {{ split.strata | plain }}. {% endif %}\
In more than one split: {{ split.leakage.articles }} articles, \
{{ split.leakage.near_duplicates }} groups of near duplicates, {{ split.leakage.events }} events, \
{{ split.leakage.outlets }} outlets.
{% endif %}
Tables come as CSV and as Parquet. In the CSV files an apostrophe stands before text that a \
spreadsheet would run as a formula; the Parquet files hold the text as it is. \
{% if with_text -%}
The articles' text is included; see to the rights before you pass it on.
{%- else -%}
Spans longer than {{ longest }} characters are given by offsets only.
{%- endif %} \
{{ "Annotators' notes are included." if with_notes else "Annotators' notes are not included." }}

The tables hold what annotators said independently of one another. What was done in training, and \
what an adjudicator decided, is not among them and counts in no figure; a decision stands in \
`consensus` only, and is marked there.

Annotators are pseudonyms. A label says how an article was read, not what an outlet is.\
{{ s.left | left }}

Made with annotate-news {{ version }}.
"""


def dataset_card(
    summary: Summary,
    *,
    with_text: bool = False,
    with_notes: bool = False,
    split: Split | None = None,
) -> str:
    """Write the README of a dataset, in Markdown.

    Parameters
    ----------
    summary : Summary
        The findings.
    with_text, with_notes : bool
        Whether the articles' text and the annotators' notes are in the dataset.
    split : Split or None
        How the articles are split, if they are.
    """
    # Markdown, not HTML: `plain` escapes what the config and the settings bring along.
    environment = jinja2.Environment(autoescape=False, keep_trailing_newline=True)  # noqa: S701
    environment.filters |= {
        "plain": _plain,
        "number": _number,
        "two_decimals": two_decimals,
        "field": _field,
        "interval": _interval,
        "remark": _remark,
        "left": _left,
    }
    return environment.from_string(_CARD).render(
        s=summary,
        caveats=CAVEATS,
        demonstration=DEMONSTRATION,
        longest=LONGEST_QUOTE,
        version=__version__,
        with_text=with_text,
        with_notes=with_notes,
        split=split,
        sizes=_sizes(split) if split else "",
    )


def front_matter(split: Split | None = None) -> str:
    """Write what stands before the card, from which `datasets` knows what lies where."""
    lines = ["---", "configs:"]
    for name in ("annotations", "soft", "consensus"):
        lines += [f"- config_name: {name}", *(["  default: true"] if name == "annotations" else [])]
        lines.append("  data_files:")
        for each in SPLITS if split else SPLITS[:1]:
            lines += [f"  - split: {each}", f"    path: data/{name}/{each}.parquet"]
    return "\n".join([*lines, "---", "", ""])


def _sizes(split: Split) -> str:
    return ", ".join(f"{name} {number}" for name, number in split.to_json()["articles"].items())


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def _field(figure: Figure) -> str:
    return _plain(figure.title + (f": {figure.label}" if figure.label else ""))


def _interval(figure: Figure) -> str:
    low = two_decimals(figure.low)
    return f"{low} to {two_decimals(figure.high)}" if low else "none"


def _left(left: tuple[int, int]) -> str:
    """Say how many have left the study, if any have."""
    kinds = zip(left, ("annotator", "article"), strict=True)
    gone = [f"{number} {kind}{'s' if number > 1 else ''}" for number, kind in kinds if number]
    return f" {' and '.join(gone)} left the study; nothing of that is in here." if gone else ""


def _remark(figure: Figure) -> str:
    said = [verdict(figure)] if figure.chance_corrected and figure.defined else []
    return _plain("; ".join([*said, *([figure.reason] if figure.reason else [])]))
