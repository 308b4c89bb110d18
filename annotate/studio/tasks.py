"""What a task holds on the way out, and what is kept of it on the way back."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ARTICLE_ID", "TEXT_SHA256", "TaskData", "dicts", "normalise", "text_hash"]

ARTICLE_ID = "article_id"
TEXT_SHA256 = "text_sha256"


@dataclass(frozen=True)
class TaskData:
    """Everything a task says of its article: no outlet, URL, byline or file name.

    Parameters
    ----------
    article_id : str
        The article.
    text, text_sha256 : str
        Its frozen text and its hash.
    occasion : int
        For the how-manieth time the annotator gets it.
    key : str
        What the task calls the article: a second occasion must not be told from a first.
    extra : mapping
        What goes along beside the data, such as predictions.
    """

    article_id: str
    text: str
    text_sha256: str
    occasion: int = 1
    key: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the task calls the article."""
        return self.key or self.article_id

    def to_json(self, text_field: str) -> dict[str, str]:
        """Give the task's ``data``, the text in the field that the scheme shows."""
        # The true hash, too, would tell a second occasion from its first.
        shown = self.text_sha256 if self.occasion == 1 else text_hash(f"{self.name}/{self.text}")
        return {text_field: self.text, ARTICLE_ID: self.name, TEXT_SHA256: shown}


def text_hash(text: str) -> str:
    """Hash a text as it stands on the server, lone surrogates and all."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def normalise(
    raw: dict[str, Any],
    *,
    article_id: str,
    text: str,
    desk: str,
    pseudonym: Callable[[object], str],
    occasion: int = 1,
) -> dict[str, Any]:
    """Keep of an exported task what a snapshot holds, people replaced by pseudonyms.

    Parameters
    ----------
    raw : dict
        A task of Label Studio's JSON export.
    article_id : str
        The article it is about.
    text : str
        The text that the server holds now; only its hash is kept.
    desk : str
        Whose desk it stands on, "" if nobody's.
    pseudonym : callable
        Turns a user as Label Studio writes it (number, e-mail or object) into a pseudonym.
    occasion : int
        For the how-manieth time the annotator got the article.
    """
    return {
        "article_id": article_id,
        "occasion": occasion,
        "text_sha256": text_hash(text),
        "desk": desk,
        "task_id": raw.get("id"),
        "annotations": [_annotation(item, pseudonym) for item in dicts(raw.get("annotations"))],
        "drafts": [_draft(item, pseudonym) for item in dicts(raw.get("drafts"))],
    }


def _annotation(item: dict[str, Any], pseudonym: Callable[[object], str]) -> dict[str, Any]:
    author = item.get("completed_by")
    editor = item.get("updated_by")
    return {
        **_common(item, pseudonym(author)),
        "updated_by": pseudonym(editor) if editor is not None else "",
        "predicted": item.get("parent_prediction") is not None,
        "skipped": bool(item.get("was_cancelled")),
        "ground_truth": bool(item.get("ground_truth")),
    }


def _draft(item: dict[str, Any], pseudonym: Callable[[object], str]) -> dict[str, Any]:
    return _common(item, pseudonym(item.get("user") or item.get("created_username")))


def _common(item: dict[str, Any], annotator: str) -> dict[str, Any]:
    return {
        "id": str(item.get("id", "")),
        "annotator": annotator,
        "result": item.get("result"),
        "created_at": str(item.get("created_at") or ""),
        "updated_at": str(item.get("updated_at") or item.get("created_at") or ""),
        "seconds": _seconds(item.get("lead_time")),
    }


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= sys.float_info.max else None


def dicts(items: object) -> list[dict[str, Any]]:
    """Give the objects of what should be a list of them."""
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
