"""A study of every awkward text, with every kind of answer and of visit, and its public tables."""

import json
from xml.sax.saxutils import quoteattr

from adversarial_texts import TEXTS
from made_study import CONFIG, SOURCE, choose, mark

from annotate import workflow
from annotate.dataset import Choices, public
from annotate.snapshots import Header, write_snapshot
from annotate.study import Settings, Study

__all__ = ["EVERYTHING", "PEOPLE", "SCHEME", "awkward_study", "foreign_texts", "public_tables"]

PEOPLE = ("ada", "ben", "cleo")
EVERYTHING = Choices(with_text=True, with_notes=True)
SCHEME = CONFIG.replace(
    b"<TextArea",
    b"""<Choices name="means" toName="text" perRegion="true" choice="multiple"
      visibleWhen="region-selected" whenTagName="span" whenLabelValue="Cue">
    <Choice value="irony"/><Choice value="image"/><Choice value="number"/>
  </Choices>
  <TextArea name="remark" toName="text" perRegion="true" visibleWhen="region-selected"
      whenTagName="span" whenLabelValue="Loaded"/>
  <Number name="cited" toName="text" perRegion="true" visibleWhen="region-selected"
      whenTagName="span" whenLabelValue="Relayed"/>
  <Taxonomy name="topic" toName="text">
    <Choice value="War"><Choice value="Talks"/></Choice><Choice value="Harbour"/>
  </Taxonomy>
  <Choices name="tone" toName="text" choice="single" empty="calm">
    <Choice value="hot"/><Choice value="cold"/>
  </Choices>
  <TextArea""",
)
_LABELS = ("Loaded", "Cue", "Relayed", "Aside")
_DAYS = {"ada": "2026-03-02", "ben": "2026-03-03", "cleo": "2026-03-04"}


def awkward_study(root, name="study", notes=None, words=None):
    """Let three people annotate every awkward text.

    Ben skips one, leaves a draft of one and has not seen one; Cleo gave an answer that nobody can
    read, and a region with two labels.

    Parameters
    ----------
    root : Path
        Where its folder goes.
    name : str
        What the folder is called.
    notes : sequence of str
        What to write down, in turn.
    words : mapping of str to str
        What to call questions, groups, labels and options instead.
    """
    words = words or {}
    study = foreign_texts(root, _called(SCHEME.decode(), words).encode(), name)
    ids = {text: article for article, text in study.texts().items()}
    for turn, person in enumerate(PEOPLE):
        tasks = [_task(ids[each.text], person, study) for each in TEXTS]
        for number, (each, task) in enumerate(zip(TEXTS, tasks, strict=True)):
            said = [*(notes or (f"{person}'s own words",))]
            task["annotations"] = [
                _work(person, number, _result(each, number, turn, said[number % len(said)]))
            ]
        if person == "ben":
            tasks[1]["annotations"][0]["skipped"] = True
            tasks[2]["drafts"], tasks[2]["annotations"] = tasks[2]["annotations"], []
            tasks[3]["annotations"] = []
        if person == "cleo":
            unread = tasks[4]["annotations"][0]["result"]
            unread[:] = [item for item in unread if item["from_name"] != "frames"]
            unread += choose("frames", "conflict", "no such frame")
            several = tasks[5]["annotations"][0]["result"]
            several[0]["value"]["labels"] = ["Loaded", "Cue"]
        for task in tasks:
            for work in (*task["annotations"], *task["drafts"]):
                work["result"] = [_renamed(item, words) for item in work["result"]]
        header = Header(
            SOURCE, f"{_DAYS[person]}T12:00:00Z", study.schema().sha256, "main", [person], person
        )
        write_snapshot(study.snapshots, header, tasks, None)
    return study


def foreign_texts(root, config, name="study", *, people=PEOPLE, codebook=b"# B"):
    """Make a study that has the texts as they are, from an export of another project."""
    study = Study.create(root / name, Settings("Awkward", people), config=config, codebook=codebook)
    tasks = [
        {"id": number, "data": {"text": each.text, "name": each.name}, "annotations": []}
        for number, each in enumerate(TEXTS, start=1)
    ]
    path = root / "texts.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    workflow.pull_file(study, path, key="name")
    return study


def public_tables(study, choices=EVERYTHING):
    """Give the study's tables as a dataset holds them."""
    return public(study.articles(), study.counted_tables(), study.schema(), choices)


def _called(config, words):
    """Put other words into a scheme; what annotators read stays."""
    for old, new in words.items():
        for attribute in ("name", "whenTagName", "group"):
            config = config.replace(f'{attribute}="{old}"', f"{attribute}={quoteattr(new)}")
        if f'alias="{old}"' in config:
            config = config.replace(f'alias="{old}"', f"alias={quoteattr(new)}")
        else:
            config = config.replace(f'value="{old}"', f'value="{old}" alias={quoteattr(new)}')
    return config


def _renamed(item, words):
    """Put the same words into a piece of work."""
    value = {
        name: _replaced(part, words) if name in {"labels", "choices", "taxonomy"} else part
        for name, part in item["value"].items()
    }
    return {**item, "from_name": words.get(item["from_name"], item["from_name"]), "value": value}


def _replaced(part, words):
    return (
        [_replaced(each, words) for each in part]
        if isinstance(part, list)
        else words.get(part, part)
    )


def _task(article, person, study):
    hashes = study.articles().set_index("article_id")["text_sha256"]
    return {
        "article_id": article,
        "occasion": 1,
        "text_sha256": hashes[article],
        "desk": person,
        "task_id": 1,
        "annotations": [],
        "drafts": [],
    }


def _work(person, number, result):
    at = f"{_DAYS[person]}T10:{number:02}:00Z"
    return {
        "id": str(100 + number),
        "annotator": person,
        "updated_by": person,
        "predicted": False,
        "skipped": False,
        "ground_truth": False,
        "result": result,
        "created_at": at,
        "updated_at": at,
        "seconds": 60.25 + number,
    }


def _result(each, number, turn, note):
    """Mark every phrase, and answer what there is to answer; some of it stays empty."""
    result = []
    for place, phrase in enumerate(each.phrases):
        result += _region(each.text, phrase.span_in(each.text), (place, number, turn), note)
    genre = ("report", "opinion")[(number + turn) % 2]
    result += choose("genre", genre)
    if genre == "opinion" and number % 3:
        result += choose("place", "before")
    if frames := (("conflict", "morality"), ("morality",), ())[(number + turn) % 3]:
        result += choose("frames", *frames)
    if number % 4:
        result += choose("slant", 1 + (number + turn) % 5)
    if number % 3:
        common = {"from_name": "topic", "to_name": "text", "id": "t", "type": "taxonomy"}
        paths = ([["War", "Talks"], ["Harbour"]], [["War"]])[turn % 2]
        result.append({**common, "value": {"taxonomy": paths}})
    if number % 2:
        result += choose("tone", ("hot", "cold")[turn % 2])
    return result + choose("note", note)


def _region(text, span, turns, note):
    """Mark a phrase, and answer what is asked of its label."""
    (start, end), (place, number, turn) = span, turns
    label = _LABELS[(place + turn) % 4]
    direction = ("better", "worse", "")[(place + number) % 3] if label in _LABELS[:2] else ""
    items = mark(text, text[start:end], label, place, direction)
    for item in items:
        item["value"] |= {"start": start, "end": end, "text": text[start:end]}
    about = {"start": start, "end": end}

    def answer(question, kind, said):
        value = {**about, "text" if kind == "textarea" else kind: said}
        items.append({**items[0], "from_name": question, "type": kind, "value": value})

    if label == "Cue" and place % 2:
        means = (["irony"], ["irony", "image"], ["number"])
        answer("means", "choices", means[(place + number + turn // 2) % 3])
    if label == "Loaded" and number % 2:
        answer("remark", "textarea", [note])
    if label == "Relayed" and (place + number) % 2:
        answer("cited", "number", (2.5, 3)[number % 2])
    return items
