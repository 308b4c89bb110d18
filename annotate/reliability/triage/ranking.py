"""What to talk about first: disagreements in the order of what they cost."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from annotate.reliability.triage.case import CASE_KINDS
from annotate.reliability.triage.ordered import ROUNDING, Ranked
from annotate.reliability.triage.spans import span_candidates
from annotate.reliability.triage.votes import vote_candidates

if TYPE_CHECKING:
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.reliability.triage.case import Candidates, Case

__all__ = ["gains", "ranked", "triage"]


def triage(evidence: Evidence, limit: int = 20) -> list[Case]:
    """Rank articles, pairs of labels and phrases by what agreement would gain.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    limit : int
        How many of each kind.

    Returns
    -------
    list of Case
        By falling rise of alpha; only what would make it rise.

    Notes
    -----
    An *article* is resolved when all its votes become the value that most have, of several the
    one more common in all articles. *Labels* (two values, or two labels of spans) are resolved
    when those who gave the one agree with those who gave the other; how common both are stays.
    A *phrase* is a set of marks that hang together; it is resolved when everybody who saw the
    article follows the majority: marks alike, or not at all. Phrases and labels of spans are
    measured by u-alpha, where and which label; by |u-alpha where the group has one label, or
    where an annotator gave the same words two labels, so that u-alpha is undefined: labels are
    then nobody's case. Each rise is that of its own question's figure, all else left as it is;
    rises of several cases do not add up.
    """
    found = ranked(evidence)
    cases = [
        found.tell(place)
        for kind in CASE_KINDS
        for place in np.flatnonzero(found.kind == kind)[:limit].tolist()
    ]
    return sorted(cases, key=lambda case: -case.rise)


def ranked(evidence: Evidence) -> Ranked:
    """Rank as `triage` does, but tell no case in words: that is nearly all it costs.

    Parameters
    ----------
    evidence : Evidence
        What votes.
    """
    return Ranked.of(_candidates(evidence), evidence.annotators)


def gains(evidence: Evidence) -> dict[str, float]:
    """Give what agreement would gain from each article, summed over its cases.

    Parameters
    ----------
    evidence : Evidence
        What votes.

    Returns
    -------
    dict of str to float
        For articles in which something would make alpha rise. The sum over figures and phrases
        puts articles in order; it is itself no figure.
    """
    found: dict[str, float] = defaultdict(float)
    for each in _candidates(evidence):
        rises = np.nan_to_num(each.rise, nan=0.0).tolist()
        for article, rise in zip(each.articles, rises, strict=False):
            if rise > ROUNDING:
                found[article] += rise
    return dict(found)


def _candidates(evidence: Evidence) -> list[Candidates]:
    return list(
        chain(
            *(vote_candidates(asked) for asked in evidence.asked),
            *(span_candidates(marked) for marked in evidence.marked),
        )
    )
