"""Study after study on one server, one command after another, and what each of them left wrong."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

from annotate import workflow
from annotate.errors import AnnotateError
from faulty.truth import Wrong, unsafe_visits, wrong_tasks, wrong_visits
from faulty.world import World, environment, prepare_people, young_changes

if TYPE_CHECKING:
    from pathlib import Path

    from annotate.studio.server import ServerAddress
    from faulty.proxy import Proxy

__all__ = ["Stage"]

_LIFE = 16  # commands after which a study gives way to a new one
_TRIES = 3


class Stage:
    """Where commands are disturbed.

    Parameters
    ----------
    server : ServerAddress
        A Label Studio.
    proxy : Proxy
        In front of it.
    scratch : Path
        A folder for studies; its name begins theirs, which the server must not have yet.
    seed : int
        Of what annotators do.

    Attributes
    ----------
    pulls_of_changes : int
        Snapshots that hold what had changed, of studies that are done with.
    """

    def __init__(self, server: ServerAddress, proxy: Proxy, scratch: Path, seed: int) -> None:
        self.server, self.proxy, self.scratch = server, proxy, scratch
        self.random = random.Random(seed)  # noqa: S311 - a seed, not a secret
        self._names = (f"{scratch.name}-{number:04d}" for number in itertools.count())
        self._people = scratch / "people.json"
        prepare_people(server, self._people)
        self.pulls_of_changes = 0
        self._world: World | None = None
        self._left = 0

    def next(self) -> tuple[World, str]:
        """Give a study and the command that is due, with something for it to do."""
        if self._world is None or not self._left:
            self.close()
            root = self.scratch / next(self._names)
            self._world = World.create(root, self.server, self.proxy.url, self._people, self.random)
            self._left = _LIFE
        command = "pull" if self._left % 2 else "push"
        if command == "pull":
            self._world.annotate()
        elif self._left < _LIFE:
            self._world.grow()
        self._left -= 1
        return self._world, command

    def abandon(self) -> None:
        """Begin another study next: in this one something is wrong already."""
        self._left = 0

    def close(self) -> None:
        """Leave no project on the server."""
        self.proxy.settle()
        if self._world is not None:
            self.pulls_of_changes += self._world.pulls_of_changes()
            self._world.end()
            self._world = None

    def run(self, world: World, command: str) -> None:
        """Push or pull in this process, through the proxy."""
        with environment(self.proxy.url, self.server.token), young_changes():
            if command == "push":
                workflow.push(world.study, lambda *_: None)
            else:
                workflow.pull(world.study)

    def after(self, world: World, command: str, *, through: bool) -> list[Wrong]:
        """Find what a disturbed command has left wrong, and what stays so when it is repeated.

        Parameters
        ----------
        world : World
            The study.
        command : str
            "push" or "pull".
        through : bool
            Whether the command said that it had done its work: then it is not repeated.
        """
        wrong: list[Wrong] = []
        if not through:
            wrong += unsafe_visits(world) if command == "pull" else []
            wrong += self._mended(world, command)
        self.proxy.settle()
        wrong += wrong_tasks(world) if command == "push" else wrong_visits(world)
        if wrong:
            self.abandon()
        elif command == "pull":
            world.pulled = dict(world.log)
        return wrong

    def _mended(self, world: World, command: str) -> list[Wrong]:
        """Repeat a command at once, undisturbed."""
        said = ""
        for _ in range(_TRIES):
            try:
                self.run(world, command)
            except AnnotateError as error:
                said = str(error)
            else:
                return []
        return [Wrong("not mended", said)]
