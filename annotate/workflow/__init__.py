"""What a user does, step by step: each step reads the study, works, and writes the study."""

from annotate.workflow.adjudication import Adjudication, adjudicate, decided
from annotate.workflow.dataset import dataset_about, dataset_archive, export
from annotate.workflow.desks import connection_of, push
from annotate.workflow.disputed import AdjudicationPlan
from annotate.workflow.exports import pull_file
from annotate.workflow.findings import (
    compare_annotators,
    compare_rounds,
    compare_schemes,
    evidence,
    summary,
    view,
)
from annotate.workflow.intake import AddOutcome, add, adopt_config, edit
from annotate.workflow.pulling import pull
from annotate.workflow.store import PullOutcome
from annotate.workflow.training import feedback

__all__ = [
    "AddOutcome",
    "Adjudication",
    "AdjudicationPlan",
    "PullOutcome",
    "add",
    "adjudicate",
    "adopt_config",
    "compare_annotators",
    "compare_rounds",
    "compare_schemes",
    "connection_of",
    "dataset_about",
    "dataset_archive",
    "decided",
    "edit",
    "evidence",
    "export",
    "feedback",
    "pull",
    "pull_file",
    "push",
    "summary",
    "view",
]
