"""Across languages: what is shared is found, accidents and false friends are not, lists stay in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from bridge.mentors.cross_language import (
    ALL_LANGUAGES,
    FeatureCounts,
    PostFeatures,
    cross_language_vector,
    keyed_by_language,
    lookup_vector,
    other_languages,
    prefix_id,
    shared_form,
    site_id,
    skill_id,
    word_id,
)
from bridge.mentors.explain import NamedPostIndex, Reason, reason_sentence
from bridge.mentors.explain_foreign import explain_foreign_mentor, find_shared_features, steady_features
from bridge.mentors.related import Match, best_of, rank_for_text, related_mentors
from bridge.mentors.similarity import Candidate, similarity
from bridge.text.terms import EMPTY_VECTOR, WEIGHT_UNIT, Frequencies, Vector, count_terms, term_id
from bridge.text.tokens import stem
from tests.lab.texts import CASH, ENGLISH, FERMENTS, FERMENTS_ENGLISH
from tests.mentors.test_lists import KNOWN, profile

FRENCH, OTHER = Frequencies(10, 3, {}), {"en": Frequencies(10, 3, {})}
GUILD = [PostFeatures.of(1, "fr", "https://a.example/x", ["fermentation-guild.example", "a.example"], ["selling"])]


def crossed(texts: tuple[tuple[str, str], ...], language: str, posts: list[PostFeatures] | None = None) -> Vector:
    made = profile(texts, language)
    other = "en" if language == "fr" else "fr"
    return cross_language_vector(
        made.vector, made.surfaces, FeatureCounts.of(posts or []), KNOWN, {other: KNOWN}, KNOWN
    )


def mentor(number: int, texts: tuple[tuple[str, str], ...], language: str) -> Candidate:
    return Candidate(
        number,
        f"blog{number}",
        "1",
        language,
        profile(texts, language).vector,
        0,
        0,
        WEIGHT_UNIT,
        crossed(texts, language),
    )


def test_the_same_subject_is_near_in_another_language_and_another_subject_is_not() -> None:
    own, asked = profile(FERMENTS), crossed(FERMENTS, "fr")
    assert similarity(own.vector, "fr", mentor(1, FERMENTS_ENGLISH, "en"), asked) > 0
    assert similarity(own.vector, "fr", mentor(2, ENGLISH, "en"), asked) == 0
    everybody = [mentor(2, ENGLISH, "en"), mentor(1, FERMENTS_ENGLISH, "en")]
    assert [one.id for one, _ in rank_for_text(own.vector, "fr", everybody, WEIGHT_UNIT, asked)] == [1, 2]


def test_what_joins_words_or_misleads_does_not_cross() -> None:
    assert [word for word in ("dans", "Actuellement", "librairie", "and", "or", "le") if shared_form(word)] == []
    assert shared_form("Québec") == shared_form("quebec") == "quebec"


def test_a_word_weighs_as_little_as_in_the_language_that_uses_it_every_day() -> None:
    counts = count_terms("", "kombucha camion", "fr")
    vector = Vector(counts.ids, np.full(len(counts.ids), WEIGHT_UNIT // 2, np.int64))
    common = {"en": Frequencies(100, 30, {term_id(stem("camion", "en")): (60, 20)})}
    made = cross_language_vector(vector, counts.surfaces, FeatureCounts(), Frequencies(100, 30, {}), common, KNOWN)
    weight = dict(zip(made.ids.tolist(), made.weights.tolist(), strict=True))
    assert weight[word_id("camion")] < weight[word_id("kombucha")] / 3
    assert weight[prefix_id("kombu")] < weight[word_id("kombucha")]


def test_sites_and_skills_count_but_not_ones_own_nor_those_of_everybody() -> None:
    hosts = ["guild.example", "a.example", "shop.a.example", "youtube.com"]
    post = PostFeatures.of(1, "fr", "https://a.example/?p=1", hosts, ["cash-flow"])
    assert set(post.sites) == {"guild.example"}
    assert set(post.skills) == {"cash-flow"}
    made = cross_language_vector(EMPTY_VECTOR, (), FeatureCounts.of([post]), FRENCH, OTHER, Frequencies(10, 3, {}))
    assert set(made.ids.tolist()) == {site_id("guild.example"), skill_id("cash-flow")}
    assert (
        len(cross_language_vector(EMPTY_VECTOR, (), FeatureCounts.of([post]), FRENCH, {}, KNOWN).ids) == 0
    )  # a bank of one language


def test_the_reason_names_the_language_and_what_is_shared() -> None:
    made, asked = profile(FERMENTS_ENGLISH, "en"), crossed(FERMENTS, "fr", GUILD)
    names = {site_id("fermentation-guild.example"): "fermentation-guild.example"}
    shared = find_shared_features(
        asked, crossed(FERMENTS_ENGLISH, "en", GUILD), made, KNOWN, names, {skill_id("selling"): "vendre"}
    )
    assert shared is not None
    reason = explain_foreign_mentor(shared, "en", NamedPostIndex(()), KNOWN)
    assert reason.language == "en"
    assert "vendre" in reason.topics  # a skill, in the reader's words
    assert set(reason.topics) & {"kombucha", "kimchi", "koji", "tempeh", "miso", "kefir", "fermentation"}
    assert reason.sites == ("fermentation-guild.example",)
    assert Reason.from_json(reason.to_json()) == reason
    assert reason_sentence(reason, "fr-CA").startswith("Écrit en anglais\u00a0; thèmes communs\u00a0: ")
    linked = replace(reason, topics=())
    assert reason_sentence(linked, "en") == "Writes in English; links to the same sites: fermentation-guild.example."


def test_a_reason_across_languages_names_nouns_alone_and_skills_rather_than_a_word_that_is_none() -> None:
    made, asked = profile(FERMENTS_ENGLISH, "en"), crossed(FERMENTS, "fr", GUILD)

    def said(nouns: set[str], skills: Mapping[int, str]) -> tuple[str, ...]:
        places = tuple(place for place, word in enumerate(made.surfaces) if word in nouns)
        known = replace(made, nameable=places)
        shared = find_shared_features(asked, crossed(FERMENTS_ENGLISH, "en", GUILD), known, KNOWN, {}, skills)
        assert shared is not None
        return explain_foreign_mentor(shared, "en", NamedPostIndex(()), KNOWN).topics

    apart = next(
        word for word in made.surfaces if shared_form(word) not in map(shared_form, profile(FERMENTS).surfaces)
    )
    assert set(said({"kombucha", "kimchi"}, {})) == {"kombucha", "kimchi"}
    assert said({apart}, {skill_id("selling"): "vendre"}) == ("vendre",)
    assert len(said({apart}, {})) == 1, "say less, not worse"


def test_a_reason_across_languages_says_what_both_come_back_to_or_one_thing() -> None:
    asked, ids = crossed(FERMENTS, "fr", GUILD), profile(FERMENTS_ENGLISH, "en").vector.ids
    made = replace(profile(FERMENTS_ENGLISH, "en"), posts=5)
    nouns = {word: place for place, word in enumerate(made.surfaces) if word in {"kombucha", "kimchi"}}

    def said(by_mentor: set[str], by_asker: set[str]) -> tuple[str, ...]:
        often = np.isin(ids, [ids[nouns[word]] for word in by_mentor])
        known = replace(made, nameable=tuple(sorted(nouns.values())), used_in=np.where(often, 2, 1))
        features = {word_id(word) for word in by_asker}
        crossing = crossed(FERMENTS_ENGLISH, "en", GUILD)
        shared = find_shared_features(asked, crossing, known, KNOWN, {}, {}, asker_features=features)
        assert shared is not None
        return explain_foreign_mentor(shared, "en", NamedPostIndex(()), KNOWN).topics

    both = {"kombucha", "kimchi"}
    assert set(said(both, both)) == both
    assert said({"kimchi"}, both) == ("kimchi",)
    assert said(both, {"kombucha"}) == ("kombucha",)
    assert len(said(both, set())) == 1
    often = replace(made, used_in=np.where(ids == ids[nouns["kimchi"]], 2, 1))
    assert steady_features(often) == frozenset({word_id("kimchi")})
    assert steady_features(replace(often, posts=4)) is None, "too few posts to tell"


def test_lists_are_not_flooded_from_abroad() -> None:
    scored = [(f"b{n}", Match(n, 100 - n, 100 - n, foreign=n < 10)) for n in range(20)]
    assert sum(match.foreign for match in best_of(scored, 10)) == 2
    assert [match.id for match in best_of(scored, 5)] == [0, 10, 11, 12, 13]
    assert len(best_of(scored[:10], 5, foreign_most=5)) == 5
    own = profile(FERMENTS)
    near = [mentor(1, FERMENTS, "fr"), mentor(2, CASH, "fr")]
    near += [mentor(number, FERMENTS_ENGLISH, "en") for number in range(3, 20)]
    listed = related_mentors(own.vector, "fr", 0, near, crossing=crossed(FERMENTS, "fr"))
    assert listed[0].id == 1
    assert sum(match.foreign for match in listed) == 4


def test_features_are_looked_for_in_other_languages_only() -> None:
    made = crossed(FERMENTS, "fr")
    asked = set(lookup_vector(made, ["en", "de"]).ids.tolist())
    assert asked & set(keyed_by_language(made, "en").ids.tolist())
    assert asked & set(keyed_by_language(made, "de").ids.tolist())
    assert not asked & set(keyed_by_language(made, "fr").ids.tolist())
    assert other_languages({"en": (5, 1), "fr": (9, 1), "de": (5, 2), "it": (1, 1), "es": (2, 1)}, "fr") == [
        "de",
        "en",
        "es",
    ]
    assert ALL_LANGUAGES not in other_languages({"en": (1, 1)}, "fr")
