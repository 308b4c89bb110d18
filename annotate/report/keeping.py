"""What was made of a study is kept while the study stays as it is, for everybody who looks."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

__all__ = ["Keeper"]

_MOST = 200  # things kept of one state: one for each filter that somebody tried
_STUDIES = 4  # a report shows one; tests go through many in one process
_NOTHING: Any = object()
_Made = TypeVar("_Made")


@dataclass
class _State:
    """All that was made of a study in one state."""

    stamp: Hashable
    made: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    making: dict[Hashable, RLock] = field(default_factory=dict)


@dataclass
class Keeper:
    """Keeps what was made of the newest state of a study, and lets go of all that was before.

    Two who ask for the same at the same time get the same: it is made once.

    Parameters
    ----------
    most : int
        How many things are kept of a state; those that nobody asked for longest go first.
    """

    most: int = _MOST
    _states: OrderedDict[str, _State] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, study: str, stamp: Hashable, name: Hashable, make: Callable[[], _Made]) -> _Made:
        """Give what is kept under a name; make it if need be.

        Parameters
        ----------
        study : str
            Which study.
        stamp : hashable
            Its state, as `begin` was told. Of another one nothing is kept: somebody is still
            looking at what was.
        name : hashable
            What is asked for.
        make : callable
            Makes it. What it raises is passed on, and nothing is kept.
        """
        state = self._state(study)
        if state is None or state.stamp != stamp:
            return make()
        with self._alone(state, name):
            with self._lock:
                made: _Made = state.made.get(name, _NOTHING)
            if made is _NOTHING:
                made = make()
            with self._lock:
                state.made[name] = made
                state.made.move_to_end(name)
                while len(state.made) > self.most:
                    state.making.pop(state.made.popitem(last=False)[0], None)
            return made

    def begin(self, study: str, stamp: Hashable) -> None:
        """Say in which state a study is; what was made of another one is let go."""
        with self._lock:
            known = self._states.get(study)
            if known is None or known.stamp != stamp:
                self._states[study] = _State(stamp)
            self._states.move_to_end(study)
            while len(self._states) > _STUDIES:
                self._states.popitem(last=False)

    def stamp(self, study: str) -> Hashable | None:
        """Give the state that is kept of a study; None if none is."""
        state = self._state(study)
        return state.stamp if state else None

    def holds(self, study: str, stamp: Hashable, name: Hashable) -> bool:
        """Tell whether something is kept, so that nobody needs to wait for it."""
        state = self._state(study)
        return state is not None and state.stamp == stamp and name in state.made

    def _state(self, study: str) -> _State | None:
        with self._lock:
            return self._states.get(study)

    @contextmanager
    def _alone(self, state: _State, name: Hashable) -> Iterator[None]:
        """Let one at a time make a thing; others may be made meanwhile."""
        with self._lock:
            making = state.making.setdefault(name, RLock())
        with making:
            yield
