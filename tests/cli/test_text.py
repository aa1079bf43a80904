"""`bridge text` and `bridge skills`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bridge.cli.text import analyse_text

pytestmark = pytest.mark.slow

Run = Callable[..., CompletedProcess[str]]
KEYS = {"language", "terms", "skills", "passages", "emotional", "informational"}
TOLD = "We lost our biggest client in May, and cash flow was gone. What would you have done?"
ODD = {
    "empty": "",
    "one word": "Bonjour",
    "a megabyte": "The oven broke and we baked on. " * 33_000,
    "a megabyte without an end": "a" * 1_000_000,
    "a megabyte of full stops": "." * 1_000_000,
    "a megabyte of quotation marks": "«" * 500_000 + '"' * 500_000,
    "HTML soup": "<p><b>We <i>sold</b> <table><td>bread</i><script>alert(1)</script><!-- <p> <<<>>> &amp &#x110000;",
    "shortcodes": '[gallery ids="1,2"] [caption]We opened in May.[/caption] [/nothing]',
    "emoji": "🍞🔥 We 💸 lost 🥖🥖 our ❤️‍🔥 oven 😭😭😭",
    "right to left": "فقدنا أكبر عميل لنا في مايو ولم يكن لدينا خطة بديلة على الإطلاق.",
    "CJK": "私たちは五月に最大の顧客を失いました。何も計画がありませんでした。",
    "mixed": "Nous avons perdu notre four. The new one came in June. الخبز جيد. 面包很好。",
    "invalid UTF-8": b"We lost our \xff\xfe oven \xc3( in May and baked on.".decode("utf-8", "replace"),
    "lone surrogates": "We lost our oven \ud800 in May.",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_get_an_answer(name: str) -> None:
    analysis = analyse_text(ODD[name])
    assert analysis.keys() >= KEYS
    assert 0 <= analysis["emotional"] <= 1
    assert 0 <= analysis["informational"] <= 1
    json.dumps(analysis, ensure_ascii=False).encode("utf-8")


def test_too_little_is_said_so() -> None:
    assert analyse_text("")["note"] == analyse_text("Bonjour")["note"] == "too little to say"
    assert "no sentence patterns" in analyse_text(ODD["right to left"])["note"]


def test_no_stop_word_of_another_language_becomes_a_term() -> None:
    mixed = (
        "The bakery opens at six and the bread is warm. Il est toujours dans le four avec nous, mais pas pour vous. "
    )
    terms = set(analyse_text(mixed * 3 + "The oven is new and it bakes our bread very well every single day.")["terms"])
    assert terms >= {"bread", "oven"}
    assert not terms & {"il", "est", "toujours", "dans", "avec", "nous", "mais", "pas", "pour", "vous", "the", "and"}


def test_lines_in_lines_out(call_bridge: Run, tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text("\n".join(json.dumps({"id": n, "text": text}) for n, text in ((7, TOLD), (8, ""))) + "\n")
    done = call_bridge("text", "analyse", str(lines), "--jsonl")
    analysis, empty = (json.loads(line) for line in done.stdout.splitlines())
    assert (analysis["id"], analysis["language"], analysis["skills"]) == (7, "en", ["cash-flow"])
    assert [passage["label"] for passage in analysis["passages"]] == ["failure"]
    assert empty["id"] == 8
    assert (tmp_path / "home").exists() is False  # no database is needed


def test_a_text_is_explained_to_people(call_bridge: Run, tmp_path: Path) -> None:
    text = tmp_path / "post.html"
    text.write_text(f"<p>{TOLD}</p>")
    explanation = call_bridge("text", "analyse", str(text)).stdout
    assert "managing cash flow" in explanation
    assert "failure: we lost" in explanation
    assert call_bridge("text", "analyse", str(tmp_path / "none")).returncode != 0


HEAD = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description\n"
BEES = "KnowledgeSkillCompetence,http://data.example/bees,skill/competence,x,{},{},\n"


def test_esco_files_are_checked_then_imported_with_their_uris(call_bridge: Run, tmp_path: Path) -> None:
    english, french = tmp_path / "skills_en.csv", tmp_path / "skills_fr.csv"
    english.write_text(HEAD + BEES.format("keep bees", "tend hives"))
    french.write_text(HEAD + BEES.format("élever des abeilles", ""))
    call_bridge("migrate")
    dry = call_bridge("skills", "import", str(english), str(french), "--dry-run", "--json")
    assert json.loads(dry.stdout) == {"skills": 1, "languages": ["en", "fr"], "in_all_languages": 1, "dry_run": True}
    ours = json.loads(call_bridge("skills", "list", "--json").stdout)["skills"]
    assert len(ours) >= 300
    assert call_bridge("skills", "import", str(english), str(french)).returncode == 0
    listed = json.loads(call_bridge("skills", "list", "--language", "fr", "--json").stdout)["skills"]
    assert (listed[-1]["id"], listed[-1]["label"]) == ("http://data.example/bees", "élever des abeilles")
    assert len(listed) == len(ours) + 1
    again = call_bridge("skills", "import", str(english))
    assert "1 skills in en" in again.stderr


def test_a_wrong_file_is_refused_and_nothing_changes(call_bridge: Run, tmp_path: Path) -> None:
    call_bridge("migrate")
    wrong_file = tmp_path / "occupations_en.csv"
    wrong_file.write_text("name,value\nx,1\n")
    done = call_bridge("skills", "import", str(wrong_file))
    assert done.returncode == 1
    assert "no column conceptType, conceptUri" in done.stderr
    nameless = tmp_path / "download.csv"
    nameless.write_text(HEAD + BEES.format("keep bees", ""))
    assert "which language?" in call_bridge("skills", "import", str(nameless)).stderr
