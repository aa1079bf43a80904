"""Profiles and lists: the same in any order, honest when there is nothing, explained by what they are made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.mentors.explain import NamedPost, NamedPostIndex, Reason, explain, reason_sentence, steady_terms
from bridge.mentors.profiles import PostTerms, Profile, build_profile
from bridge.mentors.related import best_of, closeness, hubness, mentors_for_post, rank_for_text
from bridge.mentors.similarity import (
    FILTER_BITS,
    LEAST_COSINE,
    MIN_COSINE,
    Candidate,
    MentorQuery,
    cosine_floor,
    reference_mean_and_deviation,
    similarities,
    similarity,
)
from bridge.mentors.subjects import SubjectWord
from bridge.text.html import plain_text
from bridge.text.language import detect_language
from bridge.text.terms import (
    EMPTY_VECTOR,
    WEIGHT_UNIT,
    Frequencies,
    TermCounts,
    Vector,
    cosine_addends,
    count_terms,
    dot,
    post_vector,
    post_vectors,
)
from tests.lab.texts import CASH, ENGLISH, HIRING

NOW = datetime(2026, 5, 4, tzinfo=UTC)
KNOWN = Frequencies(10, 3, {})


def terms(texts: tuple[tuple[str, str], ...], language: str = "fr") -> list[PostTerms]:
    made = []
    for number, (title, text) in enumerate(texts):
        counts = count_terms(title, text, language)
        made.append(PostTerms(number, NOW - timedelta(days=90 * number), post_vector(counts, KNOWN), counts))
    return made


def profile(texts: tuple[tuple[str, str], ...], language: str = "fr") -> Profile:
    made = build_profile(terms(texts, language), KNOWN, NOW)
    assert made is not None
    return made


def candidate(texts: tuple[tuple[str, str], ...], language: str = "fr", number: int = 1) -> Candidate:
    return Candidate(number, f"blog{number}", "1", language, profile(texts, language).vector, 0, 0, WEIGHT_UNIT)


@settings(max_examples=30)
@given(st.permutations(terms(CASH + HIRING)))
def test_the_order_of_posts_does_not_show_in_a_profile(posts: list[PostTerms]) -> None:
    made = build_profile(posts, KNOWN, NOW)
    assert made is not None
    assert made.to_bytes() == profile(CASH + HIRING).to_bytes()
    assert Profile.from_bytes(made.to_bytes()).to_bytes() == made.to_bytes()


def test_a_long_post_weighs_as_much_as_a_short_one() -> None:
    short, long = count_terms("", "trésorerie prix", "fr"), count_terms("", "trésorerie prix " * 500, "fr")
    assert dot(post_vector(short, KNOWN), post_vector(long, KNOWN)) > 0.999 * WEIGHT_UNIT


def test_addends_sum_to_the_score() -> None:
    one, other = terms(CASH)[0].vector, profile(HIRING).vector
    assert int(cosine_addends(one, other)[1].sum()) == dot(one, other)


def test_counts_survive_storage() -> None:
    for counts in (count_terms("L'été", "J'ai relancé mes clients", "fr"), count_terms("", "", "fr")):
        back = TermCounts.from_bytes(counts.to_bytes())
        assert (back.surfaces, back.words) == (counts.surfaces, counts.words)
        assert np.array_equal(back.ids, counts.ids)


@given(st.permutations(["empty", "near", "empty", "far", "english"]))
def test_a_mentor_is_scored_alike_whoever_else_is_asked_about(order: list[str]) -> None:
    known = {
        "near": candidate(CASH),
        "far": candidate(HIRING),
        "english": candidate(ENGLISH, "en"),
        "empty": Candidate(
            9, "empty", "1", "fr", Vector(np.array([], np.int64), np.array([], np.int64)), 0, 0, WEIGHT_UNIT
        ),
    }
    own = terms(CASH)[0].vector
    alone = {name: similarity(own, "fr", one) for name, one in known.items()}
    assert alone["near"] > 0
    assert alone["empty"] == 0
    assert similarities(own, "fr", [known[name] for name in order]) == [alone[name] for name in order]


def test_posts_are_near_a_mentor_as_the_mentor_is_near_them() -> None:
    mentor, posts = candidate(CASH), [MentorQuery(post.vector, "fr") for post in terms(CASH + HIRING)]
    near = similarities(mentor.vector, "fr", posts)
    assert near == [similarity(post.vector, "fr", mentor) for post in posts]
    assert any(near)


@given(st.lists(st.sampled_from([*CASH, *HIRING, ("", ""), ("Prix", "prix prix, et rien d'autre")]), max_size=6))
def test_vectors_of_many_posts_are_what_each_is_alone(texts: list[tuple[str, str]]) -> None:
    counts = [count_terms(title, text, "fr") for title, text in texts]
    many = post_vectors([one.to_bytes() for one in counts], lambda _terms: KNOWN)
    assert [one.to_bytes() for one in many] == [post_vector(one, KNOWN).to_bytes() for one in counts]


def test_too_little_in_common_is_nobody() -> None:
    post = post_vector(count_terms("Astronomie", "étoiles galaxies télescope lumière comètes", "fr"), KNOWN)
    assert mentors_for_post(post, "fr", [candidate(CASH)], WEIGHT_UNIT) == []
    one_word = post_vector(count_terms("", "trésorerie trésorerie étoiles", "fr"), KNOWN)
    assert similarity(one_word, "fr", candidate(CASH)) == 0


def faint(words: int = 4) -> Vector:
    """A text that shares so many words with what is written about cash, and says much else."""
    shared = " ".join(sorted({*terms(CASH)[0].counts.surfaces})[:words])
    return post_vector(count_terms("", shared + " " + " ".join(f"autremot{n}" for n in range(400)), "fr"), KNOWN)


def test_what_is_near_follows_from_how_near_a_mentor_is_to_anybody() -> None:
    """A writer of many subjects is near to nobody in plain figures, and must not be left alone for it."""
    cosine = dot(faint(), candidate(CASH).vector)
    assert 0 < cosine < MIN_COSINE
    seldom_near = replace(candidate(CASH), mean=cosine // 4, deviation=cosine // 4)
    often_near = replace(candidate(CASH), mean=2 * cosine, deviation=cosine)
    assert similarity(faint(), "fr", candidate(CASH)) == 0, "nothing to compare with"
    assert similarity(faint(), "fr", often_near) == 0
    assert similarity(faint(), "fr", seldom_near) == cosine > LEAST_COSINE


def test_the_floor_is_the_lower_one_of_both_and_the_same_from_either_side() -> None:
    cosine = dot(faint(), candidate(CASH).vector)
    mine = replace(candidate(CASH), mean=cosine // 4, deviation=cosine // 4)
    other = replace(candidate(CASH, number=2), vector=faint())
    assert similarity(mine.vector, "fr", other, floor=mine.floor) == cosine
    assert similarity(other.vector, "fr", mine, floor=other.floor) == cosine


def test_where_all_write_on_one_subject_all_are_near() -> None:
    assert cosine_floor(WEIGHT_UNIT // 2, WEIGHT_UNIT // 10) == MIN_COSINE
    assert cosine_floor(0, 1) == LEAST_COSINE


def test_a_profile_remembers() -> None:
    """Of two posts ten years apart the older still counts more than half; what was new a year ago three quarters."""
    (early,), (late,) = terms((("", "levain farine fournil"),)), terms((("", "vélo atelier guidon"),))

    def share(days: int) -> float:
        posts = [replace(early, published_at=NOW - timedelta(days=days)), replace(late, published_at=NOW, key=9)]
        made = build_profile(posts, KNOWN, NOW - timedelta(days=100))
        assert made is not None
        return dot(made.vector, early.vector) / dot(made.vector, late.vector)

    assert share(0) == pytest.approx(1, rel=0.01)
    assert share(365) == pytest.approx(0.775, rel=0.01)
    assert share(3652) == pytest.approx(0.55, rel=0.01)


def test_another_language_needs_more_than_accidents() -> None:
    assert similarity(terms(CASH)[0].vector, "fr", candidate(ENGLISH, "en")) == 0


def test_at_most_two_of_one_blog_and_ties_by_id() -> None:
    from bridge.mentors.related import Match

    scored = [("a", Match(n, 5, 5)) for n in (3, 1, 2)] + [("b", Match(9, 5, 5))]
    assert [match.id for match in best_of(scored, 5)] == [1, 2, 9]


def test_who_is_close_to_everybody_is_close_to_nobody() -> None:
    assert hubness([4, 2]) == 3
    assert closeness(10, 3, 9) < closeness(10, 3, 4)


def test_the_reason_is_made_of_shared_words_and_names_a_post() -> None:
    mentor, post = profile(CASH), terms(HIRING)[0]
    named = [
        NamedPost(title, f"https://a.example/{n}", NOW, counts.ids, counts.tf, counts.words)
        for n, ((title, _), counts) in enumerate(zip(CASH, (post.counts for post in terms(CASH)), strict=True))
    ]
    reason = explain(post.vector, mentor, KNOWN, NamedPostIndex(named))
    assert reason is not None
    shared = set(cosine_addends(post.vector, mentor.vector)[0].tolist())
    words = {word for term, word in zip(mentor.vector.ids.tolist(), mentor.surfaces, strict=True) if term in shared}
    assert set(reason.topics) <= words
    assert reason.url.startswith("https://a.example/")
    assert Reason.from_json(reason.to_json()) == reason


def test_a_reason_says_what_the_mentor_writes_about_then_nouns_and_never_a_verb() -> None:
    mentor, post = profile(CASH), terms(HIRING)[0]
    places = {word: place for place, word in enumerate(mentor.surfaces)}
    ids = mentor.vector.ids.tolist()
    phrase = SubjectWord("factures des clients", 10**9, 3, (ids[places["facture"]], ids[places["clients"]]))
    known = replace(mentor, subjects=(phrase,), nameable=(places["acompte"], places["clients"]))
    said = explain(post.vector, known, KNOWN, NamedPostIndex(()))
    assert said is not None
    assert set(said.topics) == {"factures des clients", "acompte"}, "no word twice, and nothing that is no noun"
    verbs = replace(mentor, subjects=(), nameable=(places["sérieux"],))
    less = explain(post.vector, verbs, KNOWN, NamedPostIndex(()))
    assert less is not None
    assert len(less.topics) == 1, "say less, not worse"


def test_a_reason_says_what_both_come_back_to_or_one_thing() -> None:
    mentor, post = profile(CASH), terms(HIRING)[0]
    places = {word: place for place, word in enumerate(mentor.surfaces)}
    term = {word: int(mentor.vector.ids[places[word]]) for word in ("facture", "acompte", "clients")}
    known = replace(mentor, nameable=tuple(sorted(places[word] for word in term)))

    def said(own: set[int] | None) -> tuple[str, ...]:
        reason = explain(post.vector, known, KNOWN, NamedPostIndex(()), own)
        assert reason is not None
        return reason.topics

    assert set(said(None)) == set(term)
    assert set(said({term["facture"], term["clients"]})) == {"facture", "clients"}
    assert len(said(set())) == 1
    often = replace(mentor, posts=5, used_in=np.where(mentor.vector.ids == term["acompte"], 2, 1))
    assert steady_terms(often) == frozenset({term["acompte"]})
    assert steady_terms(replace(often, posts=4)) is None, "too few posts to tell"


def test_sentences_in_french_and_english() -> None:
    reason = Reason(("prix", "trésorerie"), (), "Mes prix", "https://a.example/", NOW)
    assert reason_sentence(reason, "fr-CA") == (
        "Thèmes communs\u00a0: prix et trésorerie\u00a0; à lire d’abord\u00a0: «\u00a0Mes prix\u00a0» (4 mai 2026)."
    )
    assert (
        reason_sentence(reason, "en-US")
        == "Also writes about prix and trésorerie; start with “Mes prix” (May 4, 2026)."
    )
    assert reason_sentence(Reason(("prix",), ()), "de") == "Also writes about prix."


def test_only_the_authors_own_words_are_read() -> None:
    html = (
        "<p>Mes mots</p><blockquote>cités</blockquote><pre>code</pre><!-- wp:x --><script>non</script>[gallery id='1']"
    )
    assert plain_text(html) == "Mes mots"


@settings(max_examples=60)
@given(st.text(max_size=300), st.sampled_from(["fr", "en", "ja", "xx"]))
def test_no_text_is_too_strange(text: str, language: str) -> None:
    plain = plain_text(text)
    detect_language(plain, language)
    vector = post_vector(count_terms(text, plain, language), KNOWN)
    assert Vector.from_bytes(vector.to_bytes()).ids.tolist() == vector.ids.tolist()


def test_many_scores_at_once_are_what_each_is_alone() -> None:
    """Exactly, also where ids are alike in the bits that are looked at first."""
    step = 1 << FILTER_BITS
    ids = np.array([5, 5 + step, 9, 9 + 2 * step, 11], np.int64)
    own = Vector(ids[[0, 2, 4]], np.array([3, 5, 7], np.int64) * 10**8)
    others = [
        Vector(ids, np.array([1, 2, 3, 4, 5], np.int64) * 10**8),
        EMPTY_VECTOR,
        Vector(ids[[1, 3]], np.array([6, 8], np.int64) * 10**8),
        own,
    ]
    shown = [Candidate(n, f"b{n}", "1", "fr", vector, 0, 0, WEIGHT_UNIT) for n, vector in enumerate(others)]
    found = {one.id: score for one, score in rank_for_text(own, "fr", shown, WEIGHT_UNIT)}
    assert [found[n] for n in range(4)] == [dot(own, other) for other in others]
    posts = [post.vector for post in terms(CASH + HIRING) * 2]
    scores = [dot(profile(CASH).vector, post) for post in posts]
    assert reference_mean_and_deviation(profile(CASH).vector, posts)[0] == sum(scores) // len(scores)
