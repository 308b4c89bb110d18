"""A dataset with tasks for Label Studio, of a study whose texts are awkward."""

import pandas as pd
import pytest
from awkward_study import EVERYTHING, PEOPLE, awkward_study, public_tables
from nasty_study import NOTES
from pieces import whole_piece

from annotate import workflow
from annotate.adjudication.settled import adjudicated
from annotate.consensus.decided import decided_of
from annotate.dataset.plan import Plan
from annotate.workflow.findings import summary

FOLDER = "label_studio"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Annotate every awkward text."""
    return awkward_study(tmp_path_factory.mktemp("awkward"), notes=("their own words", *NOTES))


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    """Export it with texts and notes."""
    target = tmp_path_factory.mktemp("exported") / "dataset"
    workflow.export(study, target, EVERYTHING)
    return target


def file_of(folder, number):
    return folder / FOLDER / f"annotator_{number:02}.json"


def same(one, other):
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


def plan_of(study):
    annotators = tuple(sorted(PEOPLE))
    return Plan(study.schema(), study.config_path.read_bytes(), annotators, choices=EVERYTHING)


def piece_of(study):
    evidence = summary(study).evidence
    return whole_piece(public_tables(study), evidence, decided_of(adjudicated(study)))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}
