"""Licences by their SPDX identifiers, and what others call them."""

from __future__ import annotations

__all__ = ["hub_licence", "licence_url", "of_citations", "spdx"]

#: What the Hugging Face hub calls a licence, where that is not its identifier in small letters.
_HUB = {
    "AGPL-3.0-only": "agpl-3.0",
    "AGPL-3.0-or-later": "agpl-3.0",
    "C-UDA-1.0": "c-uda",
    "GFDL-1.3-only": "gfdl",
    "GFDL-1.3-or-later": "gfdl",
    "GPL-2.0-only": "gpl-2.0",
    "GPL-2.0-or-later": "gpl-2.0",
    "GPL-3.0-only": "gpl-3.0",
    "GPL-3.0-or-later": "gpl-3.0",
    "LGPL-2.1-only": "lgpl-2.1",
    "LGPL-2.1-or-later": "lgpl-2.1",
    "LGPL-3.0-only": "lgpl-3.0",
    "LGPL-3.0-or-later": "lgpl-3.0",
    "LGPLLR": "lgpl-lr",
    "ODC-By-1.0": "odc-by",
    "ODbL-1.0": "odbl",
    "PDDL-1.0": "pddl",
}
_SAME = (
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC-BY-2.0",
    "CC-BY-2.5",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-NC-2.0",
    "CC-BY-NC-3.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-ND-3.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-2.0",
    "CC-BY-NC-SA-3.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0",
    "CDLA-Sharing-1.0",
    "EUPL-1.1",
    "etalab-2.0",
    "MIT",
    "MPL-2.0",
    "Unlicense",
)
_KNOWN = {name.casefold(): name for name in (*_HUB, *_SAME)}
#: Version 1.2.0 of the Citation File Format names the licences that SPDX knew in May 2021.
_TOO_NEW_TO_CITE = frozenset({"CDLA-Permissive-2.0"})


def spdx(licence: str) -> str:
    """Give an identifier in SPDX's own spelling where it is one of those in use for data.

    Examples
    --------
    >>> spdx("cc-by-4.0"), spdx("LicenseRef-Ours")
    ('CC-BY-4.0', 'LicenseRef-Ours')
    """
    return _KNOWN.get(licence.casefold(), licence)


def hub_licence(licence: str) -> str:
    """Give what the Hugging Face hub calls it; "other" if it has no name for it.

    Examples
    --------
    >>> hub_licence("CC-BY-4.0"), hub_licence("ODbL-1.0"), hub_licence("LicenseRef-Ours")
    ('cc-by-4.0', 'odbl', 'other')
    """
    name = spdx(licence)
    return _HUB.get(name, name.lower() if name in _SAME else "other")


def licence_url(licence: str) -> str:
    """Give the address of its text, or its bare identifier where SPDX may not know it."""
    name = spdx(licence)
    known = name.casefold() in _KNOWN
    return f"https://spdx.org/licenses/{name}.html" if known else name


def of_citations(licence: str) -> str:
    """Give the identifier as a citation file may name it; "" if it may not."""
    name = spdx(licence)
    return name if name.casefold() in _KNOWN and name not in _TOO_NEW_TO_CITE else ""
