"""Commands that are killed at random moments."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from faulty.command import Moment, run_and_kill
from faulty.tally import Tally
from faulty.truth import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from faulty.command import Ended
    from faulty.stage import Stage
    from faulty.world import World

__all__ = ["kill"]

_COLD = 10  # every so manieth process starts Python anew
_EARLY = 0.5  # of the moments count from the start


def kill(stage: Stage, kills: int, on_trial: Callable[[int], None] = lambda _: None) -> Tally:
    """Kill pushes and pulls until there were so many kills.

    Half of the moments are drawn from all the time that the command takes, half from the time
    after the first change that it makes. A kill came *before writing* if neither the server nor
    the study's folder had been changed, and *after writing* if the command, repeated, found
    nothing left to do.

    Parameters
    ----------
    stage : Stage
        Where.
    kills : int
        How many.
    on_trial : callable
        Told how many there were, after each command.
    """
    tally = Tally("kills", ("killed",))
    takes: dict[tuple[str, bool], Ended] = {}
    while tally.number < kills:
        world, command = stage.next()
        name = "first push" if command == "push" and not world.ledger.desks() else command
        cold = (name, False) in takes and tally.number % _COLD == _COLD - 1
        begun = _First(stage, world)
        moment = _moment(stage, takes.get((name, cold)), begun)
        ended = _run(stage, world, command, moment, cold=cold)
        if not ended.killed:
            takes[name, cold] = ended
        untouched, stopped = not begun(), _left(world)
        stage.proxy.seen()
        wrong = _broken(ended) + stage.after(world, command, through=not ended.status)
        nothing_to_do = not _writes(stage) and _left(world) == stopped
        phase = "before" if untouched else "after" if nothing_to_do else "while"
        row = f"{name}{', cold start' if cold else ''}, {phase} writing"
        if ended.killed or wrong:
            tally.add([row] if ended.killed else [], "killed", wrong)
            on_trial(tally.number)
    return tally


def _moment(stage: Stage, takes: Ended | None, begun: Callable[[], bool]) -> Moment:
    """Draw when to kill; a command that was never seen to end is left alone, to see how long."""
    if takes is None:
        return Moment(since=begun)
    if stage.random.random() < _EARLY:
        return Moment(stage.random.uniform(0, takes.whole))
    return Moment(stage.random.uniform(0, takes.tail), begun)


class _First:
    """Says whether a command has changed anything yet, on the server or in the study's folder."""

    def __init__(self, stage: Stage, world: World) -> None:
        self._stage, self._world = stage, world
        self._before = self._stamps()
        self._writes = 0
        stage.proxy.seen()

    def __call__(self) -> bool:
        self._writes += _writes(self._stage)
        return bool(self._writes) or self._stamps() != self._before

    def _stamps(self) -> list[int]:
        """Give the times of last change of all that a command writes to."""
        root = self._world.study.root
        paths = (root, root / "snapshots", root / "tables", self._world.study.ledger_path)
        return [path.stat().st_mtime_ns if path.exists() else 0 for path in paths]


def _run(stage: Stage, world: World, command: str, moment: Moment, *, cold: bool) -> Ended:
    environ = {"LABEL_STUDIO_URL": stage.proxy.url, "LABEL_STUDIO_API_KEY": stage.server.token}
    arguments = [command, "--study", str(world.study.root)]
    return run_and_kill(arguments, environ, stage.scratch / "said.log", moment, cold=cold)


def _broken(ended: Ended) -> list[Wrong]:
    """Say what is wrong with a command that nobody killed and that failed all the same."""
    if ended.status <= 0:
        return []
    kind = "traceback" if "Traceback" in ended.said else "not mended"
    return [Wrong(kind, ended.said.strip()[-200:])]


def _writes(stage: Stage) -> int:
    """Count the requests that change something."""
    return sum(seen.method != "GET" for seen in stage.proxy.seen())


def _left(world: World) -> dict[str, object]:
    """Describe what a command has written into the study so far."""
    root, ledger = world.study.root, world.ledger
    files = [
        path
        for folder in ("snapshots", "tables", "private")
        for path in (root / folder).glob("*")
        if path.suffix != ".lock"
    ]
    contents = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return {**contents, "desks": ledger.desks(), "tasks": ledger.everywhere()}
