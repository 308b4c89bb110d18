"""The labels as a dataset that others can load and trust."""

from annotate.dataset.card import dataset_card, front_matter
from annotate.dataset.plan import Choices
from annotate.dataset.public import Public, public

__all__ = ["Choices", "Public", "dataset_card", "front_matter", "public"]
