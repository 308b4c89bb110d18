"""The labels as a dataset that others can load and trust."""

from annotate.dataset.card import dataset_card, front_matter
from annotate.dataset.export import export_dataset
from annotate.dataset.public import Public, public

__all__ = ["Public", "dataset_card", "export_dataset", "front_matter", "public"]
