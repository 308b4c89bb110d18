"""What annotators in training did, beside the labels that they learn from."""

from annotate.training.compared import ADVICE, Answered, Compared, Span, Trainee
from annotate.training.feedback import feedback

__all__ = ["ADVICE", "Answered", "Compared", "Span", "Trainee", "feedback"]
