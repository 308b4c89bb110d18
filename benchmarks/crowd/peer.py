"""Fit crowd-kit's models; run by an interpreter that has crowd-kit, which ours has not.

    python peer.py VOTES.npz MODEL POSTERIOR.npz

Prints the seconds of the fit: reading, laying the votes out as a frame and imports do not count.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pandas as pd
from crowdkit.aggregation import MACE, DawidSkene  # type: ignore[import-not-found]

MODELS = {
    "dawid_skene": lambda: DawidSkene(n_iter=100, tol=1e-5),
    "mace": lambda: MACE(n_restarts=10, n_iter=50, method="vb", random_state=0),
}


def main(votes: str, model: str, posterior: str) -> None:
    """Fit and write."""
    held = np.load(votes)
    frame = pd.DataFrame(
        {"task": held["unit"], "worker": held["annotator"], "label": held["value"]}
    )
    fitting = MODELS[model]()
    start = time.perf_counter()
    found = fitting.fit_predict_proba(frame)
    seconds = time.perf_counter() - start
    columns = range(int(held["value"].max()) + 1)
    table = found.sort_index().reindex(columns=columns, fill_value=0.0)
    np.savez(posterior, posterior=table.to_numpy(dtype=np.float64))
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
