"""What labels say about outlets and events, with how sure that is."""

from annotate.sources.model import FEWEST, Beside, Estimate, Key, Part, Profile
from annotate.sources.profiles import Sources, sources_of

__all__ = [
    "FEWEST",
    "Beside",
    "Estimate",
    "Key",
    "Part",
    "Profile",
    "Sources",
    "sources_of",
]
