"""The consensus of a study as tables: soft labels, and one label out of many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from annotate.consensus.answers import answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from annotate.consensus.answers import Answered
    from annotate.reliability.evidence.gathered import Evidence

__all__ = ["MODELS", "answers_table", "every_answer", "soft_table"]

MODELS = ("dawid_skene", "dawid_skene_smoothed", "mace")


@dataclass(frozen=True)
class _Question:
    """The parts of the consensus on one question: one, or one for each option."""

    name: str
    parts: tuple[Answered, ...]

    @property
    def several(self) -> bool:
        """Whether several answers may be given."""
        return bool(self.parts[0].option)


def soft_table(found: Iterable[Answered]) -> pd.DataFrame:
    """Give the distribution of the votes, and what models make of it.

    Parameters
    ----------
    found : iterable of Answered
        The consensus on every question.

    Returns
    -------
    DataFrame
        One row per article, question and value of the scheme, where somebody voted: how many
        voted for it, of how many, their share, and the posterior of each model (NaN where there
        is none, and `why_no_model` says why). Of a question with several answers each option is
        a value that was ticked or not.
    """
    frames = [_soft(each) for each in found]
    if not frames:
        return pd.DataFrame(columns=_SOFT)
    return pd.concat(frames, ignore_index=True)


_SOFT = ["article_id", "question", "value", "votes", "of", "share", *MODELS, "why_no_model"]


def _soft(each: Answered) -> pd.DataFrame:
    total = each.counts.sum(axis=1)
    units = np.flatnonzero(total)
    columns = np.array([1]) if each.option else np.arange(each.counts.shape[1])
    values = [each.option] if each.option else list(each.values)
    articles = np.array(each.articles, dtype=object)
    k = len(columns)
    votes = each.counts[np.ix_(units, columns)].ravel()
    of = np.repeat(total[units], k)
    posterior = {
        model: each.modelled.posteriors[model][np.ix_(units, columns)].ravel()
        if model in each.modelled.posteriors
        else np.full(len(of), np.nan)
        for model in MODELS
    }
    return pd.DataFrame(
        {
            "article_id": np.repeat(articles[units], k),
            "question": each.question,
            "value": np.tile(np.array(values, dtype=object), len(units)),
            "votes": votes,
            "of": of,
            "share": votes / of,
            **posterior,
            "why_no_model": each.modelled.why_not,
        },
        columns=_SOFT,
    )


def answers_table(
    found: Iterable[Answered], decided: Mapping[tuple[str, str], tuple[str, ...]]
) -> pd.DataFrame:
    """Give one answer out of many.

    Parameters
    ----------
    found : iterable of Answered
        The consensus on every question, those of one question together.
    decided : mapping
        What an adjudicator decided, by article and question; it stands in place of the votes,
        and an empty tuple is an answer, too.

    Returns
    -------
    DataFrame
        One row per article and question, where somebody voted or decided: `values` (a list, of
        one value or of the options ticked), `status` ("agreed", "tied" or "adjudicated"), the
        `tied` values, what the votes gave (`voted`), the `rule`, how many `votes`, their
        `support`, and what each model would choose.
    """
    rows: list[dict[str, Any]] = []
    voted: set[tuple[str, str]] = set()
    for name, parts in groupby(found, key=lambda each: each.question):
        own = list(_rows(_Question(name, tuple(parts)), decided))
        rows += own
        voted |= {(row["article_id"], name) for row in own}
    for (article, question), values in decided.items():
        if (article, question) not in voted:
            rows.append(_alone(article, question, values))
    return pd.DataFrame(rows, columns=_ANSWERS)


_ANSWERS = [
    *("article_id", "question", "values", "status", "tied", "voted", "rule", "votes", "support"),
    *MODELS,
]


def _alone(article: str, question: str, values: tuple[str, ...]) -> dict[str, Any]:
    """Give what was decided where nobody voted."""
    nothing: dict[str, Any] = dict.fromkeys(MODELS)
    return {
        "article_id": article,
        "question": question,
        "values": list(values),
        "status": "adjudicated",
        "tied": [],
        "voted": None,
        "rule": "",
        "votes": 0,
        "support": np.nan,
        **nothing,
    }


def _rows(
    question: _Question, decided: Mapping[tuple[str, str], tuple[str, ...]]
) -> Iterable[dict[str, Any]]:
    first = question.parts[0]
    total = first.counts.sum(axis=1)
    voted, tied, support = (_several if question.several else _single)(question)
    models = {model: _of_model(question, model) for model in MODELS}
    for unit in np.flatnonzero(total).tolist():
        article = first.articles[unit]
        verdict = decided.get((article, question.name))
        undecided = bool(tied[unit])
        yield {
            "article_id": article,
            "question": question.name,
            "values": voted[unit] if verdict is None else list(verdict),
            "status": "adjudicated" if verdict is not None else ("tied" if undecided else "agreed"),
            "tied": tied[unit],
            "voted": voted[unit],
            "rule": first.rule,
            "votes": int(total[unit]),
            "support": float(support[unit]),
            **{model: chosen[unit] for model, chosen in models.items()},
        }


def _single(question: _Question) -> tuple[Sequence[Any], Sequence[Any], NDArray[np.float64]]:
    (only,) = question.parts
    names = only.values  # noqa: PD011 - no frame
    voted = [[names[value]] if value >= 0 else [] for value in only.chosen.value.tolist()]
    tied: list[list[str]] = [[] for _ in voted]
    for unit, value in zip(*np.nonzero(only.chosen.tied), strict=True):
        tied[unit].append(names[value])
    return voted, tied, only.chosen.support


def _several(question: _Question) -> tuple[Sequence[Any], Sequence[Any], NDArray[np.float64]]:
    """Join the options: those that more than half ticked, and those that half did."""
    size = len(question.parts[0].counts)
    voted: list[list[str]] = [[] for _ in range(size)]
    tied: list[list[str]] = [[] for _ in range(size)]
    for part in question.parts:
        for unit in np.flatnonzero(part.chosen.value == 1).tolist():
            voted[unit].append(part.option)
        for unit in np.flatnonzero(part.chosen.tied.any(axis=1)).tolist():
            tied[unit].append(part.option)
    # The least certain option says how certain the set is.
    support = np.min([part.chosen.support for part in question.parts], axis=0)
    return voted, tied, support


def _of_model(question: _Question, model: str) -> Sequence[list[str] | None]:
    """Give what a model would choose; None where it cannot tell, or there is no model."""
    size = len(question.parts[0].counts)
    chosen: dict[int, list[str]] = defaultdict(list)
    known = set()
    for part in question.parts:
        posterior = part.modelled.posteriors.get(model)
        if posterior is None:
            continue
        names = part.values  # noqa: PD011 - no frame
        sure = np.flatnonzero(~np.isnan(posterior).any(axis=1))
        known.update(sure.tolist())
        best = posterior[sure].argmax(axis=1)
        for unit, value in zip(sure.tolist(), best.tolist(), strict=True):
            if not part.option:
                chosen[unit].append(names[value])
            elif value == 1:
                chosen[unit].append(part.option)
    return [chosen[unit] if unit in known else None for unit in range(size)]


def every_answer(evidence: Evidence) -> list[Answered]:
    """Find the consensus on every question about the article, in the order of the scheme."""
    return [each for asked in evidence.asked for each in answered(asked)]
