"""What is installed from a wheel is whole: a checkout has files that a forgotten pattern leaves out of it."""

from __future__ import annotations

import glob
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
MADE = (".pyc", ".mo")  # by the interpreter, and at the first start


def test_every_file_that_is_no_module_is_named_as_data_of_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["bridge"]
    named = {file for pattern in patterns for file in glob.glob(pattern, root_dir=ROOT / "bridge", recursive=True)}
    there = {path.relative_to(ROOT / "bridge") for path in (ROOT / "bridge").rglob("*") if path.is_file()}
    assert {str(path) for path in there if path.suffix not in (".py", *MADE)} - named == set()


def test_every_file_that_is_installed_is_locked_by_its_hash() -> None:
    text = (ROOT / "requirements.lock").read_text()
    entries = [Requirement(entry.partition(" \\")[0].strip()) for entry in re.split(r"\n(?=\S)", text.strip())]
    locked = {canonicalize_name(entry.name): entry for entry in entries}
    for block, entry in zip(re.split(r"\n(?=\S)", text.strip()), entries, strict=True):
        assert re.fullmatch(r"==[^,*]+", str(entry.specifier)), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
    assert not re.search(r"://|--index|--find|@ |/", text), "no host, no path: whoever serves the same files will do"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    for one in map(Requirement, [*asked, *project["optional-dependencies"]["postgres"]]):
        name = canonicalize_name(one.name)
        assert name in locked, f"`make lock`: {name}"
        assert one.specifier.contains(str(locked[name].specifier)[2:], prereleases=True), name
    ours = {"pip", "setuptools", "mentor-bridge"}
    installed = {canonicalize_name(found.name): found.version for found in distributions()}
    for name, entry in locked.items():
        if name in installed and name not in ours:
            assert entry.specifier.contains(installed[name], prereleases=True), f"{name}: not what is locked"
