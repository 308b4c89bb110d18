"""What can be wrong with a study's own server; each check is one finding with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.errors import StudioError
from annotate.studio.finding import Finding
from annotate.studio.ports import is_free
from annotate.studio.server import last_address, running
from annotate.studio.upgrade import UNKNOWN, versions

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_installed", "check_port"]


def check_installed(private: Path, *, needed: bool) -> Finding:
    """See whether Label Studio is installed and may run on the study's database.

    Parameters
    ----------
    private : Path
        The study's private folder.
    needed : bool
        Whether the study works with its own server; a team's needs none here.
    """
    name, found = "Label Studio", versions(private)
    if not found.installed:
        said = "Label Studio is not installed on this machine"
        if not needed:
            return Finding(name, "ok", f"{said}, and not needed with a team's server.")
        remedy = (
            "pip install 'annotate-news[server]', or name a team's server in LABEL_STUDIO_URL and "
            "LABEL_STUDIO_API_KEY. Exports made by hand need neither."
        )
        return Finding(name, "warning", f"{said}: the study has no server.", remedy)
    said = f"Label Studio {found.installed} is installed"
    if found.older:
        remedy = f"pip install 'label-studio=={found.last}'; docs/server.md says how to go back."
        said = f"{said}, and the newer {found.last} last ran on the study's database."
        return Finding(name, "failed", said, remedy)
    if found.last in {"", found.installed}:
        return Finding(name, "ok", f"{said}.")
    last = "a version that was not noted" if found.last == UNKNOWN else found.last
    said = f"{said}; {last} last ran on the study's database, which the next start copies first."
    return Finding(name, "ok", said)


def check_port(private: Path) -> Finding:
    """See whether the study's own server runs, and whether it can have its port again."""
    name = "own server"
    try:
        address, up = last_address(private), running(private)
    except StudioError as error:
        remedy = "Restore server.json from a backup; without it nobody knows the lead's password."
        return Finding(name, "failed", f"{error}.", remedy)
    if up is not None:
        return Finding(name, "ok", f"It runs at {up.url} (process {up.pid}).")
    if address is None or not address.port:
        return Finding(name, "ok", "It was not started yet; `annotate studio` does.")
    if is_free("127.0.0.1", address.port):
        said = f"It does not run; its port {address.port} is free. `annotate studio` starts it."
        return Finding(name, "ok", said)
    if address.pid is not None:
        said = f"Process {address.pid} was started as the study's server and does not answer as it."
        remedy = f"If it is being started, wait a minute; else end process {address.pid}."
        return Finding(name, "warning", said, remedy)
    said = f"It does not run, and another program listens on its port {address.port}."
    remedy = (
        "End that program, or let `annotate studio` take another port and hand out the new "
        "address (the login slips show it)."
    )
    return Finding(name, "warning", said, remedy)
