"""Look whether all is well with a study, this machine, and the server it works with."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from typing import TYPE_CHECKING, Literal

from annotate.errors import AnnotateError, ConfigError, StudioError, StudyError
from annotate.studio.finding import Finding
from annotate.study import Study
from annotate.tidy.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["examine"]

_SCARCE, _TOO_LITTLE = 1e9, 1e8  # bytes


def examine(root: Path, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Check the study, the machine and the server, in this order; nothing is changed.

    Parameters
    ----------
    root : Path
        The study's folder; where it holds no study, the rest is checked all the same.
    environ : mapping of str to str, optional
        Where LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY are looked up; `os.environ` by default.
    """
    from annotate.studio.doctor import check_sdk
    from annotate.studio.embedded import check_installed, check_port

    environ = os.environ if environ is None else environ
    url = environ.get("LABEL_STUDIO_URL", "").strip()
    key = environ.get("LABEL_STUDIO_API_KEY", "").strip()
    study = Study(root)
    findings = [_check_study(study)]
    if findings[0].state != "failed":
        findings += [_check_private(study), _check_people(study), _check_config(study)]
    findings += _check_disks([root, study.private / "label-studio"])
    findings += [check_installed(study.private, needed=not url), check_sdk()]
    if url or key:
        return [*findings, *_check_team_server(study, url, key)]
    findings.append(check_port(study.private))
    return [*findings, *_check_own_server(study)]


def _check_study(study: Study) -> Finding:
    try:
        settings = Study.open(study.root).settings()
        if not os.access(study.root, os.R_OK | os.W_OK | os.X_OK):
            remedy = f"Give yourself the right to write to {study.root}, or work with a copy."
            return Finding("study", "failed", f"{study.root} cannot be written to.", remedy)
    except AnnotateError as error:
        remedy = (
            "Give its folder with --study DIR, make one with `annotate init`, or mend the file."
        )
        return Finding("study", "failed", f"{error}.", remedy)
    people = len(settings.annotators)
    said = f'"{settings.name}", {people} annotator{"" if people == 1 else "s"}.'
    return Finding("study", "ok", said)


def _check_private(study: Study) -> Finding:
    try:
        study.key()
        open_to_others = _open_to_others(study.private)
    except StudyError as error:
        remedy = "Restore private/ from a backup; without its key nothing can be added or pushed."
        return Finding("private", "failed", f"{error}.", remedy)
    except OSError as error:
        said = f"{error.filename} cannot be looked at ({error.strerror})."
        return Finding("private", "failed", said, "Give yourself the right to read it.")
    if open_to_others:
        said = f"Others on this machine may read or change {', '.join(open_to_others[:3])}."
        remedy = f"chmod -R go= {study.private}"
        return Finding("private", "failed", said, remedy)
    return Finding("private", "ok", f"{study.private} is its owner's alone, and the key is there.")


def _open_to_others(private: Path) -> list[str]:
    """List the private folder, if others may enter it, and the secrets in it that they may read.

    What lies deeper is behind the folder's own permissions.
    """
    if sys.platform == "win32" or not stat.S_IMODE(private.stat().st_mode) & 0o077:
        return []
    inside = [path for path in sorted(private.iterdir()) if path.lstat().st_mode & 0o077]
    return [str(path) for path in (private, *inside)]


def _check_people(study: Study) -> Finding:
    from annotate.studio.accounts import read_people

    try:
        people = read_people(study.people_path)
    except StudyError as error:
        remedy = "Restore people.json from a backup, or mend the entry that it names."
        return Finding("people", "failed", f"{error}.", remedy)
    known = counted(len(people), "pseudonym has an account", "pseudonyms have an account")
    return Finding("people", "ok", f"{known}.")


def _check_config(study: Study) -> Finding:
    try:
        schema = study.schema()
    except ConfigError as error:
        remedy = f"Mend {study.config_path}; docs/study.md says what a config may hold."
        return Finding("config", "failed", str(error), remedy)
    said = f"{study.config_path.name}: {len(schema.questions)} questions."
    return Finding("config", "ok", said)


def _check_disks(folders: list[Path]) -> list[Finding]:
    """Check the disk under each folder, once where several lie on the same one."""
    there = [folder for folder in folders if folder.exists()]
    disks = {folder.stat().st_dev: folder for folder in reversed(there)}
    return [_check_disk(folder) for folder in reversed(disks.values())]


def _check_disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:,.1f} GB are free under {folder.resolve()}."
    state = _room(free)
    remedy = "Make room: a pull, a backup and an upgrade each need as much as the study has."
    return Finding("disk", state, said, "" if state == "ok" else remedy)


def _room(free: float) -> Literal["ok", "warning", "failed"]:
    """Judge how many bytes are free."""
    if free >= _SCARCE:
        return "ok"
    return "failed" if free < _TOO_LITTLE else "warning"


def _check_team_server(study: Study, url: str, key: str) -> list[Finding]:
    from annotate.studio.connection import open_connection

    if not url or not key:
        missing, given = ("LABEL_STUDIO_API_KEY", "LABEL_STUDIO_URL")[:: 1 if url else -1]
        remedy = f"Set {missing} as well, or unset {given} to use the study's own server."
        return [Finding("address", "failed", f"{given} is set, but {missing} is not.", remedy)]
    try:
        url = open_connection(url, "0" * 40).url
    except StudioError as error:
        return [Finding("address", "failed", f"{error}.", "Mend LABEL_STUDIO_URL.")]
    return _check_server(study, url, key)


def _check_own_server(study: Study) -> list[Finding]:
    from annotate.studio.server import running

    try:
        up = running(study.private)
    except StudioError:
        return []  # said by the check of the port
    return _check_server(study, up.url, up.token) if up is not None else []


def _check_server(study: Study, url: str, key: str) -> list[Finding]:
    from annotate.studio.doctor import (
        check_clock,
        check_config_there,
        check_server_version,
        check_token,
    )
    from annotate.studio.reach import check_reach

    reached, answer = check_reach(url)
    if answer is None:
        return [reached]
    findings = [reached, check_server_version(answer), check_clock(answer), check_token(url, key)]
    if study.config_path.is_file():
        findings.append(check_config_there(url, study.config_path))
    return findings
