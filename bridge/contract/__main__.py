"""``python -m bridge.contract``: write the JSON Schemas of all messages."""

from __future__ import annotations

import sys

from bridge.contract.catalogue import SCHEMA_FOLDER, schema_files


def main() -> int:
    """Write every file, and remove those of messages that are no more."""
    SCHEMA_FOLDER.mkdir(exist_ok=True)
    files = dict(schema_files())
    for file in SCHEMA_FOLDER.glob("*.json"):
        if file not in files:
            file.unlink()
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    print(f"{len(files)} schemas in {SCHEMA_FOLDER}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
