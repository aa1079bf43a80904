"""WordPress trees by version: Debian's own, and newer ones unpacked from other Debian suites.

A newer core is downloaded once with apt, from the mirror and with the keyring of the machine's own sources, into
the user's cache; the machine's packages stay as they are.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

DEBIAN = Path("/usr/share/wordpress")
SUITES = {"newest": "sid", "6.8": "trixie"}
PACKAGES = (
    "wordpress",
    "php-getid3",
    "libphp-phpmailer",
    "libjs-cropper",
    "libjs-jquery-ui",
    "libjs-jquery",
    "libjs-lodash",
    "libjs-underscore",
    "wordpress-theme-twentytwentyfive",
)


def core_tree(version: str) -> Path:
    """The tree of "6.1" (the machine's package), "6.8" or "newest"."""
    if version == "6.1":
        if not DEBIAN.is_dir():
            raise RuntimeError("WordPress is missing: run `.ci/setup test` (Debian package wordpress)")
        return DEBIAN
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mentor-bridge" / f"core-{version}"
    if not (folder / "wp-settings.php").exists():
        _unpack(SUITES[version], folder)
    return folder


def tree_version(tree: Path) -> str:
    """The version that a tree says of itself."""
    found = re.search(r"\$wp_version = '([^']+)'", (tree / "wp-includes" / "version.php").read_text())
    assert found is not None
    return found[1]


def _sources() -> tuple[str, str]:
    """Mirror and keyring of the machine's Debian sources."""
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for stanza in path.read_text().split("\n\n"):
            fields = dict(re.findall(r"^(\S+):\s*(.+)$", stanza, re.MULTILINE))
            if "debian" in fields.get("URIs", "") and "security" not in fields.get("URIs", "") + fields["Suites"]:
                return fields["URIs"].split()[0], fields.get("Signed-By", _KEYRING)
    for line in Path("/etc/apt/sources.list").read_text().splitlines():
        parts = [part for part in line.split() if not part.startswith("[")]
        if parts[:1] == ["deb"] and "security" not in line:
            return parts[1], _KEYRING
    raise RuntimeError("no Debian mirror is named in /etc/apt")


_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def _unpack(suite: str, folder: Path) -> None:
    work = folder.with_name(folder.name + ".work")
    shutil.rmtree(work, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "debs", "root"):
        (work / name).mkdir(parents=True)
    mirror, keyring = _sources()
    (work / "sources.list").write_text(f"deb [signed-by={keyring}] {mirror} {suite} main\n")
    options = [
        f"Dir::Etc::sourcelist={work}/sources.list",
        "Dir::Etc::sourceparts=-",
        f"Dir::State::Lists={work}/lists",
        f"Dir::Cache={work}/cache",
        "APT::Sandbox::User=root",
        "Acquire::Languages=none",
    ]
    apt = ["apt-get", "-q", *(part for option in options for part in ("-o", option))]
    _run([*apt, "update"], work)
    _run([*apt, "download", *PACKAGES], work / "debs")
    for package in sorted((work / "debs").glob("*.deb")):
        _run(["dpkg", "-x", str(package), str(work / "root")], work)
    shutil.rmtree(folder, ignore_errors=True)
    # The packages' relative links meet inside of that root; following them makes the tree stand alone.
    _run(["cp", "-aL", str(work / "root/usr/share/wordpress"), str(folder) + ".new"], work)
    Path(str(folder) + ".new").rename(folder)
    shutil.rmtree(work, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:2])} failed: {done.stderr[-1500:]}")
