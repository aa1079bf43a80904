"""What is installed from a wheel is whole: a checkout has files that a forgotten pattern leaves out of it."""

from __future__ import annotations

import glob
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distributions, requires
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bridge.cli.main import commands

ROOT = Path(__file__).parent.parent
MADE = (".pyc", ".mo")  # by the interpreter, and at the first start
SYSTEMS = [
    {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": platform,
        "platform_system": "Windows" if platform == "win32" else "Linux",
        "os_name": "nt" if platform == "win32" else "posix",
        "platform_python_implementation": implementation,
        "implementation_name": implementation.lower(),
    }
    for version in ("3.11", "3.14", "3.15")
    for platform in ("linux", "win32")
    for implementation in ("CPython", "PyPy")
]


def read_project() -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def test_bridge_and_plugin_are_of_one_version() -> None:
    version = read_project()["version"]
    output = CliRunner().invoke(commands, ["--version"], prog_name="bridge").output
    assert output == f"bridge, version {version}\n", "made before the version changed? `make test-fast` makes it anew"
    for file, pattern in (
        ("mentor-bridge.php", r"^ \* Version: +(\S+)$"),
        ("mentor-bridge.php", r"define\( 'MENTOR_BRIDGE_VERSION', '([^']+)' \);"),
        ("uninstall.php", r"define\( 'MENTOR_BRIDGE_VERSION', '([^']+)' \);"),
        ("readme.txt", r"^Stable tag: (\S+)$"),
        ("readme.txt", r"== Changelog ==\n\n= (\S+) =\n"),
        ("readme.txt", r"== Upgrade Notice ==\n\n= (\S+) =\n"),
    ):
        text = (ROOT / "wp-plugin-stub" / file).read_text("utf-8")
        assert re.findall(pattern, text, re.MULTILINE) == [version], f"{file}: {pattern}"
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", changes, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d", headings[1])


def test_every_file_that_is_no_module_is_named_as_data_of_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["setuptools"]["package-data"]["bridge"]
    named = {file for pattern in patterns for file in glob.glob(pattern, root_dir=ROOT / "bridge", recursive=True)}
    there = {path.relative_to(ROOT / "bridge") for path in (ROOT / "bridge").rglob("*") if path.is_file()}
    assert {str(path) for path in there if path.suffix not in (".py", *MADE)} - named == set()


def build_with_pip(sources: Path, folder: Path) -> Path:
    """The wheel of a source tree, built with what is installed and with no network."""
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(sources)], check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_a_wheel_carries_the_plugin_of_its_version(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    made = shutil.ignore_patterns("__pycache__", "*.zip")
    for folder in (".ci", "bridge", "wp-plugin-stub"):
        shutil.copytree(ROOT / folder, sources / folder, ignore=made)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, sources)
    assert read_plugin_version(build_with_pip(sources, tmp_path / "from sources")) == read_project()["version"]
    for archive in sources.rglob("*.zip"):
        archive.unlink()  # each way builds the plugin by itself
    backend = "import sys; sys.path.insert(0, '.ci'); import build_backend; print(build_backend.build_sdist('..'))"
    subprocess.run([sys.executable, "-c", backend], cwd=sources, check=True)
    subprocess.run(["tar", "xzf", *tmp_path.glob("*.tar.gz")], cwd=tmp_path, check=True)
    (archived,) = tmp_path.glob("mentor_bridge-*/")
    assert not (archived / "wp-plugin-stub").exists(), "the plugin stands in the archive as its zip"
    assert read_plugin_version(build_with_pip(archived, tmp_path / "from archive")) == read_project()["version"]


def read_plugin_version(wheel: Path) -> str:
    """The version of the plugin that a wheel hands out."""
    with zipfile.ZipFile(wheel).open("bridge/static/mentor-bridge.zip") as plugin:
        header = zipfile.ZipFile(plugin).read("mentor-bridge/mentor-bridge.php").decode()
    (version,) = re.findall(r"^ \* Version: +(\S+)$", header, re.MULTILINE)
    return str(version)


def read_lock() -> dict[str, Requirement]:
    """What the lock names, by the name of the package; each with one version and hashes, and with nothing else."""
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    entries = [Requirement(block.partition(" \\")[0].strip()) for block in blocks]
    for block, entry in zip(blocks, entries, strict=True):
        assert re.fullmatch(r"==[^,*]+", str(entry.specifier)), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
    assert not re.search(r"://|--index|--find|@ |/", text), "no host, no path: whoever serves the same files will do"
    return {canonicalize_name(entry.name): entry for entry in entries}


def list_direct() -> list[Requirement]:
    """What pyproject.toml asks for, with everything that tests and PostgreSQL need."""
    project = read_project()
    optional = project["optional-dependencies"]
    return [Requirement(line) for line in (*project["dependencies"], *optional["test"], *optional["postgres"])]


def applies(requirement: Requirement, extras: set[str]) -> bool:
    """Whether it is asked for with these extras on one of the systems that may run the bridge."""
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**system, "extra": extra}) for system in SYSTEMS for extra in extras or {""}
    )


def list_needed() -> set[str]:
    """What pyproject.toml asks for, what that asks for, and so on, as the installed packages say it themselves."""
    waiting, walked, needed = list_direct(), set[str](), set[str]()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        needed.add(name)
        spelling = f"{name}{sorted(requirement.extras)}"
        if spelling in walked:
            continue
        walked.add(spelling)
        try:
            lines = requires(name) or []
        except PackageNotFoundError:  # another system's or another Python's
            continue
        waiting += [further for further in map(Requirement, lines) if applies(further, requirement.extras)]
    return needed


def test_every_file_that_is_installed_is_locked_by_its_hash() -> None:
    locked = read_lock()
    for requirement in list_direct():
        name = canonicalize_name(requirement.name)
        assert name in locked, f"`make lock`: {name}"
        assert requirement.specifier.contains(str(locked[name].specifier)[2:], prereleases=True), name
    ours = {"pip", "setuptools", "mentor-bridge"}
    installed = {str(canonicalize_name(found.name)): found.version for found in distributions()}
    for package in locked.keys() & installed.keys() - ours:
        assert locked[package].specifier.contains(installed[package], prereleases=True), (
            f"{package}: not what is locked"
        )


def test_what_is_needed_is_locked_and_nothing_else() -> None:
    locked, needed = {*read_lock()}, list_needed()
    assert locked - needed == set(), "nothing asks for these"
    assert needed - locked == set()
