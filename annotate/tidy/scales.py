"""The values of a question in the order of its scale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from annotate.errors import TableError, UsageError
from annotate.schema import Option, Question, Scale
from annotate.tidy.coded import number_text
from annotate.tidy.numerals import short
from annotate.tidy.wording import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Scaling", "Values"]

#: What to do about labels that a scale cannot take, beside mending the order or the table.
_NONE = "name those that stand for no label in --missing (in Python missing=[…])"
_LARGEST = 1e100  # squares of larger numbers overflow
_RANKS = 20  # so many can be listed
_COMMA = re.compile(r"[+-]?\d+,\d+")


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
        return [place.get(name, place.get(short(name), -1)) for name in names]


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
        # "1.0" names the rank 1, however a table writes it.
        names = tuple(short(str(name).strip()) for name in order)
        if len(set(names)) < len(names) or "" in names:
            msg = "The order must name every value once, and no empty one"
            raise UsageError(msg)
        return cls(cast("Scale", scale), names)

    def values(self, used: Iterable[str], question: str, *, several: bool = False) -> Values:
        """Put the values that a question has in order.

        Parameters
        ----------
        used : iterable of str
            Its distinct labels.
        question : str
            Its name, for the message.
        several : bool
            Whether it stands beside others that may need another scale.

        Raises
        ------
        TableError
            If the scale needs numbers and some labels are none.
        UsageError
            If the order is not known, or leaves labels out.
        """
        names = sorted(set(used))
        if self.scale in {"interval", "ratio"}:
            return self._numbers(names, question, _others(question, several=several))
        if self.scale == "nominal":
            return Values(tuple(sorted(names, key=_natural)))
        others = _others(question, several=several)
        if not self.order:
            words = [name for name in names if not _is_number(name)]
            if not words:
                return _numeric(names)
            msg = (
                f'Labels of "{question}" are words ({quoted(words)}), and the alphabet is no '
                'order: give them from one end to the other, as in --order "low,medium,high" '
                f'(in Python order=["low", "medium", "high"]); {_NONE}{others}'
            )
            raise UsageError(msg)
        strange = [name for name in names if not {name, short(name)} & set(self.order)]
        if strange:
            idle = [name for name in self.order if name not in names]
            nothing = f"; {quoted(idle)} in the order matches nothing" if idle else ""
            msg = (
                f'The order leaves out labels of "{question}": {quoted(strange)}; add them, or '
                f"{_NONE}{nothing}{others}"
            )
            raise UsageError(msg)
        return Values(self.order)

    def doubts(self, values: Values, question: str) -> list[str]:
        """Warn of whole numbers that nobody used: without them their neighbours are neighbours.

        Parameters
        ----------
        values : Values
            Those that were used.
        question : str
            Its name.
        """
        if self.scale != "ordinal" or self.order or not values.names:
            return []
        numbers = [float(name) for name in values.names]
        first, last = numbers[0], numbers[-1]
        if not all(number.is_integer() for number in numbers) or last - first < len(numbers):
            return []
        if last - first >= _RANKS:
            between, every = "some numbers between its ranks", ""
        else:
            ranks = [str(number) for number in range(int(first), int(last) + 1)]
            between = quoted([rank for rank in ranks if rank not in values.names])
            every = f": --order {','.join(ranks)} (in Python order=[{', '.join(ranks)}])"
        said = (
            f'"{question}": nobody said {between}; ranks are those that occur, so if there are '
            f"others name every rank{every}"
        )
        return [said]

    def _numbers(self, names: Sequence[str], question: str, others: str) -> Values:
        strange = [name for name in names if not _is_number(name)]
        if strange:
            comma = next((name for name in strange if _COMMA.fullmatch(name)), "")
            point = comma.replace(",", ".")
            said = f"; write decimals with a point, {point} instead of {comma}" if comma else ""
            are = counted(len(strange), "label of", "labels of")
            none = "is no number" if len(strange) == 1 else "are no numbers"
            msg = (
                f'{are} "{question}" {none} ({quoted(strange)}), which the {self.scale} scale '
                f"needs{said}; correct them or choose another scale, or {_NONE}{others}"
            )
            raise TableError(msg)
        values = _numeric(names)
        if self.scale == "ratio" and values.names and float(values.names[0]) < 0:
            msg = (
                f'"{question}" has negative numbers (such as {values.names[0]}); a ratio scale '
                f"begins at zero, choose the interval scale{others}"
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
        return abs(float(name)) < _LARGEST and "_" not in name
    except ValueError:
        return False


def _natural(name: str) -> tuple[bool, float, str]:
    number = _is_number(name)
    return not number, float(name) if number else 0.0, name


def _others(question: str, *, several: bool) -> str:
    """Tell how to score questions of different scales, where there are several."""
    if not several:
        return ""
    return (
        f'; if "{question}" has another scale than the rest of the table, score the questions of '
        "one scale at a time, naming them in --only (in Python only=[…])"
    )
