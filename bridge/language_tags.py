"""Language tags (BCP 47), as blogs, authors and addresses write them."""

from __future__ import annotations

import re

MAX_TAG_CHARACTERS = 35  # characters, which RFC 5646 asks every program to take
# A language of five letters and more was never registered, but names of languages look like one ("anglais").
TAG_PATTERN = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
LOCALE_SUFFIX = re.compile(r"[.@].*", re.DOTALL)  # of a POSIX locale: fr_FR.UTF-8, ca_ES@valencia


def language_tag(language: str) -> str:
    """A tag such as "fr-CA" from "fr_CA" or "fr_CA.UTF-8"; "" for what is none, such as a language's name."""
    tag = LOCALE_SUFFIX.sub("", language.strip()).replace("_", "-")
    return tag if len(tag) <= MAX_TAG_CHARACTERS and TAG_PATTERN.fullmatch(tag) else ""


def language_code(language: str) -> str:
    """The language alone (ISO 639): "fr" of "fr-CA"; "" for what is no tag."""
    return language_tag(language).partition("-")[0].lower()
