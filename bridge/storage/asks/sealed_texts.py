"""Several texts in one encrypted column: as JSON, so that not even their lengths are told apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING

from bridge.storage.blogs.keys import Vault

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def seal_fields(vault: Vault, fields: DataclassInstance | Mapping[str, str]) -> bytes:
    """The texts of a record, encrypted together."""
    texts = asdict(fields) if is_dataclass(fields) else dict(fields)
    return vault.seal(json.dumps(texts, ensure_ascii=False))


def open_fields(vault: Vault, sealed: bytes | None) -> dict[str, str]:
    """The texts again, in their order; none where nothing was written.

    Raises:
        ConfigError: they were sealed with another SECRET_KEY.
    """
    texts: dict[str, str] = json.loads(vault.open(sealed)) if sealed is not None else {}
    return texts
