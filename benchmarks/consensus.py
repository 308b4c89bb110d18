"""How fast Dawid-Skene and MACE are, and whether they find what crowd-kit finds.

    python benchmarks/consensus.py
    python benchmarks/consensus.py --labels 10000 --peer ~/crowd/bin/python

Makes up votes of 100 annotators, five on each item, and fits both models with ours and with
crowd-kit, in turn. crowd-kit brings packages that ours must not have: it runs in an environment
of its own, made anew with pip (about 800 MB) unless `--peer` names an interpreter that has it.
Prints one line for each model: the times, how often both choose the same value, and how often each
is right. Targets hold at 1,000,000 labels.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from claims.harness import Line, machine
from crowd.votes import made_up

from annotate.consensus.dawid_skene import dawid_skene
from annotate.consensus.mace import mace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from annotate.reliability.evidence.ratings import Ratings

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["lines", "main"]

_FULL = 1_000_000
_PEER = "crowd-kit==1.4.2"
_FASTER = {"dawid_skene": 5.0, "mace": 8.0}
_ALIKE = 0.99  # of the items must get the same value
_OURS: dict[str, Callable[[Ratings], Floats]] = {
    "dawid_skene": lambda ratings: dawid_skene(ratings).posterior,
    "mace": lambda ratings: mace(ratings).posterior,
}


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    chosen = _parser().parse_args(arguments)
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        python = chosen.peer or _environment(Path(scratch) / "peer")
        for line in lines(python, Path(scratch), chosen.labels, chosen.repeats):
            print(line.shown(judged=chosen.labels == _FULL), flush=True)


def lines(python: Path, scratch: Path, labels: int, repeats: int) -> Iterator[Line]:
    """Fit each model with both.

    Parameters
    ----------
    python : Path
        An interpreter that has crowd-kit.
    scratch : Path
        Where votes and posteriors are handed over.
    labels, repeats : int
        How many.
    """
    ratings, truth = made_up(labels)
    votes = scratch / "votes.npz"
    np.savez(votes, unit=ratings.unit, annotator=ratings.annotator, value=ratings.value)
    for model, fit in _OURS.items():
        ours, theirs = [], []
        for _ in range(repeats):
            gc.collect()
            start = time.perf_counter()
            posterior = fit(ratings)
            ours.append(time.perf_counter() - start)
            seconds, other = _peer(python, votes, model, scratch)
            theirs.append(seconds)
        yield _line(model, truth, (posterior, other), (ours, theirs))


def _line(
    model: str,
    truth: Ints,
    posteriors: tuple[Floats, Floats],
    taken: tuple[list[float], list[float]],
) -> Line:
    ours, theirs = (found.argmax(axis=1) for found in posteriors)
    seconds, peers = map(statistics.median, taken)
    ratio = statistics.median(b / a for a, b in zip(*taken, strict=True))
    alike = float((ours == theirs).mean())
    apart = float(np.abs(posteriors[0] - posteriors[1]).mean())
    return Line(
        model,
        f"{len(truth) * 5:,} labels by 100 annotators, and {_PEER}",
        f"{seconds:.2f} s and {peers:.2f} s, {ratio:.1f} times faster; the same value for "
        f"{alike:.2%}, posteriors {apart:.4f} apart on average; right for "
        f"{(ours == truth).mean():.2%} and {(theirs == truth).mean():.2%}",
        f"{_FASTER[model]:.0f} times, the same value for {_ALIKE:.0%}",
        ratio >= _FASTER[model] and alike >= _ALIKE,
    )


def _peer(python: Path, votes: Path, model: str, scratch: Path) -> tuple[float, Floats]:
    found = scratch / f"{model}.npz"
    script = Path(__file__).parent / "crowd" / "peer.py"
    command = [str(python), str(script), str(votes), model, str(found)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(json.loads(printed.splitlines()[-1])["seconds"]), np.load(found)["posterior"]


def _environment(folder: Path) -> Path:
    """Make an environment with crowd-kit."""
    print(f"Installing {_PEER} into an environment of its own …", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", _PEER]
    subprocess.run(install, check=True)
    return python


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labels", type=int, default=_FULL, help="how many")
    parser.add_argument("--repeats", type=int, default=3, help="of each; the median counts")
    parser.add_argument("--peer", type=Path, help="a Python that has crowd-kit")
    return parser


if __name__ == "__main__":
    main()
