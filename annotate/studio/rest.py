"""Requests that the SDK would repeat, re-encode slowly, or cut short: sent once, checked whole.

The SDK repeats a POST whose answer got lost, takes a 404 in the middle of a listing for its end,
and needs as long again as the server for large payloads.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from annotate.collecting import without_collecting
from annotate.errors import StudioError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from annotate.studio.connection import Connection

__all__ = ["ask", "listed_projects", "listed_tasks", "send", "tell"]

_QUICK = 60.0  # seconds
_LONG = 1800.0  # exports send nothing until they are built
_PAGE = 1000


def ask(
    connection: Connection,
    path: str,
    params: Mapping[str, Any] | None = None,
    *,
    slow: bool = False,
) -> Any:  # noqa: ANN401 - JSON
    """Get JSON.

    Parameters
    ----------
    connection : Connection
        The server.
    path : str
        Below its address, such as "/api/projects/".
    params : mapping, optional
        The query.
    slow : bool
        Whether the server may take minutes before it answers.

    Raises
    ------
    StudioError
        If the server refuses, cannot be reached, or its answer is cut off.
    """
    answer = _request(connection, "GET", path, params=params, timeout=_LONG if slow else _QUICK)
    return _read(connection, answer)


def send(connection: Connection, path: str, payload: object, **params: str) -> Any:  # noqa: ANN401
    """Post JSON once and give the answer.

    Raises
    ------
    Unreachable
        If no whole answer came: what was sent may have been stored all the same.
    StudioError
        If the server refuses.
    """
    content = json.dumps(payload).encode()  # escaped: more than twice as fast, and whole
    answer = _request(connection, "POST", path, params=params, timeout=_LONG, content=content)
    return _read(connection, answer)


def tell(connection: Connection, method: str, path: str) -> None:
    """Send a request whose answer does not matter, such as a deletion.

    Raises
    ------
    StudioError
        If the server refuses or cannot be reached.
    """
    _request(connection, method, path, timeout=_QUICK)


def listed_tasks(
    connection: Connection, project: int, include: str, **filtered: str
) -> list[dict[str, Any]]:
    """List a project's tasks.

    Parameters
    ----------
    connection : Connection
        The server.
    project : int
        Whose.
    include : str
        The fields that are needed; the server takes ten times as long for all.
    **filtered : str
        More of the query, such as a filter.

    Raises
    ------
    StudioError
        If fewer are given than there are.
    """
    query = {"project": project, "include": include, **filtered}
    return _listed(connection, "/api/tasks", query, ("tasks", "total"))


def listed_projects(connection: Connection) -> list[dict[str, Any]]:
    """List all projects that the account can see: id, title, description, task_number.

    Raises
    ------
    StudioError
        If fewer are given than there are: a desk that is overlooked would be made twice.
    """
    query = {"include": "id,title,description,task_number"}
    return _listed(connection, "/api/projects/", query, ("results", "count"))


def _listed(
    connection: Connection, path: str, query: Mapping[str, Any], names: tuple[str, str]
) -> list[dict[str, Any]]:
    rows, count = names
    found: dict[int, dict[str, Any]] = {}
    for page in range(1, 1_000_000):
        answer = ask(connection, path, {**query, "page": page, "page_size": _PAGE})
        given = answer.get(rows) if isinstance(answer, dict) else None
        if not isinstance(given, list) or not isinstance(answer.get(count), int):
            msg = f"What answers at {connection.url} does not list like Label Studio"
            raise StudioError(msg)
        found |= {int(row["id"]): row for row in given}
        if len(found) >= answer[count]:
            break
        if not given:
            msg = (
                f"Label Studio at {connection.url} listed {len(found)} of {answer[count]} objects; "
                "try again"
            )
            raise StudioError(msg)
    return [found[number] for number in sorted(found)]


def _request(
    connection: Connection,
    method: str,
    path: str,
    *,
    timeout: float,
    params: Mapping[str, Any] | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    wrapper = connection.sdk._client_wrapper  # noqa: SLF001 - it renews access tokens
    with connection.translated():
        answer = wrapper.httpx_client.httpx_client.request(
            method,
            f"{connection.url}{path}",
            params=params,
            content=content,
            headers={**wrapper.get_headers(), "Content-Type": "application/json"},
            timeout=httpx.Timeout(timeout, connect=_QUICK),
        )
        if not answer.is_success:
            raise ApiError(status_code=answer.status_code, body=_body(answer))
    return answer


def _body(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _read(connection: Connection, answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    try:
        with without_collecting():
            return json.loads(answer.content)
    except (ValueError, RecursionError):
        if answer.content.lstrip().startswith(b"<"):
            msg = (
                f"What answers at {connection.url} is a page, not Label Studio's interface; check "
                "the address"
            )
            raise StudioError(msg) from None
        msg = (
            f"Label Studio at {connection.url} broke off its answer; what was sent may have been "
            "stored all the same. Run the command again: it goes on where it stopped"
        )
        raise Unreachable(msg) from None
