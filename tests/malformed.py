"""Malformed input, made from good input: trees of JSON with wrong pieces, bytes that were hurt.

The runs are the same every time, so that a build fails for a change and not by chance. With
``FUZZ_TIMES=10`` in the environment they are random and ten times as long.
"""

import copy
import json
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("FUZZ_TIMES", "0"))
MARKS = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"]
PIECES = [b"\0", b"\xff", b"\x80", b"\r", b"\n", b'"', b"'", b"<", b"&", b"[", b"}", b"]]>", b","]
PIECES += [b"\\ud800", b"\\u0000", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"<!--", b"<![CDATA[", b"%"]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp037", "utf-7"]

_HURTS = ["cut", "behead", "drop", "insert", "insert", "repeat", "mark", "encode", "flip", "lines"]
_NUMBERS = [0, 1, -1, 3, 2**31, 2**63, -(2**63) - 1, 10**400, 1e300, 0.5, -0.0]
_NUMBERS += [float("nan"), float("inf"), float("-inf")]
_TEXTS = ["", " ", "\0", "\ud800", "\udfff tail", "nan", "1", "-1", "true", "$", "id", "e\u0301"]
_TEXTS += ["x" * 3000, "\u202e", "\r\n", "<b>&amp;</b>", "../../etc", "a@x.org", "9" * 400]
_TEXTS += ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30", "yesterday"]

scalars = (
    st.none()
    | st.booleans()
    | st.sampled_from(_NUMBERS)
    | st.sampled_from(_TEXTS)
    | st.integers(-3, 60)
    | st.text(max_size=5)
)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def fuzz(examples):
    """Give the settings of a run of so many examples."""
    return settings(
        max_examples=examples * (TIMES or 1),
        derandomize=not TIMES,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def nested(depth, inside=0):
    """Give lists in lists."""
    for _ in range(depth):
        inside = [inside]
    return inside


@st.composite
def mutated(draw, good, *, most=4, words=()):
    """Take a tree of JSON and put wrong things into it.

    Parameters
    ----------
    good : object
        The tree; it stays as it is.
    most : int
        How many places are hurt at most.
    words : sequence
        Values that mean something in such a tree, in the wrong place here.
    """
    tree = json.loads(json.dumps(good))  # unlike a deep copy, nothing in it is shared
    values = junk | st.sampled_from(words) if words else junk
    for _ in range(draw(st.integers(1, most))):
        places = list(_places(tree))
        if not places:
            return tree
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        _hurt(draw, holder, key, places, values)
    return tree


def _places(tree):
    """Give every place of a tree as its holder and the key or number in it."""
    waiting = [tree]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict | list):
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            for key in keys:
                yield holder, key
                waiting.append(holder[key])


def _hurt(draw, holder, key, places, values):
    kind = draw(st.sampled_from(["replace", "replace", "drop", "repeat", "swap", "wrap", "rename"]))
    if kind == "replace":
        holder[key] = copy.deepcopy(draw(values))
    elif kind == "drop":
        del holder[key]
    elif kind == "wrap":
        holder[key] = draw(st.sampled_from([[holder[key]], {"id": holder[key]}]))
    elif kind == "swap":
        other, name = places[draw(st.integers(0, len(places) - 1))]
        holder[key] = copy.deepcopy(other[name])
    elif isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif kind == "rename":
        holder[draw(st.text(max_size=4))] = holder.pop(key)
    else:
        holder[draw(st.sampled_from(list(holder)))] = copy.deepcopy(holder[key])


@st.composite
def hurt_bytes(draw, good, *, least=1, most=3):
    """Hurt the bytes of a file, the way broken copies, editors and networks do."""
    data = good
    for _ in range(draw(st.integers(least, most))):
        start = draw(st.integers(0, len(data)))
        data = _hurt_once(draw, data, draw(st.sampled_from(_HURTS)), start)
    return data


def _hurt_once(draw, data, kind, start):
    end = start + draw(st.sampled_from([1, 2, 10, 200]))
    if kind == "encode":
        charset = draw(st.sampled_from(ENCODINGS))
        return data.decode("utf-8", "replace").encode(charset, "replace")
    if kind == "flip":
        return data[:start] + bytes(255 - byte for byte in data[start:end]) + data[end:]
    return {
        "cut": data[:start],
        "behead": data[start:],
        "drop": data[:start] + data[end:],
        "repeat": data[:end] + data[start:],
        "insert": data[:start] + draw(st.sampled_from(PIECES)) + data[start:],
        "mark": draw(st.sampled_from(MARKS)) + data,
        "lines": data.replace(b"\n", draw(st.sampled_from([b"\r", b"\r\n", b"\x0b", b""]))),
    }[kind]


def written(tree):
    """Write JSON as Python does: with NaN, and half characters as escapes."""
    return json.dumps(tree).encode()
