"""What an author is said to write about: nouns and phrases, their own first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mentors.corrections import CardCorrections
from bridge.mentors.founded_skills import founded_skills
from bridge.mentors.nouns import read_nouns
from bridge.mentors.skill_words import name_parts
from bridge.mentors.skills import bundled_matcher
from bridge.mentors.subject_evidence import AuthorEvidence, SubjectPost
from bridge.mentors.subjects import NO_AUTHOR_WORDS, AuthorWords, SubjectWord, author_subjects, can_be_named
from bridge.text.terms import Frequencies, count_terms

KNOWN = Frequencies(100, 20, {})
FRENCH = (
    "L'atelier attend la facture. Les délais de paiement sont longs, et les délais de paiement coûtent cher. Le client "
    "paie en retard. On travaille surtout avec Claire Fontaine, et Québec regarde la trésorerie."
)
ENGLISH = (
    "The invoice is late. My cash flow suffers, and the cash flow of the shop too. We finally moved the shop to New "
    "Brunswick, with React and some friends."
)


def post(title: str, *labels: str, text: str = FRENCH, language: str = "fr", skills: Sequence[str] = ()) -> SubjectPost:
    nouns = read_nouns(name_parts(text, language), text, language)
    counts = count_terms(title, text, language)
    spoken = founded_skills(title, text, language, bundled_matcher()).spoken
    return SubjectPost(title, labels, frozenset(counts.ids.tolist()), *nouns, skills, spoken)


def subjects(
    posts: Sequence[SubjectPost],
    language: str = "fr",
    words: AuthorWords = NO_AUTHOR_WORDS,
    names: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    return [one.word for one in found(posts, language, words, names)]


def found(
    posts: Sequence[SubjectPost], language: str, words: AuthorWords, names: Mapping[str, Sequence[str]] | None = None
) -> tuple[SubjectWord, ...]:
    return author_subjects(AuthorEvidence(posts, language), KNOWN, names or {}, words)


STEADY = [
    post("Négocier des délais de paiement", "ébénisterie"),
    post("Vos délais de paiement sont trop longs", "ébénisterie", "divers"),
    post("La facture qui traîne", "_devis_", "divers"),
    post("Relancer poliment une facture", "devis", "divers"),
    post("Travailler rapidement", "#devis"),
    post("Encore un atelier à Québec", "2024"),
    post("Québec en hiver", "2024"),
    post("Un mot de Claire Fontaine"),
]


def test_tags_then_phrases_then_nouns_and_no_verb_no_adverb_no_part_of_a_phrase() -> None:
    shown = subjects(STEADY)
    assert {"ébénisterie", "devis", "délais de paiement", "facture", "atelier", "Québec"} == set(shown)


def test_an_english_author_is_read_alike() -> None:
    titles = ["Cash flow in winter", "Finally understanding cash flow", "The invoice", "A late invoice", "Leaving"]
    titles += ["Moving to New Brunswick", "New Brunswick again", "React is quickly growing"]
    shown = subjects([post(title, text=ENGLISH, language="en") for title in titles], "en")
    assert set(shown) == {"cash flow", "invoice", "New Brunswick", "React"}


def test_names_of_the_author_the_blog_and_its_host_are_no_subjects() -> None:
    posts = [*STEADY, post("Québec et moi", "Maude Tremblay", "latelier"), post("Tremblay", "L’Atelier", "latelier")]
    posts.append(post("Tremblay, encore", "L’Atelier", "Maude Tremblay"))
    shown = subjects(posts, words=AuthorWords("Maude Tremblay", ("Maude Tremblay", "L'Atelier", "latelier")))
    assert not {"Maude Tremblay", "Tremblay", "latelier", "L’Atelier", "atelier"} & set(shown)
    assert "devis" in shown


def test_whoever_has_written_little_is_not_guessed_at() -> None:
    few = [post("Négocier des délais de paiement"), post("La facture qui traîne"), post("La facture, encore")]
    assert subjects(few) == []
    told = [*few, post("Recouvrer", "recouvrement", skills=["late-payment"]), post("Fin", skills=["late-payment"])]
    shown = subjects(
        told,
        words=AuthorWords(offers=("fixer ses prix", "dire à un client qui ne paie jamais à temps que c'est fini")),
        names={"late-payment": ["être payé", "factures en souffrance", "délais de paiement"]},
    )
    assert set(shown) == {"recouvrement", "fixer ses prix", "délais de paiement"}, "a name that the posts use"


def test_whoever_has_written_little_is_not_said_to_write_about_what_no_text_says_or_says_in_passing() -> None:
    apart = "Le client attend, et le paiement tarde ; les délais du chantier, eux, sont tenus. La facturation attend."
    beside = "Relancer un client coûte : les délais de paiement s'allongent. Les factures impayées s'entassent."
    names = {"late-payment": ["délais de paiement", "factures impayées"]}
    never = [post(title, text=apart, skills=["late-payment"]) for title in ("Le chantier", "Un client")]
    assert subjects(never, names=names) == [], "its words stand apart"
    seldom = [*never, post("Relances", text=beside, skills=["late-payment"])]
    assert subjects(seldom, names=names) == [], "one text of three"
    often = [*seldom, *(post(title, text=beside, skills=["late-payment"]) for title in ("Encore", "Toujours"))]
    assert subjects(often, names=names) == ["délais de paiement"]
    titled = [*never, post("Les factures impayées", text=beside, skills=["late-payment"])]
    assert subjects(titled, names=names) == ["factures impayées"], "what a title says needs no second text"


def test_a_struck_word_returns_in_no_form_and_a_refused_skill_gives_none() -> None:
    struck = CardCorrections(struck=frozenset({"factures", "delais de paiement"}), refused=frozenset({"quoting"}))
    posts = [post("Un chiffrage", skills=["quoting"]), post("Le chiffrage", skills=["quoting"]), *STEADY]
    names = {"quoting": ["chiffrage"]}
    before, after = subjects(posts, names=names), subjects(posts, words=AuthorWords(corrections=struck), names=names)
    assert set(before) - set(after) == {"facture", "délais de paiement", "chiffrage"}


@given(st.permutations(STEADY))
def test_the_order_of_posts_changes_nothing(posts: list[SubjectPost]) -> None:
    assert found(posts, "fr", AuthorWords()) == found(STEADY, "fr", AuthorWords())


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=20)), max_size=9), st.sampled_from(["fr", "en", "ja"]))
def test_odd_titles_and_tags_give_short_words_or_nothing(written: list[tuple[str, str]], language: str) -> None:
    posts = [post(title, label, text=label, language=language) for title, label in written]
    shown = found(posts, language, AuthorWords())
    assert len(shown) <= 8
    assert all(one.word.strip() and len(one.word) <= 40 and one.weight > 0 for one in shown)


@pytest.mark.parametrize(("word", "said"), [("facture", True), ("paie", False), ("surtout", False), ("cher", False)])
def test_a_reason_says_nouns_alone(word: str, said: bool) -> None:
    assert can_be_named(AuthorEvidence(STEADY, "fr"), word, len(STEADY)) is said


def test_the_phrase_stands_for_the_broad_word_and_two_general_words_for_what_they_mean_together() -> None:
    text = "The open source project moved. We like the open source way, and the meeting was short. " * 2
    titles = ["Open source at home", "Open source at work", "Paying for open source", "Why open source won"]
    titles += ["The invoice", "Remote hiring again", "Remote hiring, the third year", "On hiring"]
    shown = subjects([post(title, text=text, language="en") for title in titles], "en")
    assert "open source" in shown
    assert "remote hiring" in shown
    assert "hiring" not in shown


def test_a_name_is_known_by_its_shape_and_one_that_texts_come_back_to_needs_no_title() -> None:
    text = "On y retrouve Enspiral, et le climat."
    titles = ["Débuter avec ES2015", "Pourquoi ES2015 compte", "JAMstack sans peine", "Vive la JAMstack", "Hier"]
    posts = [post(title, text=text) for title in [*titles, "Dehors", "Dedans", "Ailleurs"]]
    assert set(subjects(posts)) == {"ES2015", "JAMstack", "Enspiral"}


def test_an_edition_says_what_passes_and_a_tag_with_idle_words_nothing() -> None:
    labels = ["Salon 2024", "un peu de tout ça", "potager"]
    assert subjects([post(f"Jour {number}", *labels, text="Rien.") for number in range(9)]) == ["potager"]


def test_tags_without_end_list_what_a_post_mentions() -> None:
    listed = [f"outil{chr(97 + number)}" for number in range(15)]
    posts = [post(f"Jour {number}", *listed, "potager", text="Rien.") for number in range(4)]
    posts += [post(f"Nuit {number}", *listed[:2], "ruche", text="Rien.") for number in range(4)]
    assert set(subjects(posts)) == {"ruche", "outila", "outilb"}


def test_a_skill_is_called_as_tags_call_it() -> None:
    posts = [post("Semer", "agriculture", text="Les récoltes, encore.", skills=["farming"]) for _ in range(6)]
    assert subjects(posts, names={"farming": ["récoltes", "agriculture"]}) == ["agriculture"]


def test_a_tag_that_breaks_off_and_a_verb_that_is_offered_are_none() -> None:
    posts = [post(f"Jour {number}", "potager en", "potager", text="Rien.") for number in range(4)]
    shown = subjects(posts, words=AuthorWords(offers=("négocier", "composer un menu")))
    assert set(shown) == {"potager", "composer un menu"}


def test_a_name_that_titles_call_alone_is_no_part_of_a_longer_one() -> None:
    text = "On installe Ember Data, et puis Ember Data fait le reste."
    titles = ("Une application Ember sans serveur", "Une application Ember avec serveur")
    posts = [post(title, text=text) for title in titles]
    assert subjects(posts) == ["Ember"]


def test_of_who_has_written_little_a_name_has_to_be_what_a_text_is_about() -> None:
    passing = "At the fair we met Alpha and Bravo, Alpha and Bravo, Cedar and Delta, Cedar and Delta, Ember and Fargo."
    passing += " Then Ember and Fargo left, and later Gamma."
    posts = [post("Alpha, Gamma And Others", text=passing, language="en")]
    posts += [post(title, text="Nothing.", language="en") for title in ("A quiet day", "Another day")]
    assert subjects(posts, "en") == ["Alpha"]


def test_a_person_is_no_subject_though_a_title_names_them_once() -> None:
    posts = [
        post(title, text="Rien.")
        for title in ("Un long entretien avec Bethan", "Une longue rencontre avec Emeka", "La suite")
    ]
    assert subjects(posts) == []


def test_what_one_title_says_only_fills_up() -> None:
    titles = ["L'atelier", "Encore l'atelier", "La facture", "Une facture", "Des délais de paiement"]
    titles += ["Encore des délais de paiement", "Devant Québec", "Dans Québec", "Le client"]
    shown = subjects([post(title) for title in titles])
    assert set(shown) == {"atelier", "facture", "délais de paiement", "Québec"}
    fewer = subjects([post(title) for title in [*titles[:4], "Le client", "Ailleurs", "Dehors", "Dedans"]])
    assert "client" in fewer


def test_an_english_phrase_does_not_end_in_an_adjective() -> None:
    text = "The analysis of federal domains is late. An analysis of federal domains takes time."
    titles = [f"Analysis of federal ‘{number}’ domains" for number in ("one", "two", "three", "four")]
    posts = [post(title, text=text, language="en") for title in [*titles, "Then", "Before", "After", "Since"]]
    assert not [word for word in subjects(posts, "en") if word.endswith("federal")]


def test_marks_of_emphasis_belong_to_no_word() -> None:
    parts = [part.word for part in name_parts("un _outil_ et des packages_ en C++, snake_case", "fr")]
    assert parts[:7] == ["un", "outil", "et", "des", "packages", "en", "c++"]
    assert parts[-1] == "snake_case"
