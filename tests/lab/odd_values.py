"""Values that no form would let through, and some that one did: what may stand in a column, whoever wrote it."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

MIN_VALUES = 200
ODD_LANGUAGES = (
    "rcf", "anglais", "xx", "aaaaaaaa", "", "fr_FR@x", "zh-Hant-x-private", "frp", "gcf", "pcd", "tlh", "x-klingon",
    "i-default", "fr-", "-fr", "fr--CA", "FR", "français", "en.UTF-8", "zz-ZZ-zz", "c#", "a", "*", "fr OR en",
)  # fmt: skip  # a page of odd values
ODD_ADDRESSES = (
    "javascript:alert(1)",
    "http://[",
    "//",
    "//evil.example",
    "https://",
    "http://[::1",
    "https://bücher.example/",
    "https://a.example/" + "x" * 5000,
    "data:text/html,x",
    "https://a.example:99999/",
    "mailto:a@b",
    "https://\u202e.a",
    "https://a.example/\u2028",
    "\thttps://a.example/",
    "ftp://a.example",
    "https://user@a.example/",
    "?",
    "#",
)
ODD_NAMES = (
    "x" * 10_000, "\u0301" * 50, "a" + "\u0301" * 5000, "\u202eecilA", "\u2066Alice", "Alice\u2069\u2069",
    "Ali\u200bce", "\u200d", "\u2028", "\u3164", "عائشة", "דנה", "می‌خواهم", "👩‍👩‍👧", "क्‍ष", "山田", "\ufeffAlice",
    "%s", "%(name)s", "%(num)d %", "{0}", "{name.__class__}", "{{ 7*7 }}", "{% raw %}", "<script>", "]]>", "&amp;",
    "' OR 1=1 --", '"', "\\", "\\u202e", "$&", "None", "null", "undefined", "NaN", "1e999", "-1", "\r\nX: y", " ",
    "\xa0", "\U000e0041\U000e0042", "\ufffe", "\U0010ffff", "ﷺ" * 300, "İ" * 100, "ß" * 100, "=1+1", "@x", "..",
    "../..", "/",
)  # fmt: skip  # a page of odd values
CONTROLS = tuple(chr(code) for code in (*range(0x01, 0x20), *range(0x7F, 0xA0)))
ODD_TEXTS = tuple(
    dict.fromkeys(
        (
            *ODD_LANGUAGES,
            *ODD_ADDRESSES,
            *ODD_NAMES,
            *(f"A{sign}B" for sign in CONTROLS),
            *(f"name {chr(0x2000 + n)} {n}" for n in range(0x70)),
        )
    )
)[:MIN_VALUES]
NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 2, 7, 2**31 - 1, -(2**31), 2**31, 2**53, 2**62, 2**63 - 1, -(2**63), 10**15, -(10**15), 10**18,
    -(10**18), 253_402_300_799_999_999, -62_135_596_800_000_000, 1.5, -0.5, 1e308, -1e308, 1e-300,
)  # fmt: skip  # a page of odd values
SCALARS: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, -(2**70), 1.5, float("nan"), float("inf"), float("-inf"), "", " ", "x" * 10_000,
    "\u202eX", "\ud800", "a\udfffb", "\x00", "\u2028", "%s", "{{ 7*7 }}", "aaaaaaaa", "javascript:alert(1)", "http://[",
    "0001-01-01", "9999-12-31T23:59:59+14:00", [], {}, [[]], [None], {"": ""}, [{"a": [1]}], ["\ud800"],
)  # fmt: skip  # a page of odd values
SHAPES = (
    "",
    " ",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "NaN",
    '"text"',
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "{",
    "[1,",
    "\\",
    "{}{}",
    '"\\ud800"',
    '{"\\ud800": 1}',
    '{"fr": null}',
    '{"fr": [[1]]}',
    '{"xx": [["mot", 1, 2]]}',
    '{"": []}',
    "'",
    "[" * 3000,
    '{"a":' * 3000,
)


def odd_numbers() -> list[Any]:
    """Whole numbers and others, until there are many."""
    powers = (sign * (2**n + more) for n in range(1, 63) for sign in (1, -1) for more in (0, -1))
    return [*NUMBERS, *itertools.islice(powers, MIN_VALUES - len(NUMBERS))]


def odd_documents(good: str) -> list[str]:
    """JSON of the wrong shape, and the right one with one odd thing in it."""
    document = json.loads(good)
    places = list(_places(document))
    every = list(itertools.product(places, SCALARS)) if places else []
    step = max(1, len(every) // MIN_VALUES)  # each kind of place, each kind of thing
    odd = [json.dumps(_with(document, place, thing)) for place, thing in every[::step]]
    return [*SHAPES, *odd][:MIN_VALUES]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in itertools.islice(inner, 12):
        yield (*path, name)
        yield from _places(one, (*path, name))


def _with(document: Any, path: tuple[Any, ...], thing: Any) -> Any:
    changed = copy.deepcopy(document)
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = thing
    return changed
