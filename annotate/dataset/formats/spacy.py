"""spaCy documents with a group of spans for each annotator and for the consensus."""

from __future__ import annotations

import pkgutil
import re
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from annotate.dataset.losses import Losses
from annotate.dataset.marked import CONSENSUS, marked
from annotate.dataset.tokens import Grid, tokens_of

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language
    from spacy.tokens import Doc, DocBin

    from annotate.dataset.marked import Marked
    from annotate.dataset.piece import Piece
    from annotate.dataset.plan import Plan

__all__ = ["FOLDER", "SpacyWriter", "available"]

FOLDER = "spacy"
#: spaCy's rules take a minute for 20,000 brackets in a row; a word is never that long.
_LONG_RUN = re.compile(r"\S{1000}")
_SHARD = 1000  # documents in a file, which spaCy reads whole
_ANY = "xx"  # what spaCy calls its rules for any language
#: Their tokens hang on packages that may be installed or not.
_ELSEWHERE = {"ja", "ko", "th", "vi"}


def available() -> bool:
    """Tell whether spaCy is installed: it comes with ``annotate-news[spacy]``."""
    return find_spec("spacy") is not None


class SpacyWriter:
    """Writes ``spacy/SPLIT-001.spacy`` and so on, and ``spacy/loss.csv``.

    Each article is one ``Doc`` whose text is the article's, character by character. Spans lie in
    ``doc.spans["annotator_01"]``, ``doc.spans["consensus"]`` and so on, widened to whole tokens;
    ``doc.user_data["spans"]`` has the same groups with the exact offsets. Ties are in no group.

    Parameters
    ----------
    folder : Path
        Of the dataset.
    plan : Plan
        What it holds; its texts are among that.
    shard : int
        The number of documents in a file.

    Raises
    ------
    ModuleNotFoundError
        If spaCy is not installed; see `available`.
    """

    def __init__(self, folder: Path, plan: Plan, shard: int = _SHARD) -> None:
        self._folder, self._plan, self._shard = folder / FOLDER, plan, shard
        self._folder.mkdir()
        self._losses = Losses(self._folder)
        self._languages = _Languages()
        self._bins = {split: _fresh() for split in plan.splits}
        self._written = dict.fromkeys(plan.splits, 0)

    def write(self, piece: Piece) -> None:
        """Add some articles."""
        with ExitStack() as stack:
            known: dict[str, Language] = {}
            for each in marked(piece, self._plan):
                language = self._languages.name(each.article["language"])
                if language not in known:
                    known[language] = self._languages.of(language)
                    # What a vocabulary learns from these texts goes when they are written.
                    stack.enter_context(known[language].memory_zone())
                self._add(each, document(known[language], each.text))
        self._losses.flush()

    def close(self) -> None:
        """Finish the files; a split without articles has an empty one."""
        for split, waiting in self._bins.items():
            if len(waiting) or not self._written[split]:
                self._end(split)
        self._losses.close()

    def _add(self, each: Marked, doc: Doc) -> None:
        doc.user_data.update(self._said(each, doc))
        split = each.article["split"]
        self._bins[split].add(doc)
        self._losses.count(documents=1)
        if len(self._bins[split]) >= self._shard:
            self._end(split)

    def _said(self, each: Marked, doc: Doc) -> dict[str, Any]:
        """Give what is known of an article, and put the spans onto its tokens."""
        from spacy.tokens import Span, SpanGroup

        grid = Grid([(token.idx, token.idx + len(token)) for token in doc])
        exact: dict[str, list[dict[str, Any]]] = {}
        for source in each.sources:
            exact[source.name], covering = [], []
            for span in source.spans:
                fit = grid.fit(span["start"], span["end"])
                self._losses.fitted(source.name, each.article["article_id"], span, fit)
                dropped = fit.what == "dropped"
                tokens = None if dropped else [fit.first, fit.past]
                exact[source.name].append({**span, "tokens": tokens})
                if not dropped:
                    covering.append(Span(doc, fit.first, fit.past, label=span["label"]))
            doc.spans[source.name] = SpanGroup(doc, name=source.name, spans=covering)
        visits = {s.name: {**s.visit, "answers": s.answers} for s in each.sources if s.visit}
        answers = [answer for s in each.sources if s.name == CONSENSUS for answer in s.answers]
        return {**each.article, "visits": visits, "consensus": answers, "spans": exact}

    def _end(self, split: str) -> None:
        self._written[split] += 1
        path = self._folder / f"{split}-{self._written[split]:03}.spacy"
        path.write_bytes(self._bins[split].to_bytes())
        self._bins[split] = _fresh()


def document(language: Language, text: str) -> Doc:
    """Make a document of a text, with spaCy's tokens if they give the text back.

    Parameters
    ----------
    language : Language
        Whose rules to follow.
    text : str
        Of any length.
    """
    if _LONG_RUN.search(text):
        return own_document(language, text)
    # Not through the pipeline: that refuses texts of more than a million characters.
    doc = language.tokenizer(text)
    return doc if doc.text == text else own_document(language, text)


def own_document(language: Language, text: str) -> Doc:
    """Make a document of a text with the tokens that the other formats have.

    Parameters
    ----------
    language : Language
        Whose vocabulary to use.
    text : str
        Of any length.
    """
    from spacy.tokens import Doc

    words: list[str] = []
    spaces: list[bool] = []
    end = 0
    for start, past in [*tokens_of(text), (len(text), len(text))]:
        gap = text[end:start]
        # A single space belongs to the word before it; other white space is a word.
        if words and gap.startswith(" "):
            spaces[-1], gap = True, gap[1:]
        parts = [part for part in (gap, text[start:past]) if part]
        words += parts
        spaces += [False] * len(parts)
        end = past
    return Doc(language.vocab, words=words, spaces=spaces)


class _Languages:
    """spaCy's rules for languages, without any model; each is made when it is first needed."""

    def __init__(self) -> None:
        import spacy.lang

        found = pkgutil.iter_modules(spacy.lang.__path__)
        self._there = {module.name for module in found if module.ispkg} - _ELSEWHERE
        self._made: dict[str, Language] = {}

    def name(self, language: str | None) -> str:
        """Give what spaCy calls a language: "en" for "en-GB", "xx" for what it does not know."""
        short = (language or "").lower().replace("_", "-").split("-")[0]
        return short if short in self._there else _ANY

    def of(self, name: str) -> Language:
        import spacy

        if name not in self._made:
            self._made[name] = spacy.blank(name)
        return self._made[name]


def _fresh() -> DocBin:
    from spacy.tokens import DocBin

    return DocBin(attrs=[], store_user_data=True)
