"""One payload of each event as a plugin sends it, and the published JSON Schemas to check it with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from bridge.contract.catalogue import SCHEMA_FOLDER

SAMPLES = Path(__file__).parent.parent / "samples" / "events"
NAMES = sorted(file.stem for file in SAMPLES.glob("*.json"))


def sample(name: str) -> Any:
    """The message, freshly read."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def published(name: str) -> Draft202012Validator:
    """The validator of a message, from the file in the repository."""
    files = {file.name: json.loads(file.read_text("utf-8")) for file in SCHEMA_FOLDER.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        [(file, Resource.from_contents(schema)) for file, schema in files.items()]
    )
    return Draft202012Validator(files[f"{name}.json"], registry=registry)
