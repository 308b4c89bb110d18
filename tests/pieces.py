"""A whole study as one piece of a dataset."""

from annotate.consensus.whole import Consensus
from annotate.dataset.pieces import piece_of
from annotate.dataset.splits import SPLITS


def whole_piece(tables, evidence, decided, split=None):
    """Put together what is public, what votes make of it, and what was decided."""
    said = Consensus.of(evidence, decided).tables(slice(0, len(evidence.articles)))
    return piece_of(tables, said, SPLITS[0] if split is None else split.of.to_numpy())
