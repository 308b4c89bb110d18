"""Commands whose requests meet with faults, in this process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from annotate.errors import AnnotateError
from faulty.tally import Tally
from faulty.truth import Wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from faulty.stage import Stage
    from faulty.world import World

__all__ = ["inject"]

_TIMEOUT = 1.5  # seconds that a client waits here, whatever it asks for
_RETRY = 0.02  # seconds before the SDK's first repetition, instead of 1
_ALONE, _ALONE_AT_WRITING = 0.6, 0.8  # of the commands: one fault; of the others, many
_OFTEN = (0.1, 0.3)  # of the requests meet with a fault then


def inject(stage: Stage, faults: int, on_trial: Callable[[int], None] = lambda _: None) -> Tally:
    """Disturb pushes and pulls until there were so many faults.

    Parameters
    ----------
    stage : Stage
        Where.
    faults : int
        How many.
    on_trial : callable
        Told how many there were, after each command.
    """
    tally = Tally("faults", ("struck", "went through", "refused"))
    usual = {"push": 12, "pull": 6}  # requests of a command
    with _impatient(stage.proxy.url), _quick_to_repeat():
        while tally.number < faults:
            world, command = stage.next()
            _arm(stage, command, usual[command])
            stage.proxy.seen()
            said, broken = _attempt(stage, world, command)
            hits = stage.proxy.faults.calm()
            if not hits:
                usual[command] = len(stage.proxy.seen())
            wrong = broken + stage.after(world, command, through=said == "went through")
            tally.add([kind.name for kind in hits] or _none(wrong), said, wrong)
            on_trial(tally.number)
    return tally


def _none(wrong: list[Wrong]) -> list[str]:
    """Name the row of a command that met with no fault: it is there if something was wrong."""
    return ["no fault"] if wrong else []


def _arm(stage: Stage, command: str, usual: int) -> None:
    faults, chance = stage.proxy.faults, stage.random.random()
    if chance < _ALONE:
        faults.one(usual)
    elif chance < _ALONE_AT_WRITING and command == "push":
        faults.one_write()
    else:
        faults.many(stage.random.choice(_OFTEN))


def _attempt(stage: Stage, world: World, command: str) -> tuple[str, list[Wrong]]:
    try:
        stage.run(world, command)
    except AnnotateError:
        return "refused", []
    except Exception as error:  # noqa: BLE001 - any other is a traceback to the user
        return "refused", [Wrong("traceback", f"{command}: {type(error).__name__}: {error}")]
    return "went through", []


@contextmanager
def _impatient(url: str) -> Iterator[None]:
    """Shorten the time-outs of all requests to an address, which must each have one."""
    handle = httpx.HTTPTransport.handle_request

    def shortened(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if str(request.url).startswith(url):
            asked: dict[str, Any] = request.extensions.get("timeout", {})
            if asked.get("read") is None:
                msg = f"{request.method} {request.url} may wait for ever"
                raise RuntimeError(msg)
            short = {name: min(seconds, _TIMEOUT) for name, seconds in asked.items() if seconds}
            request.extensions = {**request.extensions, "timeout": short}
        return handle(self, request)

    httpx.HTTPTransport.handle_request = shortened  # type: ignore[method-assign]
    try:
        yield
    finally:
        httpx.HTTPTransport.handle_request = handle  # type: ignore[method-assign]


@contextmanager
def _quick_to_repeat() -> Iterator[None]:
    """Shorten the pauses before the SDK asks again."""
    from label_studio_sdk.core import http_client

    pause = http_client.INITIAL_RETRY_DELAY_SECONDS
    http_client.INITIAL_RETRY_DELAY_SECONDS = _RETRY
    try:
        yield
    finally:
        http_client.INITIAL_RETRY_DELAY_SECONDS = pause
