"""Who annotates which article, and what such a study can be expected to find."""

from annotate.assignment.balance import Balance, balance
from annotate.assignment.design import assign
from annotate.assignment.repeated import repeats

__all__ = ["Balance", "assign", "balance", "repeats"]
