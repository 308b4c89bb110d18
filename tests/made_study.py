"""A study in its folder with work of several rounds, as pulls would have left it."""

from annotate.articles import Metadata
from annotate.snapshots import Header, write_snapshot
from annotate.study import Settings, Study
from annotate.workflow import add

CONFIG = b"""<View>
  <Labels name="span" toName="text">
    <Label value="Loaded" group="loaded"/><Label value="Cue" group="loaded"/>
    <Label value="Relayed" group="source"/><Label value="Aside" scored="no"/>
  </Labels>
  <Text name="text" value="$text"/>
  <View visibleWhen="region-selected" whenTagName="span" whenLabelValue="Loaded,Cue">
    <Header value="Who looks worse?"/>
    <Choices name="direction" toName="text" perRegion="true" choice="single-radio">
      <Choice value="Better" alias="better"/><Choice value="Worse" alias="worse"/>
    </Choices>
  </View>
  <Header value="What kind of text is it?"/>
  <Choices name="genre" toName="text" choice="single-radio" required="true">
    <Choice value="Report" alias="report"/><Choice value="Opinion" alias="opinion"/>
  </Choices>
  <Choices name="place" toName="text" choice="single-radio" visibleWhen="choice-selected"
           whenTagName="genre" whenChoiceValue="Opinion">
    <Choice value="before"/><Choice value="after"/>
  </Choices>
  <Choices name="frames" toName="text" choice="multiple">
    <Choice value="conflict"/><Choice value="morality"/>
  </Choices>
  <Rating name="slant" toName="text" maxRating="5"/>
  <TextArea name="note" toName="text"/>
</View>"""
TEXTS = (
    "The reckless mayor 😀 called it a gamble, Reuters reported on Monday.",
    "Critics claim that the plan is a so-called reform of the harbour.",
    "The union was not asked, and the radical council voted all the same.",
    "Ships arrived on time. The port authority published its figures.",
    "A brutal winter hit the town, officials said, and prices rose.",
    "The council met for three hours and adjourned without a vote.",
)
PEOPLE = ("ada", "ben", "cleo")
SOURCE = "server:http://127.0.0.1:9"
DAY = "2026-03-{:02d}T10:00:00Z"


def made_study(root, people=PEOPLE, texts=TEXTS, config=CONFIG):
    """Lay out a study with its articles."""
    study = Study.create(root / "study", Settings("Made", people), config=config, codebook=b"# B")
    for number, text in enumerate(texts):
        path = root / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        add(study, [path], Metadata(event=f"e{number % 2}", outlet=f"o{number % 3}"))
    return study


def ids(study):
    """Give the articles' ids in the order of their texts."""
    by_text = {text: article for article, text in study.texts().items()}
    return [by_text[text] for text in TEXTS if text in by_text]


def mark(text, phrase, label, number, direction=""):
    """Give a span, and what was said of it, as Label Studio writes them."""
    start = text.index(phrase)
    place = {"start": start, "end": start + len(phrase), "text": phrase}
    common = {"to_name": "text", "id": f"r{number}"}
    items = [
        {**common, "from_name": "span", "type": "labels", "value": {**place, "labels": [label]}}
    ]
    if direction:
        said = {**place, "choices": [direction]}
        items.append({**common, "from_name": "direction", "type": "choices", "value": said})
    return items


def choose(question, *values):
    """Give an answer as Label Studio writes it."""
    common = {"from_name": question, "to_name": "text", "id": f"c-{question}"}
    if question == "note":
        return [{**common, "type": "textarea", "value": {"text": list(values)}}]
    if question == "slant":
        return [{**common, "type": "rating", "value": {"rating": values[0]}}]
    return [{**common, "type": "choices", "value": {"choices": list(values)}}]


def pulled(study, round_, person, results, *, day=1, schema="", again=None):  # noqa: PLR0913
    """Keep what a person did in a round, as a pull of their desk would.

    What was done when an article came back, two weeks later, is in `again`.
    """
    hashes = study.articles().set_index("article_id")["text_sha256"]
    turns = [(article, 1, result) for article, result in results.items()]
    turns += [(article, 2, result) for article, result in (again or {}).items()]
    tasks = []
    for number, (article, occasion, result) in enumerate(turns, start=1):
        done = DAY.format(day + 14 * (occasion - 1))
        item = {
            "id": f"{len(round_)}{number}",
            "annotator": person,
            "updated_by": person,
            "predicted": False,
            "skipped": False,
            "ground_truth": False,
            "result": result,
            "created_at": done,
            "updated_at": done,
            "seconds": 60.0 + number,
        }
        tasks.append(
            {
                "article_id": article,
                "occasion": occasion,
                "text_sha256": hashes[article],
                "desk": person,
                "task_id": number,
                "annotations": [] if result is None else [item],
                "drafts": [],
            }
        )
    header = Header(
        SOURCE, DAY.format(day), schema or study.schema().sha256, round_, [person], desk=person
    )
    write_snapshot(study.snapshots, header, tasks, None)


def annotated(study):
    """Let three people annotate everything in round "main", with some disagreement."""
    said = {
        "ada": ("Loaded", "worse", ["report", "opinion"], ["conflict"], 2),
        "ben": ("Cue", "better", ["report", "report"], ["conflict", "morality"], 3),
        "cleo": ("Loaded", "worse", ["report", "opinion"], [], 5),
    }
    for person, (label, direction, genres, frames, slant) in said.items():
        results = {}
        for number, article in enumerate(ids(study)):
            text, result = TEXTS[number], []
            if number == 0:
                result += mark(text, "reckless", label, 1, direction)
                result += mark(text, "Reuters", "Relayed", 2)
            if number == 1 and person != "ben":
                result += mark(text, "so-called", "Cue", 1, "worse")
            if number == 2:
                result += mark(text, "radical", "Loaded", 1, direction)
            if number == 4:
                result += mark(text, "brutal winter", "Loaded", 1, "worse")
            result += choose("genre", genres[number % 2])
            if genres[number % 2] == "opinion":
                result += choose("place", "before")
            if number < 2 and frames:
                result += choose("frames", *frames)
            result += choose("slant", slant if number == 3 else 1 + number % 5)
            results[article] = result + choose("note", f"{person}'s own words")
        pulled(study, "main", person, results)
