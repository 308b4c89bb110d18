"""What the columns of a dataset hold, the same in every format and in every piece."""

from __future__ import annotations

import pyarrow as pa

__all__ = [
    "CONSENSUS",
    "CONSENSUS_SPANS",
    "FLAT",
    "OF_ARTICLE",
    "PLACE",
    "SAID",
    "SOFT",
    "SOFT_SPANS",
    "STANDS",
    "TEXT",
    "TEXTS",
    "VISIT",
]

TEXT, TEXTS = pa.string(), pa.list_(pa.string())
WHOLE, REAL = pa.int64(), pa.float64()
#: What is told of the article in every row of a configuration.
OF_ARTICLE = ("article_id", "split", "outlet", "event", "published", "language", "text_sha256")
SAID = {"question": TEXT, "state": TEXT, "values": TEXTS}
PLACE = {"group": TEXT, "label": TEXT, "start": WHOLE, "end": WHOLE}
VISIT = {
    **dict.fromkeys(("visit_id", "annotator", "round"), TEXT),
    "occasion": WHOLE,
    **dict.fromkeys(("arm", "status", "created_at", "updated_at"), TEXT),
    "seconds": REAL,
    "schema_version": TEXT,
}
_SHARES = {"question": TEXT, "value": TEXT, "votes": WHOLE, "of": WHOLE, "share": REAL}
_MODELS = ("dawid_skene", "dawid_skene_smoothed", "mace")
SOFT = {**_SHARES, **dict.fromkeys(_MODELS, REAL), "why_no_model": TEXT}
SOFT_SPANS = {**PLACE, "marked_by": WHOLE, "readers": WHOLE, "share": REAL}
CONSENSUS = {
    "question": TEXT,
    "values": TEXTS,
    "status": TEXT,
    "tied": TEXTS,
    "voted": TEXTS,
    "rule": TEXT,
    "votes": WHOLE,
    "support": REAL,
    **dict.fromkeys(_MODELS, TEXTS),
}
CONSENSUS_SPANS = {
    **PLACE,
    "kind": TEXT,
    "status": TEXT,
    "support": REAL,
    "least": REAL,
    "marked_by": WHOLE,
    "readers": WHOLE,
}
#: The `status` of an answer or span that holds: else there is a tie, or an adjudicator decided.
STANDS = frozenset({"agreed", "adjudicated"})
#: Flat tables, and those of their columns that hold no text.
FLAT: dict[str, dict[str, pa.DataType]] = {
    "articles": {"n_words": WHOLE},
    "visits": VISIT,
    "answers": {},
    "spans": PLACE,
    "soft": SOFT,
    "soft_spans": SOFT_SPANS,
    "consensus": CONSENSUS,
    "consensus_spans": CONSENSUS_SPANS,
}
