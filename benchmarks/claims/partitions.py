"""g: a table that is never loaded whole, on one process, on two, and on a Dask cluster."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from claims.harness import Line, high_water, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from claims.harness import Options, Ran

__all__ = ["claim_g", "write_partitions"]

UNITS, ANNOTATORS, VALUES, FILES = 10_000_000, 5, 14, 20
_COPIES = 0.6
_WORKERS = 2
_SECONDS = 60.0  # with two processes
_DIGITS = 1e-12
_COLUMNS = ("annotator", "unit", "label")
_parquet: Any = pyarrow.parquet  # which is typed in part only


def claim_g(options: Options) -> Iterator[Line]:
    """Score 50 million labels in Parquet partitions in three ways."""
    units = options.size(UNITS)
    folder = write_partitions(options.data / f"partitions-{units}", units)
    counted = _alpha_by_hand(folder)
    ways = {"1 process": _score(folder), f"--jobs {_WORKERS}": _score(folder, "--jobs", "2")}
    ways |= {f"Dask cluster, {_WORKERS} workers": _on_cluster(folder)}
    single = json.loads(ways["1 process"].output)
    for name, ran in ways.items():
        same = json.loads(ran.output) == single
        limited = name != "1 process"
        digits = "identical" if same else "OTHER DIGITS"
        yield Line(
            "g",
            f"{units * ANNOTATORS:,} rows in {FILES} Parquet files, {name}",
            f"{ran.seconds:.1f} s ({ran.computing:.1f} s of processor), {_peaks(ran)}, {digits}",
            f"identical digits{f', {_SECONDS:.0f} s' if limited else ''}",
            same and (ran.seconds <= _SECONDS or not limited),
        )
    alpha = next(f["value"] for f in single if f["measure"] == "alpha (nominal)" and not f["label"])
    yield Line(
        "g",
        "nominal alpha of the same, counted by hand file by file",
        f"{counted:.12f}, printed {alpha:.12f}",
        f"{_DIGITS:g} apart",
        math.isclose(alpha, counted, abs_tol=_DIGITS),
    )


def _peaks(ran: Ran) -> str:
    workers = " + ".join(f"{peak:.0f}" for peak in ran.others[:_WORKERS])
    return f"{ran.peak:.0f} MB" + (f", workers {workers} MB" if workers else "")


def write_partitions(folder: Path, units: int) -> Path:
    """Write the table once, file by file; no unit lies in two files."""
    folder.mkdir(parents=True, exist_ok=True)
    edges = np.linspace(0, units, FILES + 1).astype(np.int64)
    for number, (low, high) in enumerate(pairwise(edges.tolist())):
        path = folder / f"part-{number:02d}.parquet"
        if not path.exists():
            part = path.with_suffix(".part")
            _parquet.write_table(_partition(low, high, number), part)
            part.rename(path)
    return folder


def _partition(low: int, high: int, seed: int) -> pa.Table:
    rng = np.random.default_rng([3, seed])
    truth = rng.integers(VALUES, size=(high - low, 1), dtype=np.int8)
    said = rng.integers(VALUES, size=(high - low, ANNOTATORS), dtype=np.int8)
    said = np.where(rng.random(said.shape, dtype=np.float32) < _COPIES, truth, said)
    people = np.tile(np.arange(ANNOTATORS, dtype=np.int8), high - low)
    names = [f"coder {place}" for place in range(ANNOTATORS)]
    return pa.table(
        {
            "annotator": pa.DictionaryArray.from_arrays(people, names).cast(pa.string()),
            "unit": np.repeat(np.arange(low, high), ANNOTATORS),
            "label": pa.DictionaryArray.from_arrays(
                said.ravel(), [f"value {place:02d}" for place in range(VALUES)]
            ).cast(pa.string()),
        }
    )


def _alpha_by_hand(folder: Path) -> float:
    """Give nominal alpha by the plainest means: every unit has the same number of votes."""
    o = np.zeros((VALUES, VALUES))
    wanted = ["unit", "label"]
    for path in sorted(folder.glob("*.parquet")):
        o += _coincidences(_parquet.read_table(path, columns=wanted, read_dictionary=["label"]))
    n_c = o.sum(axis=1)
    n = n_c.sum()
    return float(1 - (n - 1) * (n - np.trace(o)) / (n**2 - (n_c**2).sum()))


def _coincidences(table: pa.Table) -> NDArray[np.float64]:
    unit = table["unit"].to_numpy() - table["unit"][0].as_py()
    label = pa.concat_arrays(table["label"].unify_dictionaries().chunks)
    place = np.array([int(name.split()[1]) for name in label.dictionary.to_pylist()])
    value = place[label.indices.to_numpy()]
    cells = np.bincount(unit * VALUES + value, minlength=(unit[-1] + 1) * VALUES)
    counts = cells.reshape(-1, VALUES).astype(np.float64)
    o = counts.T @ counts - np.diag(counts.sum(axis=0))
    return np.asarray(o / (ANNOTATORS - 1))


def _score(folder: Path, *more: str, watched: tuple[int, ...] = ()) -> Ran:
    columns = [part for name in _COLUMNS for part in (f"--{name}", name)]
    command = [sys.executable, "-m", "annotate", "score", str(folder), *columns, "--json", *more]
    return run(command, watched=watched)


def _on_cluster(folder: Path) -> Ran:
    with _cluster() as cluster:
        pids = tuple(worker.pid for worker in cluster.workers.values())
        ran = _score(folder, "--cluster", cluster.scheduler_address, watched=pids)
        ran.others[:] = sorted((high_water(pid) for pid in pids), reverse=True)
        return ran


@contextlib.contextmanager
def _cluster() -> Iterator[Any]:
    import distributed

    local: Any = distributed.LocalCluster
    with local(
        n_workers=_WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as cluster:
        yield cluster
