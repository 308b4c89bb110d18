"""Where the parts of a large table are worked on: here, on processes, or on a Dask cluster."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from annotate.errors import AnnotateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Mapper", "mapper"]

_PATIENCE = "10s"  # for a scheduler to answer

A = TypeVar("A")
B = TypeVar("B")


class Mapper(Protocol):
    """The built-in `map` for one argument, or an executor's: results in the order of the items."""

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]:
        """Apply a function to every item."""
        ...


@contextmanager
def mapper(jobs: int = 1, cluster: str = "") -> Iterator[Mapper]:
    """Give the map that the user asked for, and end its workers afterwards.

    Parameters
    ----------
    jobs : int
        How many processes; 1 stays in this one.
    cluster : str
        The address of a Dask scheduler, "" for none.

    Raises
    ------
    UsageError
        If both are asked for, Dask is not installed, or nobody answers at the address.
    AnnotateError
        If a worker is stopped from outside.
    """
    if jobs < 1:
        msg = f"The number of processes must be 1 or more, not {jobs}"
        raise UsageError(msg)
    if cluster and jobs > 1:
        msg = "Choose between processes here (--jobs) and a cluster (--cluster)"
        raise UsageError(msg)
    if cluster:
        with _cluster(cluster) as client:
            yield client.get_executor().map
    elif jobs > 1:
        with _processes(jobs) as pool:
            yield pool.map
    else:
        yield map


@contextmanager
def _processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    # Spawned, since a forked process would inherit the locks of this one's threads.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            yield pool
        except BrokenProcessPool as error:
            msg = (
                "A worker process was stopped from outside, most likely for lack of memory; use "
                "fewer --jobs or smaller files"
            )
            raise AnnotateError(msg) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        msg = 'Dask is not installed; install the extra: pip install "annotate-news[cluster]"'
        raise UsageError(msg) from error
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        msg = f"No Dask scheduler answers at {address}; give an address such as tcp://host:8786"
        raise UsageError(msg) from error
    with client:
        if not client.scheduler_info()["workers"]:
            msg = f"The Dask scheduler at {address} has no workers; start some"
            raise UsageError(msg)
        try:
            yield client
        except AnnotateError:
            raise
        except Exception as error:
            msg = (
                f"The cluster at {address} could not do the work ({type(error).__name__}: "
                f"{error}); its workers need this package, in this version, and the same files"
            )
            raise AnnotateError(msg) from error
