"""How far a study is: what is done, who owes what, and how long that will take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pandas as pd

    from annotate.rounds import Round
    from annotate.study import Study
    from annotate.tables import Tables

__all__ = ["Pool", "Share", "Status", "status", "status_of"]

_KEY = ["round", "article_id", "annotator", "occasion"]
_DECIDED = ("submitted", "skipped")
_APART = "kept apart"


@dataclass(frozen=True)
class Share:
    """What one annotator has in one round.

    Parameters
    ----------
    round, annotator : str
        Which.
    assigned : int
        Articles, and those that come again; in a shared project nothing is anybody's.
    not_sent : int
        How many of them the next push sends.
    submitted, skipped, draft, unseen : int
        What came of the rest, as of the last pull; `unseen` is not begun, and in a `draft` there is
        something to be finished.
    kept_apart : int
        Visits that the table calls drafts because somebody else's hand was in all there is; their
        author is to save them again.
    set_aside : int
        Pieces of their work in this round that do not count.
    seconds : float or None
        Median of their submitted visits in this round, without those left open; None without any.
    owed : tuple of str
        Articles that they still have to submit or skip; one that comes again stands there twice.
    hours : float or None
        What that will take; None where nobody's pace is known.
    """

    round: str
    annotator: str
    assigned: int
    not_sent: int
    submitted: int
    skipped: int
    draft: int
    unseen: int
    kept_apart: int
    set_aside: int
    seconds: float | None
    owed: tuple[str, ...]
    hours: float | None


@dataclass(frozen=True)
class Pool:
    """What a shared project still lacks; nobody in particular owes it.

    Parameters
    ----------
    round : str
        Which.
    articles, wanted : int
        Articles in it, and how many people are to submit each.
    lacking, visits : int
        Articles that lack somebody, and how many visits these are; of an article that too many
        have skipped, as many as there are people left.
    hours : float or None
        What they will take; None where nobody's pace is known.
    """

    round: str
    articles: int
    wanted: int
    lacking: int
    visits: int
    hours: float | None


@dataclass(frozen=True)
class Status:
    """How far a study is.

    Parameters
    ----------
    shares : tuple of Share
        By round and annotator.
    pools : tuple of Pool
        Of rounds in shared projects.
    in_no_round : int
        Articles that no round has.
    strangers : int
        Pieces of work set aside whose author takes no part in the round.
    seconds : float or None
        Median of all submitted visits, without those left open.
    hours : float or None
        What all that is owed will take; None where nobody's pace is known.
    """

    shares: tuple[Share, ...]
    pools: tuple[Pool, ...]
    in_no_round: int
    strangers: int
    seconds: float | None
    hours: float | None


def status_of(study: Study, name: str = "") -> Status:
    """Say how far a study is, from its files alone: the server is not asked.

    Parameters
    ----------
    study : Study
        The study.
    name : str
        One round, which may be one of adjudication; all others by default.

    Raises
    ------
    StudyError, ConfigError
        If the study cannot be read, or there is no such round.
    """
    from annotate.rounds import ADJUDICATION, named
    from annotate.studio.ledger import Ledger
    from annotate.workflow.rounds import current_rounds, open_rounds, rounds_so_far

    ledger = Ledger(study.ledger_path, "")
    known = study.rounds() or open_rounds(study)
    sent = [(each.name, *place) for each in known for place in ledger.topics(each.name)]
    current = current_rounds(study, sent)
    now = {each.name: each for each in current.rounds}
    if name:
        asked = [named(rounds_so_far(study).rounds, name)]
    else:
        asked = [each for each in known if each.kind != ADJUDICATION]
    articles = study.articles()["article_id"]
    # An adjudicator is no stranger, and decides at a pace of their own.
    settling = {each.name for each in known if each.kind == ADJUDICATION}
    work = study.tables().of_rounds(without=settling - {name})
    rounds = [now.get(each.name, each) for each in asked]
    return status(work, current.rows, rounds, sent, articles)


def status(
    tables: Tables,
    assignment: pd.DataFrame,
    rounds: Sequence[Round],
    sent: Collection[tuple[str, str, str, int]],
    articles: Iterable[str],
) -> Status:
    """Say how far a study is.

    Parameters
    ----------
    tables : Tables
        As of the last pull.
    assignment : DataFrame
        Rows of round, article_id, annotator, occasion.
    rounds : sequence of Round
        Those to be looked at; of a closed one nothing is owed.
    sent : collection of (str, str, str, int)
        Round, article, annotator and occasion that lie on a desk.
    articles : iterable of str
        All articles of the study.
    """
    work, pace = _work(tables.visits, assignment, sent), Pace.of(tables.visits)
    faults = tables.faults[tables.faults["kind"] == "set aside"]
    aside = Counter(zip(faults["round"], faults["annotator"], strict=True))
    shares, pools = [], []
    for each in rounds:
        rows = work[work["round"] == each.name]
        people = dict.fromkeys([*each.annotators, *rows["annotator"]])
        shares += [_share(each, name, rows, aside, pace) for name in people if name]
        if each.assigning.mode == "shared":
            pools.append(_pool(each, rows, pace))
    names = {each.name for each in rounds}
    taking = {(share.round, share.annotator) for share in shares}
    return Status(
        shares=tuple(shares),
        pools=tuple(pools),
        in_no_round=len(set(articles) - set(assignment["article_id"])),
        strangers=sum(
            times for place, times in aside.items() if place[0] in names and place not in taking
        ),
        seconds=pace.everybody,
        hours=_sum([*(share.hours for share in shares), *(pool.hours for pool in pools)]),
    )


def _work(
    visits: pd.DataFrame, assignment: pd.DataFrame, sent: Collection[tuple[str, str, str, int]]
) -> pd.DataFrame:
    """Put what is assigned beside what came of it; columns status, assigned and sent."""
    import pandas as pd

    seen = visits.loc[visits["status"] != "unassigned", [*_KEY, "status", "annotation_id"]]
    work = assignment[_KEY].merge(seen, on=_KEY, how="outer", indicator=True, sort=False)
    work["assigned"] = work["_merge"] != "right_only"
    work["status"] = work["status"].fillna("unseen")
    # Of a draft that is there to be finished the table says which; another one stands for work
    # that was set aside.
    work.loc[(work["status"] == "draft") & (work["annotation_id"] == ""), "status"] = _APART
    there = set(sent)
    placed = [place in there for place in work[_KEY].itertuples(index=False, name=None)]
    work["sent"] = (work["_merge"] != "left_only") | pd.Series(placed, index=work.index, dtype=bool)
    return work


def _share(
    each: Round,
    annotator: str,
    rows: pd.DataFrame,
    aside: Counter[tuple[str, str]],
    pace: Pace,
) -> Share:
    mine = rows[rows["annotator"] == annotator]
    done = mine["status"].value_counts()
    waiting = mine[mine["assigned"] & (mine["status"] == "unseen")]
    owed = mine[mine["assigned"] & ~mine["status"].isin(_DECIDED)] if each.open else mine[:0]
    return Share(
        round=each.name,
        annotator=annotator,
        assigned=int(mine["assigned"].sum()),
        not_sent=int((~waiting["sent"]).sum()),
        submitted=int(done.get("submitted", 0)),
        skipped=int(done.get("skipped", 0)),
        draft=int(done.get("draft", 0)),
        unseen=int(waiting["sent"].sum()),
        kept_apart=int(done.get(_APART, 0)),
        set_aside=aside[each.name, annotator],
        seconds=pace.here.get((each.name, annotator)),
        owed=tuple(owed["article_id"]),
        hours=pace.hours(len(owed), each.name, annotator),
    )


def _pool(each: Round, rows: pd.DataFrame, pace: Pace) -> Pool:
    """Count what lacks; who skipped an article is not asked for it again."""
    articles = rows[rows["annotator"] == ""]["article_id"]
    people = len(each.annotators)
    wanted = min(each.assigning.per_article or people, people)
    visits = rows[rows["annotator"] != ""]
    submitted, decided = (
        visits[visits["status"].isin(ways)]
        .groupby("article_id")
        .size()
        .reindex(articles, fill_value=0)
        for ways in (("submitted",), _DECIDED)
    )
    lacks = (wanted - submitted).clip(lower=0, upper=people - decided)
    owed = int(lacks.sum()) if each.open else 0
    return Pool(
        round=each.name,
        articles=len(articles),
        wanted=wanted,
        lacking=int((lacks > 0).sum()) if each.open else 0,
        visits=owed,
        hours=pace.hours(owed, each.name),
    )


def _sum(hours: Sequence[float | None]) -> float | None:
    known = [each for each in hours if each is not None]
    return sum(known) if len(known) == len(hours) else None
