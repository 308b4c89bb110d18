"""The demonstration corpus and its recorded labels keep what its README promises."""

import csv
import json
import re
import unicodedata
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from lxml import etree

from annotate.articles import articles_frame, link_duplicates, read_articles

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
ANNOTATORS = {"ada", "ben", "cleo"}
INVENTED = {"Halyna", "Jonas", "Oksana", "Petro", "Dáša", "Milan", "Zdenka"}
FURNITURE = (
    "Leave a Comment",
    "Leave a Reply",
    "Add a comment",
    "KEY POINTS",
    "Read More:",
    "Scroll to Top",
    "Share this article",
    "Your email address",
)


def _config():
    """Parse the scheme; neither entities nor the network are needed for it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring((ROOT / "label_config.xml").read_bytes(), parser)


CONFIG = _config()
CHOICES = {control.get("name"): control for control in CONFIG.iter("Choices")}
LABELS = {label.get("value"): label.get("group") for label in CONFIG.iter("Label")}
SIDECAR = list(csv.DictReader((SEEDS / "articles.csv").open(encoding="utf-8", newline="")))
LINES = [
    json.loads(line) for line in (SEEDS / "labels.jsonl").read_text(encoding="utf-8").splitlines()
]
SUBMITTED = [line for line in LINES if line["status"] == "submitted"]


def _stored_values(question):
    """Return what Label Studio stores for each choice: its alias, else its value."""
    return {c.get("alias") or c.get("value") for c in CHOICES[question].iter("Choice")}


INTAKE = read_articles([SEEDS / row["file"] for row in SIDECAR], key=b"seeds", root=SEEDS)
TEXTS = {article.source_file: article.text for article in INTAKE.articles}


def _offsets(text, span):
    """Find the n-th place of a quotation, or None."""
    places = [m.start() for m in re.finditer(re.escape(span["quote"]), text)]
    if len(places) < span["occurrence"]:
        return None
    start = places[span["occurrence"] - 1]
    return start, start + len(span["quote"])


def _name(line):
    return f"{line['file']}-{line['annotator']}"


def test_seven_articles_report_three_events_each_at_least_twice():
    events = Counter(row["event"] for row in SIDECAR)

    assert {row["file"] for row in SIDECAR} == {p.name for p in SEEDS.glob("seed-*")}
    assert len(SIDECAR) == len({row["id"] for row in SIDECAR}) == 7
    assert set(events) == {
        "2025-08-09-chevening",
        "2025-08-13-video-call",
        "2025-04-23-london",
    }
    assert min(events.values()) >= 2


def test_the_reader_takes_every_article_with_its_metadata():
    declared = {r["file"]: (r["outlet"], r["published"], r["event"]) for r in SIDECAR}

    assert INTAKE.refused == []
    assert {a.source_file: (a.outlet, a.published, a.event) for a in INTAKE.articles} == declared


def test_the_reader_removes_the_furniture_and_nothing_that_counts():
    everything = "\n".join(TEXTS.values())
    caption = "A wall screen in a conference room"

    assert not [piece for piece in FURNITURE if piece in everything]
    assert not [piece for piece in ("cookies", "Tide tables", "Imprint") if piece in everything]
    assert everything.count("This article is sponsored content.") == 1
    assert TEXTS["seed-04.txt"].count("• ") == 3
    assert TEXTS["seed-04.txt"].count(caption) <= 1


def test_no_article_is_taken_for_a_copy_of_another():
    _, pairs = link_duplicates(articles_frame(INTAKE.articles))

    assert pairs == []


def test_each_article_is_published_within_a_day_of_its_event():
    for row in SIDECAR:
        year_month, day = row["event"][:8], int(row["event"][8:10])

        assert row["published"][:8] == year_month, row["file"]
        assert 0 <= int(row["published"][8:]) - day <= 1, row["file"]


@pytest.mark.parametrize("file", sorted(TEXTS))
def test_an_article_is_of_demonstration_length(file):
    assert 250 <= len(TEXTS[file].split()) <= 450


def test_an_article_names_its_own_outlet_only_in_the_sponsors_notice():
    naming = {r["file"]: TEXTS[r["file"]].count(r["outlet"]) for r in SIDECAR}

    assert {file: n for file, n in naming.items() if n} == {"seed-03.txt": 2}
    notice = TEXTS["seed-03.txt"].index("This article is sponsored content.")
    assert TEXTS["seed-03.txt"].index("Brightwater Digest") > notice


def test_the_difficulties_of_real_pages_are_all_there():
    raw = {f: (SEEDS / f).read_text(encoding="utf-8") for f in TEXTS}
    everything = "".join(raw.values())
    sides = re.search(r"^(.{80,}\.) \1$", raw["seed-04.txt"], re.MULTILINE)

    assert sides is not None, "the alternative text stands twice on one line"
    assert "— North Wire World News\n\n" in raw["seed-02.txt"]
    assert "\n  • " in raw["seed-04.txt"]
    assert all(piece in everything for piece in FURNITURE)
    assert unicodedata.normalize("NFC", raw["seed-07.txt"]) != raw["seed-07.txt"]
    assert "\u200d" in raw["seed-07.txt"]
    assert max(map(ord, raw["seed-07.txt"])) > 0xFFFF
    assert " — " in raw["seed-01.txt"]
    assert re.search(r"\w—\w", raw["seed-02.txt"])
    assert all("\n\n" not in raw[f] for f in ("seed-01.txt", "seed-07.txt"))
    assert re.search(r"[^\n]\n[^\n]", raw["seed-02.txt"]) is None
    assert not {'"', "'"} & set("".join(t for f, t in raw.items() if f.endswith(".txt")))


@pytest.mark.parametrize("file", sorted(TEXTS))
def test_only_invented_people_are_quoted(file):
    """A quotation of more than three words stands in a paragraph of an invented speaker."""
    for paragraph in TEXTS[file].splitlines():
        long = [q for q in re.findall("“([^”]*)”", paragraph) if len(q.split()) > 3]

        assert not long or INVENTED & set(re.findall(r"\w+", paragraph)), long


def test_every_annotator_has_one_line_for_every_article():
    seen = Counter((line["file"], line["annotator"]) for line in LINES)

    assert set(seen) == {(file, annotator) for file in TEXTS for annotator in ANNOTATORS}
    assert set(seen.values()) == {1}


def test_one_is_skipped_one_is_a_draft_and_one_marks_nothing():
    statuses = Counter(line["status"] for line in LINES)
    skipped = next(line for line in LINES if line["status"] == "skipped")

    assert statuses == {"submitted": 19, "skipped": 1, "draft": 1}
    assert skipped["answers"] == {}
    assert skipped["spans"] == []
    assert [_name(line) for line in SUBMITTED if not line["spans"]] == ["seed-07.txt-ben"]


def test_the_draft_is_begun_and_not_finished():
    draft = next(line for line in LINES if line["status"] == "draft")
    required = {q for q, c in CHOICES.items() if _asked_of_every_article(c)}

    assert draft["answers"]
    assert draft["spans"]
    assert required - set(draft["answers"])


def _asked_of_every_article(control):
    return (
        control.get("required") == "true"
        and control.get("perRegion") != "true"
        and control.get("visibleWhen") is None
    )


@pytest.mark.parametrize("line", LINES, ids=_name)
def test_answers_are_values_of_the_scheme(line):
    assert set(line) == {"file", "annotator", "status", "seconds", "answers", "spans"}
    assert line["seconds"] > 0
    for question, value in line["answers"].items():
        if question == "note":
            assert value.strip() == value != ""
        else:
            assert CHOICES[question].get("perRegion") is None
            assert value in _stored_values(question), question


@pytest.mark.parametrize("line", SUBMITTED, ids=_name)
def test_a_submitted_form_is_complete(line):
    required = {q for q, c in CHOICES.items() if _asked_of_every_article(c)}
    disclosed = line["answers"]["sponsorship"] == "disclosed"

    assert required <= set(line["answers"])
    assert ("disclosure_placement" in line["answers"]) is disclosed


@pytest.mark.parametrize("line", LINES, ids=_name)
def test_a_mark_carries_what_its_label_asks_for(line):
    for span in line["spans"]:
        loaded = LABELS[span["label"]] == "loaded"

        assert ("direction" in span) is loaded, span
        assert span.get("direction", "none") in _stored_values("direction"), span
        assert set(span.get("intensity", [])) <= _stored_values("intensity"), span
        assert span.get("voice", "direct_quote") in _stored_values("voice"), span
        assert loaded or not {"intensity", "voice"} & set(span), span
        assert set(span) <= {
            *("quote", "occurrence", "label", "direction", "intensity", "voice"),
        }


@pytest.mark.parametrize("line", LINES, ids=_name)
def test_a_mark_is_found_in_one_paragraph_on_whole_words(line):
    text = TEXTS[line["file"]]
    for span in line["spans"]:
        place = _offsets(text, span)

        assert place is not None, span
        before, after = text[: place[0]][-1:], text[place[1] :][:1]
        assert "\n" not in span["quote"], span
        assert span["quote"] == span["quote"].strip(), span
        assert not before.isalnum(), span
        assert not after.isalnum(), span
        assert not any(piece in span["quote"] for piece in FURNITURE), span


@pytest.mark.parametrize("line", LINES, ids=_name)
def test_marks_come_in_order_of_the_text(line):
    places = [_offsets(TEXTS[line["file"]], span) for span in line["spans"]]

    assert places == sorted(places)


def test_only_one_pair_of_marks_overlaps_and_its_groups_differ():
    overlapping = []
    for line in LINES:
        placed = [(_offsets(TEXTS[line["file"]], s), s) for s in line["spans"]]
        overlapping += [
            (_name(line), LABELS[a["label"]], LABELS[b["label"]])
            for (p, a), (q, b) in combinations(placed, 2)
            if p[0] < q[1] and q[0] < p[1]
        ]

    assert overlapping == [("seed-03.txt-cleo", "source", "loaded")]


def test_a_repeated_phrase_is_marked_at_each_of_its_places():
    twice = {
        (line["file"], line["annotator"], span["quote"])
        for line in SUBMITTED
        for span in line["spans"]
        if span["occurrence"] == 2
    }

    assert ("seed-01.txt", "ada", "talking shop") in twice
    assert ("seed-06.md", "ada", "empty chair") in twice


@pytest.mark.parametrize("line", [s for s in SUBMITTED if s["spans"]], ids=_name)
def test_an_annotator_who_marks_anything_marks_four_to_nine_phrases(line):
    assert 4 <= len(line["spans"]) <= 9


def test_every_label_and_special_answer_is_used_somewhere():
    answers = {value for line in SUBMITTED for value in line["answers"].values()}

    assert {s["label"] for line in LINES for s in line["spans"]} == set(LABELS)
    assert {"disclosed", "suspected", "unclear", "not_present", "opinion"} <= answers


def test_the_three_disagree_on_every_stance_yet_seldom_by_more_than_a_step():
    gaps = []
    for question in (q for q in CHOICES if q.startswith("stance_")):
        steps = [gap for file in TEXTS for gap in _gaps(file, question)]
        assert any(steps), question
        gaps += steps

    assert max(gaps) <= 2
    assert sum(gap <= 1 for gap in gaps) / len(gaps) > 0.9


def _gaps(file, question):
    values = [line["answers"][question] for line in SUBMITTED if line["file"] == file]
    steps = [int(value) for value in values if value not in {"unclear", "not_present"}]
    return [abs(a - b) for a, b in combinations(steps, 2)]


def test_labels_never_name_an_outlet():
    recorded = (SEEDS / "labels.jsonl").read_text(encoding="utf-8")

    assert not [row["outlet"] for row in SIDECAR if row["outlet"] in recorded]


def test_the_readme_says_what_the_corpus_is():
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")

    assert all(row["file"] in readme for row in SIDECAR)
    assert "fictional" in readme
    assert "not findings" in readme
    assert "CC0-1.0" in readme


def test_the_codebook_explains_every_label_and_opens_with_its_short_form():
    codebook = (ROOT / "codebook.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", codebook, re.MULTILINE)
    short = codebook.split("## In short")[1].split("\n## ")[0]

    assert headings[:5] == ["In short", "Questions", "Spans", "Ties", "The editor"]
    assert len(short.split()) <= 250
    for label in LABELS:
        assert re.search(rf"^### .*{re.escape(label)}", codebook, re.MULTILINE), label


def test_the_codebook_explains_every_answer_of_the_form():
    codebook = (ROOT / "codebook.md").read_text(encoding="utf-8").casefold()
    asked = ("sponsorship", "disclosure_placement", "genre", "confidence")
    shown = [c.get("value") for q in asked for c in CHOICES[q].iter("Choice")]

    assert not [answer for answer in shown if answer.casefold() not in codebook]
