"""Every mark with the phrase that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from annotate.findings.searching import Cored, Texts
    from annotate.reliability.evidence.gathered import Evidence

    Places = NDArray[np.int64]

__all__ = ["Phrased", "key_of", "phrased"]

_DIGITS = 16  # of a key: two of a million phrases share one in 1 of 40 million studies
_NUMBERS = ["group", "article", "annotator", "label", "start", "end"]


@dataclass(frozen=True)
class Phrased:
    """Marks and the phrases they make.

    Parameters
    ----------
    marks : DataFrame
        One row per mark, those of a phrase together: places of its ``phrase``, ``group``,
        ``article``, ``annotator`` and ``label``; its ``span_id``; the words that it touches,
        ``first`` to ``last``; where the phrase stands in the article, ``start`` to ``end``; the
        words that the phrase touches, ``begins`` to ``stops``, and whether it takes all of them
        ``whole``.
    phrases : DataFrame
        One row per phrase: places of its ``group`` and ``wording``; its ``key``; the ``phrase`` as
        most often written, and ``normal``, as it counts.
    wordings : tuple of tuple of int
        The numbers of the words.
    wordless : int
        How many marks hold neither word nor sign.
    """

    marks: pd.DataFrame
    phrases: pd.DataFrame
    wordings: tuple[tuple[int, ...], ...]
    wordless: int


def key_of(group: str, normal: str) -> str:
    """Give the short name of a phrase, the same in every study and state.

    Parameters
    ----------
    group, normal : str
        Its group, and the phrase as it counts.
    """
    return sha256(f"{group}\0{normal}".encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def phrased(evidence: Evidence, texts: Texts) -> Phrased:
    """Find the phrases.

    Parameters
    ----------
    evidence : Evidence
        What votes. Labels of all groups are numbered in one row, in the order of the scheme.
    texts : Texts
        The words of its articles, in its order.
    """
    every = _every_mark(evidence)
    which, written = pd.factorize(every.pop("text"))
    cored = [texts.cored(text) for text in written]
    wordings = {wording: n for n, wording in enumerate({each.wording: 0 for each in cored})}
    every["wording"] = np.array([wordings[each.wording] for each in cored], dtype=np.int64)[which]
    every["written"] = which
    _place(every, cored, texts)
    kept = every[every["wording"] != wordings.get((), -1)]
    phrase, of = pd.factorize(kept["group"] * len(wordings) + kept["wording"], sort=True)
    marks = kept.assign(phrase=phrase).sort_values("phrase", kind="stable", ignore_index=True)
    phrases = pd.DataFrame({"group": of // len(wordings), "wording": of % len(wordings)})
    _name(phrases, marks, list(zip(written, cored, strict=True)), evidence, texts)
    return Phrased(
        marks=marks.drop(columns=["written", "wording"]),
        phrases=phrases,
        wordings=tuple(wordings),
        wordless=len(every) - len(kept),
    )


def _every_mark(evidence: Evidence) -> pd.DataFrame:
    parts, labels = [], 0
    for group, marked in enumerate(evidence.marked):
        marks = marked.marks
        bare = pd.DataFrame({name: getattr(marks, name) for name in _NUMBERS[1:]})
        bare["label"] += labels
        labels += len(marks.labels)
        texts = [marks.texts[name] for name in evidence.articles]
        rows = zip(marks.article.tolist(), marks.start.tolist(), marks.end.tolist(), strict=True)
        written = [texts[article][start:end] for article, start, end in rows]
        parts.append(bare.assign(group=group, span_id=list(marks.span_ids), text=written))
    if not parts:
        return pd.DataFrame({name: np.zeros(0, dtype=np.int64) for name in _NUMBERS}).assign(
            span_id="", text=""
        )
    return pd.concat(parts, ignore_index=True)


def _place(every: pd.DataFrame, cored: Sequence[Cored], texts: Texts) -> None:
    """Add which words marks and phrases touch, and narrow their limits to those of the phrase."""
    article = every["article"].to_numpy()
    origin = every["start"].to_numpy()
    every["first"], every["last"] = texts.touched(article, origin, every["end"].to_numpy())
    inside = np.array([(each.start, each.end, len(each.wording)) for each in cored], np.int64)
    start, end, length = inside.reshape(-1, 3)[every["written"]].T
    every["start"], every["end"] = origin + start, origin + end
    begins, stops = texts.touched(article, origin + start, origin + end)
    every["begins"], every["stops"] = begins, stops
    base = texts.base[article]
    every["whole"] = (
        (stops - begins == length)
        & (texts.start[begins] == base + every["start"])
        & (texts.end[stops - 1] == base + every["end"])
    )


def _name(
    phrases: pd.DataFrame,
    marks: pd.DataFrame,
    cored: Sequence[tuple[str, Cored]],
    evidence: Evidence,
    texts: Texts,
) -> None:
    """Add how phrases are written, and their keys."""
    shown = [" ".join(text[each.start : each.end].split()) for text, each in cored]
    times = marks.groupby(["phrase", "written"]).size().rename("times").reset_index()
    times["shown"] = np.array([*shown, ""], dtype=object)[times["written"]]
    # Of those written equally often the first in the alphabet, so that it never jumps.
    times = times.sort_values(["phrase", "times", "shown"], ascending=[True, False, True])
    forms = list(texts.forms)
    by_wording = {each.wording: " ".join(forms[n] for n in each.wording) for _, each in cored}
    normal = list(by_wording.values())
    groups = [marked.group for marked in evidence.marked]
    named = {
        "phrase": times.drop_duplicates("phrase")["shown"].tolist(),
        "normal": [normal[place] for place in phrases["wording"]],
    }
    both = zip(phrases["group"], named["normal"], strict=True)
    named["key"] = [key_of(groups[group], words) for group, words in both]
    for name, values in named.items():
        phrases[name] = pd.Series(values, dtype="str")
