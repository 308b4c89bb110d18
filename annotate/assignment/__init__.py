"""Who annotates which article, and what such a study can be expected to find."""

from annotate.assignment.balance import Balance, balance
from annotate.assignment.design import assign
from annotate.assignment.forecast import Assumptions, Forecast, forecast, plan
from annotate.assignment.repeated import repeats

__all__ = ["Assumptions", "Balance", "Forecast", "assign", "balance", "forecast", "plan", "repeats"]
