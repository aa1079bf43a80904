"""What builds the bridge (PEP 517): setuptools, after the plugin's zip, which every wheel carries."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

from setuptools import build_meta

ROOT = Path(__file__).resolve().parent.parent
OURS = ".ci/build_backend.py"

get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable


def build_wheel(folder: str, settings: Any = None, metadata: str | None = None) -> str:
    """A wheel with the plugin in it."""
    _build_plugin()
    return build_meta.build_wheel(folder, settings, metadata)


def build_editable(folder: str, settings: Any = None, metadata: str | None = None) -> str:
    """An installation of the checkout, which has the plugin from now on."""
    _build_plugin()
    return build_meta.build_editable(folder, settings, metadata)


def build_sdist(folder: str, settings: Any = None) -> str:
    """A source archive with the plugin in it, and with this file, from which it is built."""
    _build_plugin()
    name = build_meta.build_sdist(folder, settings)
    archive = Path(folder) / name
    with tarfile.open(archive) as source:
        files = [(entry, file.read() if (file := source.extractfile(entry)) else b"") for entry in source]
    backend = tarfile.TarInfo(f"{name.removesuffix('.tar.gz')}/{OURS}")
    backend.size = (ROOT / OURS).stat().st_size
    with tarfile.open(archive, "w:gz") as target:
        for entry, content in (*files, (backend, (ROOT / OURS).read_bytes())):
            target.addfile(entry, io.BytesIO(content))
    return name


def _build_plugin() -> None:
    """Build the zip from the plugin's sources; a source archive has the zip instead of them."""
    if (ROOT / "wp-plugin-stub").is_dir():
        subprocess.run([sys.executable, str(ROOT / ".ci" / "plugin-zip")], check=True)  # noqa: S603 -- a file of ours
