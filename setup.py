"""Puts the plugin's zip into whatever is built of the bridge, which hands it out; all else is in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).parent


def build_plugin() -> None:
    """Build the zip from the plugin's sources; a source archive has the zip instead of them."""
    if (ROOT / "wp-plugin-stub").is_dir():
        subprocess.run([sys.executable, str(ROOT / ".ci" / "plugin-zip")], check=True)  # noqa: S603 -- a file of ours


class BuildWithPlugin(build_py):
    """A wheel, or an installation of the checkout."""

    def run(self) -> None:
        """Build the plugin before the files are gathered."""
        build_plugin()
        super().run()


class ArchiveWithPlugin(sdist):
    """A source archive."""

    def run(self) -> None:
        """Build the plugin before the files are gathered."""
        build_plugin()
        super().run()


setup(cmdclass={"build_py": BuildWithPlugin, "sdist": ArchiveWithPlugin})
