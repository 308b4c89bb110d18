"""Accounts on the study's own server, made as soon as somebody is named."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from annotate.workflow.exclusive import exclusive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.study import Study

__all__ = ["enrolled", "without_account"]


def without_account(study: Study, names: Iterable[str]) -> list[str]:
    """Give those who have no account yet, as far as is known here.

    Raises
    ------
    StudyError
        If it cannot be read who is who.
    """
    from annotate.studio.accounts import read_people

    known = read_people(study.people_path)
    made = {name for name, each in known.items() if each.user_id or not each.password}
    return [name for name in dict.fromkeys(names) if name not in made]


@exclusive
def enrolled(study: Study, names: Iterable[str]) -> str | None:
    """Make accounts on the study's own server, if it runs and is the one that is used.

    Parameters
    ----------
    study : Study
        The study.
    names : iterable of str
        Who needs one.

    Returns
    -------
    str or None
        What they log in with; None if that server is not up, or another one is used.

    Raises
    ------
    StudioError
        If Label Studio refuses an account.
    StudyError
        If it cannot be read who is who.
    """
    from annotate.studio.accounts import ensure_accounts, login_slips
    from annotate.studio.connection import open_connection
    from annotate.studio.server import running

    if os.environ.get("LABEL_STUDIO_URL", "").strip():
        return None
    address = running(study.private)
    if address is None:
        return None
    connection = open_connection(address.url, address.token)
    return login_slips(ensure_accounts(connection, names, study.people_path), address.url)
