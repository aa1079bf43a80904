"""The mark of a person who has no picture here: initials on a quiet ground, always the same for the same."""

from __future__ import annotations

import zlib

from flask import Flask

GROUNDS = 8  # `.mark-0` … `.mark-7` in the style sheet


def initials(name: str) -> str:
    """The first letters of the first and the last word that begin with one: ``KB``; "" where there is no letter."""
    words = [letters for word in name.split() if (letters := "".join(filter(str.isalpha, word)))]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def ground(slug: str) -> int:
    """Which ground somebody's initials stand on: by the address of their card, so that a new name keeps it."""
    return zlib.crc32(slug.encode()) % GROUNDS


def register(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.filters |= {"initials": initials, "ground": ground}
