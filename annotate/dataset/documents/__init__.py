"""The documents of a dataset: what a stranger has to know before trusting a label."""

from annotate.dataset.documents.about import About
from annotate.dataset.documents.card import dataset_card
from annotate.dataset.documents.every import documents, readme
from annotate.dataset.documents.known import known

__all__ = ["About", "dataset_card", "documents", "known", "readme"]
