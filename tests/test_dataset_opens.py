"""Other people's programs open a dataset: `datasets` without a network, and mlcroissant."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import mlcroissant
import pyarrow.parquet as pq
import pytest
from adversarial_texts import TEXTS
from awkward_study import EVERYTHING, awkward_study
from made_study import made_study
from trained_study import trained_study

from annotate import workflow
from annotate.dataset import Choices
from annotate.dataset.splits import Splitting

KINDS = ("awkward", "awkward, split", "bare, split", "nobody", "no article")
CONFIGURATIONS = ("annotations", "soft", "consensus")

LOADS = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
found = {}
for folder in sys.argv[1:]:
    for name in get_dataset_config_names(folder):
        if name == "default":  # made up where no configuration is named
            continue
        for split, rows in load_dataset(folder, name).items():
            texts = rows["text"][:] if "text" in rows.column_names else []
            spans = [s["text"] for row in rows["spans"] for s in row if "text" in s]
            found.setdefault(folder, {}).setdefault(name, {})[split] = [len(rows), texts, spans]
    if folder in found:
        default = load_dataset(folder)
        found[folder]["default"] = {split: [len(rows), [], []] for split, rows in default.items()}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    return awkward_study(tmp_path_factory.mktemp("awkward"))


@pytest.fixture(scope="module")
def folders(awkward, tmp_path_factory):
    """Export a study of every awkward text, one with all rounds, and two without any work."""
    top = tmp_path_factory.mktemp("opens")
    nobody = made_study(tmp_path_factory.mktemp("nobody"), texts=("Nobody.", "Nor this."))
    none = made_study(tmp_path_factory.mktemp("none"), texts=())
    trained = trained_study(tmp_path_factory.mktemp("trained"))
    split = Splitting("outlet", (0.5, 0.25, 0.25))
    made = (
        (awkward, EVERYTHING, None),
        (awkward, replace(EVERYTHING, licence="ODbL-1.0"), split),
        (trained, Choices(licence="LicenseRef-Ours"), split),
        (nobody, Choices(), split),
        (none, Choices(), None),
    )
    places = {kind: top / str(number) for number, kind in enumerate(KINDS)}
    for place, one in zip(places.values(), made, strict=True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("annotate.study.parted.PART", 1)  # most splits get nothing of a piece
            workflow.export(one[0], place, *one[1:])
    return places


@pytest.fixture(scope="module")
def loaded(folders, tmp_path_factory):
    """Open all with `datasets`, in a process that is told before it starts to stay offline."""
    cache = tmp_path_factory.mktemp("cache")
    told = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "HF_DATASETS_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", LOADS, *map(str, folders.values())],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    return {kind: found.get(str(place), {}) for kind, place in folders.items()}


def rows_in(folder):
    """Count the rows of each configuration by what the flat tables hold."""
    visits, articles = (
        pq.read_metadata(folder / "tables" / f"{name}.parquet").num_rows
        for name in ("visits", "articles")
    )
    return {"annotations": visits, "soft": articles, "consensus": articles}


@pytest.mark.parametrize("kind", KINDS)
def test_datasets_opens_every_configuration_and_split_that_has_rows(folders, loaded, kind):
    found, folder = loaded[kind], folders[kind]
    full = {
        name: {
            path.stem: pq.read_metadata(path).num_rows
            for path in (folder / "data" / name).glob("*.parquet")
            if pq.read_metadata(path).num_rows
        }
        for name in CONFIGURATIONS
    }
    opened = {
        name: {split: number for split, (number, *_) in own.items()} for name, own in found.items()
    }
    default = opened.pop("default", {})
    assert opened == {name: own for name, own in full.items() if own}
    assert default == next(iter(opened.values()), {})
    for name, rows in rows_in(folder).items():
        assert sum(full[name].values()) == rows
    assert len(opened) == {"nobody": 2, "no article": 0}.get(kind, 3)
    if "split" in kind:
        assert all(set(own) == {"train", "validation", "test"} for own in opened.values())


@pytest.mark.parametrize("kind", KINDS[:2])
def test_every_awkward_text_and_span_comes_out_as_it_was(awkward, loaded, kind):
    found = loaded[kind]
    for name in ("soft", "consensus"):
        texts = [text for _, own, _ in found[name].values() for text in own]
        assert sorted(texts) == sorted(each.text for each in TEXTS)
    spans = [span for *_, own in found["annotations"].values() for span in own]
    assert sorted(spans) == sorted(awkward.counted_tables().spans["text"])
    assert len(spans) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_mlcroissant_finds_no_fault_and_iterates_every_record_set(folders, kind):
    folder = folders[kind]
    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    sizes = {f"table-{p.stem}": p for p in (folder / "tables").glob("*.parquet")}
    expected = {name: pq.read_metadata(path).num_rows for name, path in sizes.items()}
    expected |= rows_in(folder)
    found = {each.uuid: list(dataset.records(each.uuid)) for each in dataset.metadata.record_sets}
    assert {name: len(rows) for name, rows in found.items()} == expected
    assert len(expected) == 12


def test_mlcroissant_reads_what_was_written(awkward, folders):
    dataset = mlcroissant.Dataset(str(folders["awkward"] / "croissant.json"))
    rows = list(dataset.records("annotations"))
    said = [
        (span["annotations/spans/text"].decode(), span["annotations/spans/start"])
        for row in rows
        for span in row["annotations/spans"]
    ]
    known = awkward.counted_tables().spans
    assert sorted(said) == sorted(zip(known["text"], known["start"], strict=True))
    values = [
        value.decode()
        for row in rows
        for answer in row["annotations/answers"]
        for value in answer["annotations/answers/values"]
    ]
    answers = awkward.counted_tables().answers
    of_articles = answers[(answers["span_id"] == "") & (answers["value"] != "")]
    assert sorted(values) == sorted(of_articles["value"])


def test_the_rai_vocabulary_says_what_is_known(folders):
    metadata = mlcroissant.Dataset(str(folders["bare, split"] / "croissant.json")).metadata
    assert metadata.license == ["LicenseRef-Ours"]
    assert metadata.data_annotation_platform == ["Label Studio"]
    assert "6 articles by 3" in metadata.annotations_per_item
    assert any("pseudonyms" in each for each in metadata.personal_sensitive_information)
    assert any("sponsoring" in each for each in metadata.data_preprocessing_protocol)
    assert any("alpha (nominal)" in each for each in metadata.data_annotation_analysis)
    assert not metadata.annotator_demographics
