"""What neither the formatter nor the linter says of itself."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

ROOT = Path(__file__).parent.parent
SWITCH = "# fmt: "


def list_switches() -> list[str]:
    """Each comment that switches the formatter off, with its file."""
    sources = [ROOT / "wsgi.py", *(ROOT / "bridge").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in sources
        for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
        if token.type == tokenize.COMMENT and token.string.startswith(SWITCH)
    ]


def test_the_formatter_is_off_in_ten_places_at_most_and_each_says_why() -> None:
    switches = list_switches()
    assert len(switches) <= 10, switches
    assert [switch for switch in switches if not switch.partition("# fmt: skip  # ")[2]] == []
