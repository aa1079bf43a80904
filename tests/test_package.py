"""What is installed from a wheel is whole: a checkout has files that a forgotten pattern leaves out of it."""

from __future__ import annotations

import glob
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
MADE = (".pyc", ".mo")  # by the interpreter, and at the first start


def test_every_file_that_is_no_module_is_named_as_data_of_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["bridge"]
    named = {file for pattern in patterns for file in glob.glob(pattern, root_dir=ROOT / "bridge", recursive=True)}
    there = {path.relative_to(ROOT / "bridge") for path in (ROOT / "bridge").rglob("*") if path.is_file()}
    assert {str(path) for path in there if path.suffix not in (".py", *MADE)} - named == set()
