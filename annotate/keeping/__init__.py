"""A study in one file: written whole, proven before it is unpacked, unpacked whole."""

from annotate.keeping.back_up import BackedUp, back_up
from annotate.keeping.restore import Restored, restore

__all__ = ["BackedUp", "Restored", "back_up", "restore"]
