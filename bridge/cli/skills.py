"""`skills`: the list of skills, and the official ESCO skills beside it."""

from __future__ import annotations

import re
from pathlib import Path

import click
from rich.progress import Progress

from bridge.cli.common import console, open_for_reading, open_for_writing, say_json, say_line, say_table
from bridge.errors import BridgeError
from bridge.mentors.skills import InvalidSkillList, Skill, bundled_skills, parse_esco
from bridge.operations import due
from bridge.runtime import utc_now
from bridge.storage.matching import skills

FILE_LANGUAGE_PATTERN = re.compile(r"(?:^|_)([a-z]{2})(?=[_.])")
ESCO_SOURCE = "esco"
MAX_URI_CHARACTERS = 191


class SkillsNotImported(BridgeError):
    """A file of skills cannot be used; nothing was changed."""


@click.group("skills")
def skills_group() -> None:
    """By which names people and texts speak of the same skill."""


@skills_group.command("list")
@click.option("--language", default="en", show_default=True, help="Labels in this language (fr, en, …).")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(language: str, as_json: bool) -> None:
    """Every skill: ours, then those that were imported."""
    with open_for_reading() as (_, database), database.read() as tx:
        shown = [*bundled_skills(), *skills.list_all(tx)]
    if as_json:
        say_json(
            {
                "skills": [
                    {"id": s.id, "area": s.area, "label": s.label(language), "labels": dict(s.labels)} for s in shown
                ]
            }
        )
        return
    say_table(["id", "area", "label"], [[s.id, s.area, s.label(language)] for s in shown], "No skills.")


@skills_group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and check everything, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The counts, for machines.")
def import_(files: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Import the official ESCO skills: one skills_<language>.csv of the download for each language.

    Replaces an earlier import; URIs are kept as ids. Stored posts are read again in the next minutes.
    """
    labels_by_uri: dict[str, tuple[dict[str, str], dict[str, tuple[str, ...]]]] = {}
    with Progress(console=console) as progress:
        bar = progress.add_task("skills", total=None)
        for file in files:
            language = _language(file)
            for uri, label, synonyms in _lines(file):
                labels, aliases = labels_by_uri.setdefault(uri, ({}, {}))
                labels[language], aliases[language] = label, (label, *synonyms)
                progress.advance(bar)
        progress.update(bar, total=progress.tasks[0].completed)
    imported = [Skill(uri, ESCO_SOURCE, labels, aliases) for uri, (labels, aliases) in sorted(labels_by_uri.items())]
    languages = sorted({language for skill in imported for language in skill.labels})
    counted = {
        "skills": len(imported),
        "languages": languages,
        "in_all_languages": sum(len(skill.labels) == len(languages) for skill in imported),
        "dry_run": dry_run,
    }
    if not dry_run:
        with open_for_writing() as (_, database), database.begin() as tx:
            skills.upsert_import(tx, ESCO_SOURCE, imported)
            due.skills_imported(tx, utc_now())
    if as_json:
        say_json(counted)
    done = "Checked, nothing changed" if dry_run else "Imported"
    say_line(f"{done}: {len(imported)} skills in {', '.join(languages)}.", err=True)


def _language(file: Path) -> str:
    match = FILE_LANGUAGE_PATTERN.search(file.name)
    if match is None:
        raise SkillsNotImported(f"{file.name}: which language? Name the file as ESCO does, such as skills_fr.csv.")
    return match[1]


def _lines(file: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    try:
        lines = list(parse_esco(file.read_bytes().decode("utf-8-sig"), file.name))
    except UnicodeDecodeError:
        raise SkillsNotImported(
            f"{file.name} is not in UTF-8. Save the file as it came from the ESCO download."
        ) from None
    except InvalidSkillList as error:
        raise SkillsNotImported(str(error)) from None
    if too_long := next((uri for uri, _, _ in lines if len(uri) > MAX_URI_CHARACTERS), None):
        raise SkillsNotImported(
            f"{file.name}: the URI {too_long[:80]}… is longer than {MAX_URI_CHARACTERS} characters."
        )
    if not lines:
        raise SkillsNotImported(f"{file.name} holds no skills.")
    return lines
