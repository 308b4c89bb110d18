"""The labels as a dataset that others can load and trust."""

from annotate.dataset.documents import About, dataset_card
from annotate.dataset.plan import Choices
from annotate.dataset.public import Public, public

__all__ = ["About", "Choices", "Public", "dataset_card", "public"]
