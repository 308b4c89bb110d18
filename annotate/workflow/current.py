"""Rounds and assignment as they would be, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from annotate.rounds import Round
    from annotate.study import Study

__all__ = ["Current"]


@dataclass(frozen=True)
class Current:
    """Rounds as they would be now; nothing is written yet.

    Parameters
    ----------
    rounds : list of Round
        Those that are looked at.
    rows : DataFrame
        The assignment of all rounds.
    configs : dict of str to bytes
        Labeling configs by SHA-256, as far as they are not kept yet.
    """

    rounds: list[Round]
    rows: pd.DataFrame
    configs: dict[str, bytes] = field(default_factory=dict)

    def config(self, study: Study, sha256: str) -> bytes:
        """Give a labeling config.

        Raises
        ------
        StudyError
            If it was kept and is gone.
        """
        return self.configs[sha256] if sha256 in self.configs else study.kept_scheme(sha256)

    def save(self, study: Study) -> None:
        """Write what has changed: schemes first, rounds last."""
        for config in self.configs.values():
            study.keep_scheme(config)
        if any(each.codebook for each in self.rounds):
            study.keep_codebook()
        if not self.rows.equals(study.assignment()):
            study.save_assignment(self.rows)
        known = study.rounds()
        mine = {each.name: each for each in self.rounds}
        fresh = [each for each in self.rounds if each.name not in {k.name for k in known}]
        after = [mine.get(each.name, each) for each in known] + fresh
        if after != known:
            study.save_rounds(after)
