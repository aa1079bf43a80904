"""A typed need finds who wrote about it, on both databases alike, and nobody who does not want to be found."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bridge.mentors.explain_need import ReasonWord, need_sentence
from bridge.mentors.skill_names import is_narrower
from bridge.mentors.skills import bundled_matcher
from bridge.operations import search
from bridge.operations.search import MentorHit
from bridge.storage.bank import directory
from bridge.storage.bank import tables as bank_tables
from bridge.storage.content import post_analysis
from bridge.storage.core.database import Database
from tests.conftest import Clock, DatabaseSnapshots
from tests.lab.postgres import PostgresDatabases
from tests.lab.texts import CASH, ENGLISH, HIRING
from tests.worker.conftest import WorkerBank

pytestmark = pytest.mark.slow


@pytest.fixture
def bank(database: Database, clock: Clock, database_url: str, kept: DatabaseSnapshots) -> WorkerBank:
    """Ann writes about cash and Ben about hiring, both in French; Cy in English."""
    made = WorkerBank(database, clock)

    def fill() -> None:
        for name, texts, language in (("ben", HIRING, "fr-FR"), ("cy", ENGLISH, "en-US"), ("ann", CASH, "fr-FR")):
            blog = made.blog(name, language)
            made.send(blog, blog.author(1, name.title()))
            made.send(blog, *(blog.post(n + 1, 1, title, body, n) for n, (title, body) in enumerate(texts)))
        made.work()

    kept.once("needs", database, database_url, fill)
    return made


def asked(bank: WorkerBank, need: str, **options: object) -> tuple[MentorHit, ...]:
    with bank.database.read() as tx:
        return search.search(tx, need, **options).mentors  # type: ignore[arg-type]


def names(found: tuple[MentorHit, ...]) -> list[str]:
    return [mentor.key.blog_id for mentor in found]


def test_who_wrote_about_it_comes_first_with_the_posts_that_say_so(bank: WorkerBank) -> None:
    first = asked(bank, "relancer une facture impayée")[0]
    assert first.key.blog_id == "ann"
    assert first.posts[0].title == "Relancer une facture impayée"
    assert "relance" in first.posts[0].snippet
    assert names(asked(bank, "embaucher et former une apprentie"))[0] == "ben"


@pytest.mark.parametrize(
    "need", ["tresorerie", "trésorrerie", "tresroerie", "TRÉSORERIE", "  trésorerie !! 🙂", "la trésorerie, svp"]
)
def test_mistakes_and_missing_accents_still_find(bank: WorkerBank, need: str) -> None:
    assert names(asked(bank, need))[:2] == names(asked(bank, "trésorerie"))[:2] != []


def test_a_need_finds_who_writes_in_the_other_language_by_what_its_words_mean(bank: WorkerBank) -> None:
    assert "ann" in names(asked(bank, "unpaid invoice"))
    assert "ben" in names(asked(bank, "recruitment"))
    assert "cy" in names(asked(bank, "client"))


def test_a_word_that_is_right_is_read_as_no_other(bank: WorkerBank) -> None:
    """ "Facture" is in the bank, "fracture" and "facteur" are words of their own; only what is no word is corrected."""
    with bank.database.read() as tx:
        assert search.search(tx, "moutons").meant == {}
        assert search.search(tx, "trésorrerie").meant == {"trésorrerie": "tresorerie"}


def test_a_short_need_is_read_in_the_language_of_the_page_where_words_tell_nothing(bank: WorkerBank) -> None:
    with bank.database.read() as tx:
        assert search.search(tx, "table", page_language="en").language == "en"
        assert search.search(tx, "table", page_language="fr").language == "fr"


def test_only_one_language_when_asked_for(bank: WorkerBank) -> None:
    assert {mentor.key.language for mentor in asked(bank, "clients prix price customers", language="en")} <= {"en"}
    assert {mentor.key.language for mentor in asked(bank, "trésorerie", language="fr")} == {"fr"}


STRANGE = ["", "   ", "le la les", "zzzzzz", "日本語", "\x00", "a" * 5000, "?" * 500, "🙂", '"OR" AND (NOT *', "שלום"]


@pytest.mark.parametrize("need", STRANGE)
def test_nothing_to_go_by_is_an_empty_answer(bank: WorkerBank, need: str) -> None:
    assert asked(bank, need) == ()


def test_pages_do_not_overlap(bank: WorkerBank) -> None:
    everybody = names(asked(bank, "trésorerie clients"))
    assert (
        names(asked(bank, "trésorerie clients", limit=1)) + names(asked(bank, "trésorerie clients", limit=1, offset=1))
        == everybody[:2]
    )


def test_who_withdraws_is_found_by_nobody_at_once(bank: WorkerBank) -> None:
    peer = bank.blog("ann")
    peer.revision = 1000
    bank.send(peer, peer.event("post.removed", id=4))
    bank.work()
    assert "Relancer une facture impayée" not in [post.title for post in asked(bank, "relance facture")[0].posts]
    bank.send(peer, peer.event("author.removed", id=1))
    bank.work()
    assert "ann" not in names(asked(bank, "relancer une facture impayée"))
    with bank.database.read() as tx:
        left = tx.execute(select(func.count()).select_from(bank_tables.need_posts)).scalar_one()
        query = "'nobody'" if bank.database.dialect == "sqlite" else "CAST('nobody' AS tsquery)"
        found = "need_index MATCH" if bank.database.dialect == "sqlite" else "tokens @@"
        tx.execute(text(f"SELECT 1 FROM need_index WHERE {found} {query}"))
    assert left == len(HIRING) + len(ENGLISH)


@pytest.fixture
def two_databases(
    migrated_file: Path, postgres_databases: PostgresDatabases, tmp_path: Path
) -> Iterator[list[Database]]:
    """One of each kind, with all tables and no rows."""
    file = shutil.copyfile(migrated_file, tmp_path / "contract.sqlite")
    with postgres_databases.migrated() as url:
        opened = [Database.open(f"sqlite:///{file}"), Database.open(url)]
        yield opened
        for one in opened:
            one.close()


def test_both_databases_give_the_same_answers(two_databases: list[Database]) -> None:
    dice = random.Random(4)
    words = [word for _, body in CASH + HIRING + ENGLISH for word in body.split() if len(word) > 4]
    written = [
        [(" ".join(dice.sample(words, 4)), " ".join(dice.choices(words, k=60))) for _ in range(4)] for _ in range(8)
    ]
    wanted = [" ".join(dice.sample(words, dice.randint(1, 5))) for _ in range(40)]
    answers = []
    for database in two_databases:
        made = WorkerBank(database, Clock())
        for number, texts in enumerate(written):
            blog = made.blog(f"b{number}", "fr-FR")
            made.send(blog, blog.author(1, "A"))
            made.send(blog, *(blog.post(n + 1, 1, title, body, n) for n, (title, body) in enumerate(texts)))
        made.work()
        answers.append([asked(made, need, limit=20) for need in wanted])
    assert answers[0] == answers[1]
    assert sum(map(bool, answers[0])) > len(wanted) / 2


def test_a_search_quotes_no_passage_of_experience_and_nothing_of_a_crisis(bank: WorkerBank) -> None:
    lived = "J'ai perdu ma glaçure bleue parce que j'avais ouvert le four trop tôt, et j'ai compris."
    plain = "Une glaçure bleue demande un four qui refroidit lentement pendant deux jours entiers."
    dee = bank.blog("dee")
    bank.send(dee, dee.author(1, "Dee"), dee.post(1, 1, "Le four", f"<p>{lived}</p><p>{plain}</p>", 1))
    eve = bank.blog("eve")
    grave = f"{plain} Après le suicide de mon frère, je ne travaillais plus."
    bank.send(eve, eve.author(1, "Eve"), eve.post(1, 1, "Glaçure bleue", f"<p>{grave}</p>", 1))
    filler = [f"<p>Le tournage de la pièce numéro {n} et sa terre crue, un matin.</p>" for n in range(3)]
    for peer in (dee, eve):
        bank.send(peer, *(peer.post(n + 2, 1, f"Pièce {n}", text, n + 2) for n, text in enumerate(filler)))
    bank.work()
    assert plain in quoted(bank, "dee")
    assert lived not in quoted(bank, "dee")
    assert "glaçure" not in quoted(bank, "eve"), "a text that touches on a crisis is nobody's showcase"
    with bank.database.read() as tx:
        key = next(p.key for post in post_analysis.list_by_author(tx, "dee", "1") for p in post.lived.passages)
    bank.send(dee, dee.author(1, "Dee", quotable=[key]))
    bank.work()
    assert lived in quoted(bank, "dee"), "ticked by its author"


def quoted(bank: WorkerBank, blog: str) -> str:
    """All that a search for words of both sentences quotes of a blog."""
    found = asked(bank, "glaçure bleue four ouvert trop tôt")
    return "\n".join(post.snippet for one in found if one.key.blog_id == blog for post in one.posts)


def test_the_name_of_a_skill_finds_everybody_who_offers_it(bank: WorkerBank) -> None:
    with bank.database.read() as tx:
        offered = [skill for skill, _ in directory.list_offered_skills(tx)]
        assert offered
        for skill in offered:
            everybody = set(directory.list_offering_mentor_ids(tx, skill, None, 10))
            for name in bundled_matcher().skills[skill].labels.values():
                for typed in (name, name.upper(), name.replace(" ", "-")):
                    assert everybody <= {mentor.id for mentor in search.search(tx, typed).mentors}, typed


def test_each_other_name_of_a_skill_finds_everybody_too_but_one_that_means_something_else(bank: WorkerBank) -> None:
    """Whether or not anybody writes that name: what it means is there."""
    matcher = bundled_matcher()
    with bank.database.read() as tx:
        for skill, _ in directory.list_offered_skills(tx)[:3]:
            everybody = set(directory.list_offering_mentor_ids(tx, skill, None, 10))
            names_ = [name for some in matcher.skills[skill].aliases.values() for name in some]
            for name in names_[:: max(1, len(names_) // 8)]:
                if matcher.of_whole_name(name) == skill and not is_narrower(name, matcher.skills[skill]):
                    found_ids = {mentor.id for mentor in search.search(tx, name, reasons=False).mentors}
                    assert everybody <= found_ids, name


def test_where_nobody_writes_about_most_of_a_need_nobody_is_right(bank: WorkerBank) -> None:
    """Whoever touches on the rest stands apart; a word that nothing here knows is one of them."""
    with bank.database.read() as tx:
        for need, missing in (
            ("trésorerie d'un élevage de moutons", "moutons"),
            ("la trésorerie des alpagas", "alpagas"),
        ):
            answer = search.search(tx, need)
            assert answer.mentors == ()
            assert answer.total == 0
            assert missing in answer.missing
            assert "ann" in names(answer.further)
        for need in ("trésorerie", "trésorrerie"):
            answer = search.search(tx, need)
            assert names(answer.mentors)
            assert answer.missing == ()
            assert answer.further == ()


def test_one_language_alone_makes_nobody_of_what_is_lived_in_another(bank: WorkerBank) -> None:
    """Who writes in it about the rest answers, where the bank knows what is meant; else nobody does, as everywhere."""
    need = "la trésorerie et les moutons"
    assert asked(bank, need, language="fr") == ()
    texts = [(title, "The sheep stay on the meadow, and all sheep are sold.") for title in ("Lambing", "Wool", "Hay")]
    read_by_need(bank, "en-GB", *texts)
    assert "ann" in names(asked(bank, need, language="fr"))
    assert {mentor.key.language for mentor in asked(bank, need, language="fr")} == {"fr"}
    assert asked(bank, "la trésorerie des alpagas", language="fr") == ()


def test_a_tag_finds_the_posts_that_it_stands_at(bank: WorkerBank) -> None:
    """Whatever the texts call it; a need that says nothing else is answered."""
    blog = bank.blog("dan")
    bank.send(blog, blog.author(1, "Dan"))
    texts = enumerate(("La terre crue sèche lentement.", "Le tour grince un peu.", "Le four refroidit deux jours."), 1)
    bank.send(blog, *(blog.post(n, 1, f"Jour {n}", text, n, tags=["céramique"]) for n, text in texts))
    bank.work()
    (dan,) = asked(bank, "ceramique")
    assert (dan.key.blog_id, dan.votes) == ("dan", 3)
    assert [word.written for word in dan.words] == ["ceramique"]


def test_a_compound_that_is_a_word_of_its_own_is_not_its_parts(bank: WorkerBank) -> None:
    texts = [(title, "The self was employed, and a self stays employed.") for title in ("Mirror", "Window", "Door")]
    read_by_need(bank, "en-GB", *texts)
    with bank.database.read() as tx:
        answer = search.search(tx, "becoming self-employed")
    assert "dan" not in names(answer.mentors)
    assert "self-employed" in answer.missing


def test_who_names_a_word_in_passing_does_not_write_about_it(bank: WorkerBank) -> None:
    """However often somebody blogs: a word in each of many long texts is none that one of them speaks of."""
    around = "The fence around the orchard was mended while the rain fell on the barn and on the lane. " * 60
    for name, length in (("dan", 5000), ("eve", 200)):
        blog = bank.blog(name, "en-GB")
        bank.send(blog, blog.author(1, name.title()))
        bank.send(blog, *(blog.post(n, 1, f"Note {n}", f"A llama went by. {around[:length]}", n) for n in (1, 2, 3)))
        bank.work()
        assert names(asked(bank, "llama")) == {"dan": [], "eve": ["eve", "dan"]}[name]


def read_by_need(bank: WorkerBank, language: str, *texts: tuple[str, str]) -> None:
    """Dan writes these posts, each said often enough to be no accident."""
    blog = bank.blog("dan", language)
    bank.send(blog, blog.author(1, "Dan"))
    bank.send(blog, *(blog.post(n + 1, 1, title, f"{body} " * 6, n) for n, (title, body) in enumerate(texts)))
    bank.work()


def test_a_reason_names_words_that_stand_in_the_post_and_for_what(bank: WorkerBank) -> None:
    read_by_need(
        bank,
        "en-GB",
        ("Lambing", "The sheep stay on the meadow."),
        ("Wool", "We sell wool of our own sheep."),
        ("Hay", "The barn was empty in the spring."),
    )
    (dan,) = asked(bank, "mes moutons")
    assert ReasonWord("sheep", "moutons") in dan.words
    for post in dan.posts:
        assert post.title in {"Lambing", "Wool"}
    sentence = need_sentence(dan.votes, dan.words, dan.posts[0], "fr-CA", "en")
    assert "sheep (pour «\u00a0moutons\u00a0»)" in sentence
    (both,) = asked(bank, "sheep wool")
    assert ({word.written for word in both.words}, both.votes) == ({"sheep", "wool"}, 1), "two posts are on either"
    (word,) = asked(bank, "trésorrerie", limit=1)[0].words
    assert word == ReasonWord("trésorerie"), "as it is written, not as it was mistyped"


@pytest.mark.parametrize(
    ("need", "text"),
    [
        ("une ferme", "Il faut fermer la boutique le lundi, fermer la caisse et fermé le volet."),
        ("aller à l'hôpital", "Our hospitality begins at the door, hospitality is work."),
        ("un bon pain", "My back pain came with the harvest, a pain in the neck."),
        ("un devis", "Il devait ouvrir la boutique, elle devait attendre, chacun devait patienter."),
    ],
)
def test_another_word_that_only_looks_alike_is_no_reason(bank: WorkerBank, need: str, text: str) -> None:
    language = "fr-FR" if "boutique" in text else "en-US"
    read_by_need(bank, language, *((f"Note {n}", text) for n in range(3)))
    assert "dan" not in names(asked(bank, need))


def test_a_word_typed_without_accents_is_each_that_it_may_be(bank: WorkerBank) -> None:
    read_by_need(bank, "fr-FR", *((f"Note {n}", "Je tiens un étal au marché, un marché couvert.") for n in range(3)))
    assert "dan" in names(asked(bank, "au marche"))
    assert "dan" not in names(asked(bank, "marcher longtemps"))


def test_a_post_whose_title_says_it_is_named_first(bank: WorkerBank) -> None:
    read_by_need(
        bank,
        "fr-FR",
        ("Notes du lundi", "La greffe du pommier prend au printemps, la greffe tient."),
        ("Réussir une greffe", "La greffe du pommier demande un couteau propre."),
        ("Notes du mardi", "La greffe et la greffe, encore la greffe du pommier."),
    )
    (dan,) = asked(bank, "greffe du pommier")
    assert dan.posts[0].title == "Réussir une greffe"


def test_whose_title_says_the_need_comes_before_who_says_its_words_more_often(bank: WorkerBank) -> None:
    around, grafting = "Le mur du jardin tombe sous la pluie. " * 8, "Le pommier se greffe ici. " * 4
    for name, title, bodies in (
        ("dan", "Notes du mardi", [grafting * 2 + around] * 2),
        ("eve", "Comment greffer un pommier", [grafting + around, around]),
    ):
        blog = bank.blog(name, "fr-FR")
        bank.send(blog, blog.author(1, name.title()))
        posts = [*bodies, around]
        bank.send(
            blog, *(blog.post(n, 1, title if n == 1 else f"Jour {n}", body, n) for n, body in enumerate(posts, 1))
        )
    bank.work()
    assert names(asked(bank, "greffer un pommier")) == ["eve", "dan"]


def test_a_verb_that_only_asks_outweighs_no_subject_in_whatever_form_it_stands(bank: WorkerBank) -> None:
    text = "Il bosse la nuit, elle bosse le jour ; qui bosse ici connaît tout, il connaît la nuit."
    read_by_need(bank, "fr-FR", *((f"On bosse et connaît, {n}", text) for n in range(3)))
    for need in ("on bosse la trésorerie", "qui connaît la trésorerie ?"):
        assert names(asked(bank, need))[0] == "ann"
    assert names(asked(bank, "on bosse"))[0] == "dan", "who says nothing else means it"
