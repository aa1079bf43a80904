"""The plugin speaks French, completely: no string is missing, doubtful or out of date."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.running import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ROOT / "wp-plugin-stub" / "languages"
POT = LANGUAGES / "mentor-bridge.pot"
FRENCH = ("fr_FR", "fr_CA")

pytestmark = pytest.mark.wordpress


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """A finished program, with what it said."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def texts(po: Path, folder: Path) -> list[tuple[str, str]]:
    """(string, its translation), plural forms each for itself."""
    plain = folder / f"{po.stem}.plain.po"
    done = run("msgattrib", "--no-wrap", "--no-location", "--translated", f"--output-file={plain}", po)
    assert done.returncode == 0, done.stderr
    found = []
    for entry in plain.read_text("utf-8").split("\n\n")[1:]:
        source = re.search(r'^msgid "(.*)"$', entry, re.MULTILINE)
        assert source, entry
        found += [(source[1], text) for text in re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', entry, re.MULTILINE)]
    return found


def test_the_list_of_strings_is_that_of_the_sources(tmp_path: Path) -> None:
    now = tmp_path / "now.pot"
    done = run(sys.executable, ROOT / ".ci" / "pot", now)
    assert done.returncode == 0, done.stderr
    assert now.read_text("utf-8") == POT.read_text("utf-8"), "run .ci/pot and translate what is new"


@pytest.mark.parametrize("locale", FRENCH)
def test_every_string_is_translated(locale: str, tmp_path: Path) -> None:
    po = LANGUAGES / f"mentor-bridge-{locale}.po"
    compared = run("msgcmp", po, POT)  # missing, untranslated and fuzzy entries are errors
    assert compared.returncode == 0, compared.stderr
    checked = run("msgfmt", "--check", "--statistics", f"--output-file={tmp_path / 'x.mo'}", po)
    assert checked.returncode == 0, checked.stderr  # placeholders and plural forms agree
    assert re.fullmatch(r"\d+ translated messages\.", checked.stderr.strip()), checked.stderr


@pytest.mark.parametrize("locale", FRENCH)
def test_no_translation_is_left_over(locale: str) -> None:
    held = [file.read_text("utf-8") for file in (POT, LANGUAGES / f"mentor-bridge-{locale}.po")]
    wanted, there = (len(re.findall(r"^msgid ", text, re.MULTILINE)) for text in held)
    assert there == wanted


@pytest.mark.parametrize("locale", FRENCH)
def test_sentences_are_really_french(locale: str, tmp_path: Path) -> None:
    same = [text for source, text in texts(LANGUAGES / f"mentor-bridge-{locale}.po", tmp_path) if source == text]
    assert [text for text in same if " " in re.sub(r"%(\d\$)?\w|[()]", "", text).strip()] == []


@pytest.mark.parametrize("locale", FRENCH)
def test_punctuation_never_begins_a_line(locale: str, tmp_path: Path) -> None:
    """French puts a space before some signs; it must not break there. In Canada only before the colon."""
    translated = [text for _, text in texts(LANGUAGES / f"mentor-bridge-{locale}.po", tmp_path)]
    assert [text for text in translated if re.search(r" [:;?!»]|« ", text)] == []
    if locale == "fr_CA":
        assert [text for text in translated if re.search("\u00a0[;?!]", text)] == []
        assert [text for text in translated if re.search(r"\b(blogs?|e-mails?)\b", text)] == []


def test_the_zip_holds_what_a_blog_needs_and_nothing_else(tmp_path: Path) -> None:
    builder = ROOT / ".ci" / "plugin-zip"
    built = ROOT / "dist" / "mentor-bridge.zip"
    assert run(sys.executable, builder).returncode == 0
    first = built.read_bytes()
    assert run(sys.executable, builder).returncode == 0
    assert built.read_bytes() == first, "the same sources give the same bytes"
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert {name.split("/", 1)[0] for name in names} == {"mentor-bridge"}
    assert not [name for name in names if "/tests/" in name or "/." in name]
    for locale in FRENCH:
        assert (tmp_path / "mentor-bridge" / "languages" / f"mentor-bridge-{locale}.mo").stat().st_size > 10_000
    committed = run("git", "-C", ROOT, "ls-files", "*.mo").stdout if shutil.which("git") else ""
    assert committed == "", "compiled files are not kept in the repository"


READ_BY_WORDPRESS = """
function apply_filters( $hook, $value ) { return $value; }
require '/usr/share/wordpress/wp-includes/pomo/mo.php';
$mo = new MO();
echo $mo->import_from_file( $argv[1] ) ? count( $mo->entries ) . ' ' . $mo->translate( $argv[2] ) : 'unreadable';
"""


@pytest.mark.parametrize("locale", FRENCH)
@pytest.mark.parametrize(("name", "text"), [("", "Mentor bridge"), ("page/", "Related mentors")])
def test_wordpress_reads_what_was_compiled(locale: str, name: str, text: str, tmp_path: Path) -> None:
    assert run(sys.executable, ROOT / ".ci" / "plugin-zip").returncode == 0
    compiled = f"mentor-bridge/languages/{name}mentor-bridge-{locale}.mo"
    with zipfile.ZipFile(ROOT / "dist" / "mentor-bridge.zip") as archive:
        archive.extract(compiled, tmp_path)
    read = run("php", "-r", READ_BY_WORDPRESS, "--", tmp_path / compiled, text).stdout
    assert re.fullmatch(r"[1-9]\d* .+", read), read
    assert not read.endswith(text), "in French"


def test_builds_at_the_same_time_do_not_meet() -> None:
    """`make plugin` beside a test run: each ends well, and the zip is whole."""
    builder, built = ROOT / ".ci" / "plugin-zip", ROOT / "dist" / "mentor-bridge.zip"
    at_once = [subprocess.Popen([sys.executable, builder], stderr=subprocess.PIPE, text=True) for _ in range(6)]
    said = [build.communicate(timeout=HANG_SECONDS)[1] for build in at_once]
    assert [build.returncode for build in at_once] == [0] * 6, said
    with zipfile.ZipFile(built) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("locale", FRENCH)
def test_what_readers_see_is_in_the_small_file(locale: str, tmp_path: Path) -> None:
    """A page view reads only languages/page/: each string of the templates and of includes/frontend/ must be there."""
    assert run(sys.executable, ROOT / ".ci" / "plugin-zip").returncode == 0
    compiled = f"mentor-bridge/languages/page/mentor-bridge-{locale}.mo"
    with zipfile.ZipFile(ROOT / "dist" / "mentor-bridge.zip") as archive:
        archive.extract(compiled, tmp_path)
    small = tmp_path / "small.po"
    run("msgunfmt", "--no-wrap", f"--output-file={small}", tmp_path / compiled)
    held = small.read_text("utf-8")
    plugin = ROOT / "wp-plugin-stub"
    files = [*plugin.glob("templates/*.php"), *plugin.glob("includes/frontend/*.php")]
    source = "".join(file.read_text("utf-8") for file in files)
    printed = re.findall(r"(?:__|_e)\( '([^']+)', 'mentor-bridge' \)", source)
    assert {"Related mentors", "Our regulars", "Privacy policy"} <= set(printed)
    assert [text for text in printed if f'msgid "{text}"' not in held] == []
