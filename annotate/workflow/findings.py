"""What the labels say: the summary, and other views of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from annotate.reliability import Figure
    from annotate.reliability.compare import Comparison
    from annotate.reliability.evidence.gathered import Evidence
    from annotate.study import Study
    from annotate.summary import Summary
    from annotate.tables import Tables

__all__ = [
    "assigned_visits",
    "compare_annotators",
    "compare_rounds",
    "compare_schemes",
    "evidence",
    "summary",
    "view",
]

_HASH = 12  # hexadecimal digits that are shown


def summary(
    study: Study, *, also: frozenset[str] = frozenset(), weights: str = "ordinal"
) -> Summary:
    """Gather every finding of a study.

    Parameters
    ----------
    study : Study
        The study.
    also, weights : frozenset of str, str
        Coefficients on request, and the weights of AC2 and kappa, as `score` takes them.

    Raises
    ------
    StudyError, ConfigError
        If the study cannot be read.
    """
    from annotate.summary import summarise

    return summarise(
        study.settings(),
        study.schema(),
        study.articles(),
        study.counted_tables(),
        also=also,
        weights=weights,
        assigned=assigned_visits(study),
        left=study.tombstones().left,
    )


def assigned_visits(study: Study) -> dict[str, int] | None:
    """Count what each annotator was assigned in rounds that count; None where nobody was."""
    rows = study.assignment()
    counted = {each.name for each in study.counted_rounds() if each.assigning.mode != "shared"}
    if not counted:
        return None
    return {
        str(who): int(n)
        for who, n in rows[rows["round"].isin(list(counted))]["annotator"].value_counts().items()
    }


def evidence(study: Study, name: str = "") -> Evidence:
    """Gather what votes in a study.

    Parameters
    ----------
    study : Study
        The study.
    name : str
        The only round that counts; all rounds of annotation by default.

    Raises
    ------
    StudyError, ConfigError
        If the study cannot be read.
    """
    from annotate.reliability.evidence.gather import in_round

    tables = study.counted_tables()
    return _gathered(study, in_round(tables, name) if name else tables)


def view(study: Study, by: str) -> list[Figure]:
    """Score each annotator, pair of annotators, article, outlet, event or round by itself.

    By "self": each annotator against themselves, on articles that came back.

    Raises
    ------
    StudyError, ConfigError
        If the study cannot be read.
    """
    from annotate.reliability import views

    of_tables = {"round": views.view_rounds, "self": views.by_self}
    if by not in of_tables:
        return views.view(evidence(study), by)
    return of_tables[by](study.counted_tables(), study.schema(), study.texts())


def compare_rounds(
    study: Study, first: str, second: str
) -> tuple[list[Comparison], tuple[str, ...]]:
    """Compare what was said in two rounds.

    Returns
    -------
    list of Comparison, tuple of str
        What came out, and the annotators on both sides.

    Raises
    ------
    UsageError
        If there is no such round, or if it was for training or adjudication.
    """
    from annotate.reliability.evidence.gather import in_round

    tables = study.counted_tables()
    for name in (first, second):
        _counted(study, name)
        _known(name, tables.visits["round"], "round")
    one, other = (_gathered(study, in_round(tables, name)) for name in (first, second))
    return _compared(one, other, (first, second))


def compare_schemes(
    study: Study, first: str, second: str
) -> tuple[list[Comparison], tuple[str, ...]]:
    """Compare what was said with two versions of the labeling config, given by their SHA-256.

    Both are read with the scheme that the study has now.

    Returns
    -------
    list of Comparison, tuple of str
        What came out, and the annotators on both sides.

    Raises
    ------
    UsageError
        If no visit, or visits of two versions, begin with one of them.
    """
    from annotate.reliability.evidence.gather import restrict

    tables = study.counted_tables()
    versions = tables.visits["schema_version"]
    names = [_version(given, versions) for given in (first, second)]
    one, other = (_gathered(study, restrict(tables, versions == name)) for name in names)
    return _compared(one, other, (first, second))


def compare_annotators(
    study: Study, first: Sequence[str], second: Sequence[str]
) -> tuple[list[Comparison], tuple[str, ...]]:
    """Compare how far two groups of annotators agree among themselves.

    Returns
    -------
    list of Comparison, tuple of str
        What came out, and the annotators on both sides.

    Raises
    ------
    UsageError
        If there is no such annotator, or a group has only one.
    """
    from annotate.reliability.compare import by_annotators

    gathered = evidence(study)
    one, other = (by_annotators(gathered, names) for names in (first, second))
    return _compared(one, other, (", ".join(first), ", ".join(second)))


def _compared(
    first: Evidence, second: Evidence, names: tuple[str, str]
) -> tuple[list[Comparison], tuple[str, ...]]:
    from annotate.reliability.compare import compare, shared_names

    return compare(first, second, names), shared_names(first, second)


def _gathered(study: Study, tables: Tables) -> Evidence:
    from annotate.reliability.evidence.gather import gather

    articles = study.articles()
    ids = articles["article_id"]
    of_article = {
        name: dict(zip(ids, articles[name], strict=True)) for name in ("text", "outlet", "event")
    }
    return gather(
        tables,
        study.schema(),
        of_article["text"],
        outlets=of_article["outlet"],
        events=of_article["event"],
    )


def _counted(study: Study, name: str) -> None:
    """Refuse a round whose work is not independent."""
    for each in study.rounds():
        if each.name == name and name in study.uncounted_rounds():
            msg = (
                f'Round "{name}" is one of {each.kind}: it is never counted in agreement; name two '
                "rounds of annotation"
            )
            raise UsageError(msg)


def _known(name: str, there: pd.Series, what: str) -> None:
    names = sorted(map(str, set(there)))
    if name not in names:
        msg = f'No visit has the {what} "{name}"; there are: {", ".join(names) or "none"}'
        raise UsageError(msg)


def _version(given: str, there: pd.Series) -> str:
    versions = sorted(map(str, set(there)))
    found = [version for version in versions if given and version.startswith(given)]
    if len(found) != 1:
        shown = ", ".join(version[:_HASH] for version in versions) or "none"
        many = "Several schemes begin" if found else "No scheme that was annotated with begins"
        msg = f'{many} with "{given}"; there are: {shown}'
        raise UsageError(msg)
    return found[0]
