"""Take out of a study what its tombstones name: each step may be cut off and be done again.

From the moment a tombstone is written, nothing that reads the study sees what it names; these
steps see to it that the files do not hold it either.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotate.study import Study

__all__ = ["STEPS", "drop_exports", "finish"]


def finish(study: Study) -> None:
    """Do all that is left to do, and note that it is done.

    Raises
    ------
    SnapshotError, StudyError, ConfigError
        If something that must be rewritten cannot be read. Done again, it goes on.
    """
    for step in STEPS:
        step(study)
    study.save_tombstones(study.tombstones().marked(done=True))


def _leftovers(study: Study) -> None:
    """Remove what a program that was killed had half written."""
    folders = (study.root, study.private, study.snapshots, study.root / "tables")
    for folder in folders:
        for path in folder.glob(".*.part"):
            path.unlink(missing_ok=True)


def _snapshots(study: Study) -> None:
    from annotate.snapshots import rewrite

    rewrite(study.snapshots, study.tombstones())


def _files(study: Study) -> None:
    study.drop_removed()


def _ledger(study: Study) -> None:
    from annotate.studio.ledger import Ledger
    from annotate.workflow.leaving import forgotten_desks

    ledger, stones = Ledger(study.ledger_path, ""), study.tombstones()
    desks = forgotten_desks(study, stones)
    # A restored ledger may be all that tells which projects of theirs lie on a restored server.
    if (owning := stones.owning(desks)) != stones:
        study.save_tombstones(owning)
    ledger.drop_desks({name for name, _ in desks})
    ledger.forget_texts([stone.article_id for stone in stones.withdrawn])


def drop_exports(study: Study, *, older: float = 0.0) -> None:
    """Remove the copies that the study's own Label Studio keeps of every export, so of every pull.

    It never reads them again once an export is answered.

    Parameters
    ----------
    study : Study
        The study.
    older : float
        Only those of more than so many seconds: one may just be being answered.
    """
    for path in (study.private / "label-studio" / "export").glob("project-*"):
        with suppress(FileNotFoundError):
            if not older or time.time() - path.stat().st_mtime > older:
                path.unlink()


def _people(study: Study) -> None:
    from annotate.studio.accounts import read_people, write_people
    from annotate.studio.people import once_stranger

    people, stones = read_people(study.people_path), study.tombstones()
    kept = {
        name: person
        for name, person in people.items()
        if not stones.names(name)
        and not stones.knows(person.email)
        and not stones.names(once_stranger(person))
    }
    if len(kept) < len(people):
        write_people(study.people_path, kept)


def _tables(study: Study) -> None:
    study.build_tables()


#: People last but one: until then a repeated command can still say which account it was.
STEPS: tuple[Callable[[Study], None], ...] = (
    _leftovers,
    _snapshots,
    _files,
    _ledger,
    drop_exports,
    _tables,
    _people,
)
