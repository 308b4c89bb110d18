"""The values of a question in the order of its scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from annotate.errors import TableError, UsageError
from annotate.schema import Option, Question, Scale
from annotate.tidy.coded import number_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Scaling", "Values"]

_SHOWN = 5


@dataclass(frozen=True)
class Values:
    """The values of one question.

    Parameters
    ----------
    names : tuple of str
        In the order of the scale; numbers in their shortest spelling.
    numeric : bool
        Whether "2" and "2.0" are one value.
    """

    names: tuple[str, ...]
    numeric: bool = False

    @property
    def numbers(self) -> list[float] | None:
        """The values as numbers, where they are some."""
        return [float(name) for name in self.names] if self.numeric else None

    def places(self, names: Sequence[str]) -> list[int]:
        """Give the place of each of some names, -1 for those of other questions."""
        place = {name: number for number, name in enumerate(self.names)}
        if self.numeric:
            return [place.get(_shortest(name), -1) for name in names]
        return [place.get(name, -1) for name in names]


@dataclass(frozen=True)
class Scaling:
    """The scale at which labels are compared.

    Parameters
    ----------
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The same for every question of a table.
    order : tuple of str
        The values of an ordinal scale from one end to the other, used or not; numbers need none.

    Raises
    ------
    UsageError
        If the scale is not known, or has no use for an order.
    """

    scale: Scale
    order: tuple[str, ...] = ()

    @classmethod
    def of(cls, scale: str, order: Sequence[str] = ()) -> Scaling:
        """Prove what the user asked for."""
        if scale not in get_args(Scale):
            msg = f'There is no scale "{scale}"; choose one of {", ".join(get_args(Scale))}'
            raise UsageError(msg)
        if isinstance(order, str):
            msg = 'The order must be a list of values, such as ["low", "medium", "high"]'
            raise UsageError(msg)
        if order and scale != "ordinal":
            msg = f"An order of values belongs to the ordinal scale, not to the {scale} one"
            raise UsageError(msg)
        names = tuple(str(name).strip() for name in order)
        if len(set(names)) < len(names) or "" in names:
            msg = "The order must name every value once, and no empty one"
            raise UsageError(msg)
        return cls(cast("Scale", scale), names)

    def values(self, used: Iterable[str], question: str) -> Values:
        """Put the values that a question has in order.

        Parameters
        ----------
        used : iterable of str
            Its distinct labels.
        question : str
            Its name, for the message.

        Raises
        ------
        TableError
            If the scale needs numbers and some labels are none.
        UsageError
            If the order is not known, or leaves labels out.
        """
        names = sorted(set(used))
        if self.scale in {"interval", "ratio"}:
            return self._numbers(names, question)
        if self.scale == "nominal":
            return Values(tuple(sorted(names, key=_natural)))
        if not self.order:
            if all(_is_number(name) for name in names):
                return _numeric(names)
            msg = (
                f'The labels of "{question}" are words ({_listed(names)}), and the alphabet is no '
                'order: give them from one end to the other, as in --order "low,medium,high" '
                '(in Python order=["low", "medium", "high"])'
            )
            raise UsageError(msg)
        strange = [name for name in names if name not in self.order]
        if strange:
            msg = f'The order leaves out labels of "{question}": {_listed(strange)}; add them'
            raise UsageError(msg)
        return Values(self.order)

    def _numbers(self, names: Sequence[str], question: str) -> Values:
        strange = [name for name in names if not _is_number(name)]
        if strange:
            msg = (
                f'{len(strange)} labels of "{question}" are no numbers ({_listed(strange)}), which '
                f"the {self.scale} scale needs; correct them or choose another scale"
            )
            raise TableError(msg)
        values = _numeric(names)
        if self.scale == "ratio" and values.names and float(values.names[0]) < 0:
            msg = (
                f'"{question}" has negative numbers (such as {values.names[0]}); a ratio scale '
                "begins at zero, choose the interval scale"
            )
            raise TableError(msg)
        return values

    def question(self, name: str, values: Values) -> Question:
        """Give the question that a scheme would have had."""
        if self.scale in {"interval", "ratio"}:
            return Question(name, name, "number", self.scale)
        options = tuple(Option(value, value) for value in values.names)
        return Question(name, name, "single", self.scale, options)


def _numeric(names: Iterable[str]) -> Values:
    return Values(tuple(sorted({_shortest(name) for name in names}, key=float)), numeric=True)


def _shortest(name: str) -> str:
    return (number_text(float(name)) or name) if _is_number(name) else name


def _is_number(name: str) -> bool:
    try:
        # Python reads 1_000 as a number; a table means something else by it.
        return math.isfinite(float(name)) and "_" not in name
    except ValueError:
        return False


def _natural(name: str) -> tuple[bool, float, str]:
    number = _is_number(name)
    return not number, float(name) if number else 0.0, name


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
