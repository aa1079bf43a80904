"""Whether somebody writes as one does in a crisis: then they are shown who answers at once. Nothing is kept of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from bridge.text.tokens import fold

DATA_FOLDER = Path(__file__).parent / "data"
CRISIS_FILES = ("crisis_en.txt", "crisis_fr.txt")  # people in a crisis write in whatever language comes first


@cache
def _vocabulary() -> re.Pattern[str]:
    """Phrases as whole words; what ends in a star may go on."""
    phrases = [line for name in CRISIS_FILES for line in (DATA_FOLDER / name).read_text("utf-8").splitlines() if line]
    patterns = [re.escape(phrase.removesuffix("*")) + ("" if phrase.endswith("*") else r"\b") for phrase in phrases]
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


def speaks_of_crisis(text: str) -> bool:
    """Whether one of the phrases stands in a text, however it is written."""
    folded = " ".join(fold(text).replace("’", "'").split())
    return _vocabulary().search(folded) is not None
