"""Why this mentor: what the score was added up from, in words a reader understands.

A topic is shown when it distinguishes: terms that many authors of the language use are left out, however
much they add. Without a topic worth showing there is no reason, and the mentor is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

import numpy as np
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list

from bridge.legible import isolated, one_line
from bridge.mentors.profiles import Profile
from bridge.mentors.topics import Topic, choose_topics, nameable_topics
from bridge.text.terms import WEIGHT_UNIT, Frequencies, Ints, Vector, cosine_addends
from bridge.words import N_, reader_locale, translate

MAX_TOPICS = 3
MAX_STORED_TERMS = 14  # that a reason keeps: of a profile of many years fewer would not carry a place
MIN_TOPIC_LETTERS = 3  # letters of a topic
MAX_TITLE_CHARACTERS = 120  # characters in a sentence
COMMON_TERM_AUTHOR_SHARE = 0.4  # a term of more than this share of the authors tells nothing …
STEADY_MENTOR_POSTS = 5  # posts of a mentor
COMMON_TERM_MIN_AUTHORS = 10  # … once there are so many authors
# (mentor of another language, whether topics or else sites are in common, a post to begin with) → the sentence
REASON_SENTENCES = {
    (False, "topics", False): N_("Also writes about %(topics)s."),
    (False, "topics", True): N_("Also writes about %(topics)s; start with “%(title)s” (%(date)s)."),
    (False, "sites", False): N_("Links to the same sites: %(sites)s."),
    (False, "sites", True): N_("Links to the same sites: %(sites)s; start with “%(title)s” (%(date)s)."),
    (True, "topics", False): N_("Writes in %(language)s; also writes about %(topics)s."),
    (True, "topics", True): N_(
        "Writes in %(language)s; also writes about %(topics)s; start with “%(title)s” (%(date)s)."
    ),
    (True, "sites", False): N_("Writes in %(language)s; links to the same sites: %(sites)s."),
    (True, "sites", True): N_(
        "Writes in %(language)s; links to the same sites: %(sites)s; start with “%(title)s” (%(date)s)."
    ),
}


@dataclass(frozen=True, slots=True)
class NamedPost:
    """A post of the mentor that may be named; its terms, how often each, and how many words it has."""

    title: str
    url: str
    date: datetime
    ids: Ints
    tf: Ints
    words: int


class NamedPostIndex:
    """The posts of a mentor that may be named, found by a term: once for each list the mentor stands in."""

    def __init__(self, posts: Iterable[NamedPost]) -> None:
        self.posts = [post for post in posts if post.title]
        self._ids, self._tf = (
            np.concatenate([np.array([], np.int64), *(part(post) for post in self.posts)])
            for part in (attrgetter("ids"), attrgetter("tf"))
        )
        self._owners = np.repeat(np.arange(len(self.posts)), [len(post.ids) for post in self.posts])

    def using(self, term: int) -> Iterator[tuple[int, int]]:
        """(place among `posts`, how often) of those that use a term."""
        places = np.flatnonzero(self._ids == term)
        return zip(self._owners[places].tolist(), self._tf[places].tolist(), strict=True)


@dataclass(frozen=True, slots=True)
class Reason:
    """Topics best first, the addends behind the score, and one post to start with."""

    topics: tuple[str, ...]
    terms: tuple[tuple[str, int], ...]  # (word, what it adds to the cosine in 1e-9)
    title: str = ""
    url: str = ""
    date: datetime | None = None
    discovery: bool = False  # the place is one that is kept for those who are seldom shown (`mentors.discovery`)
    language: str = ""  # of the mentor, where it is not the reader's
    sites: tuple[str, ...] = ()  # that both link to, for one of another language
    nearest: bool = False  # there because nobody nearer is left, and the list would be short

    def without(self, is_gone: Callable[[str], bool]) -> Reason:
        """The same without some words, which it is not for any more."""
        topics = tuple(word for word in self.topics if not is_gone(word))
        return replace(self, topics=topics, terms=tuple(term for term in self.terms if not is_gone(term[0])))

    def to_json(self) -> dict[str, Any]:
        """The reason as a dictionary, for storage and for ``--json``."""
        post = {"title": self.title, "url": self.url, "date": self.date.isoformat()} if self.date else None
        terms = [{"term": word, "weight": weight / WEIGHT_UNIT} for word, weight in self.terms]
        data = {"topics": list(self.topics), "terms": terms, "post": post}
        data |= {"language": self.language, "sites": list(self.sites)} if self.language else {}
        data |= {"nearest": True} if self.nearest else {}
        return data | {"discovery": True} if self.discovery else data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reason:
        """The reason from what `to_json` made of it.

        Raises:
            Exception: it is none. Whoever reads many leaves this one out (`logs.make_each`).
        """
        terms = tuple((item["term"], round(float(item["weight"]) * WEIGHT_UNIT)) for item in data["terms"])
        post = data["post"] or {"title": "", "url": "", "date": None}
        date = datetime.fromisoformat(post["date"]) if post["date"] else None
        topics, sites, language = tuple(data["topics"]), tuple(data.get("sites", ())), data.get("language", "")
        words = (*topics, *sites, *(word for word, _ in terms), post["title"], post["url"], language)
        if not all(isinstance(word, str) for word in words):
            raise TypeError("a reason is made of texts")
        return cls(
            topics,
            terms,
            post["title"],
            post["url"],
            date,
            data.get("discovery", False),
            language,
            sites,
            data.get("nearest", False),
        )


def steady_terms(profile: Profile) -> frozenset[int] | None:
    """What an author writes in more than one post; None of whom there are too few posts to tell."""
    if profile.posts < STEADY_MENTOR_POSTS:
        return None
    return frozenset(profile.vector.ids[np.asarray(profile.used_in) > 1].tolist())


def explain(
    vector: Vector,
    mentor: Profile,
    frequencies: Frequencies,
    posts: NamedPostIndex,
    asker_terms: Collection[int] | None = None,
) -> Reason | None:
    """The reason for showing `mentor` beside what `vector` stands for; None when there is none to show.

    `asker_terms`: terms that the author who is asked for comes back to (`steady_terms`). What both come back to is
    said first; where there is nothing of that kind, one topic is.
    """
    shared, parts = cosine_addends(vector, mentor.vector)
    if not len(shared):
        return None
    places = np.searchsorted(mentor.vector.ids, shared).tolist()
    order = np.lexsort((shared, -parts)).tolist()
    terms = tuple((mentor.surfaces[places[n]], int(parts[n])) for n in order[:MAX_STORED_TERMS])
    # A word of one post alone is an anecdote, once there are enough posts to tell.
    # … and one that is only declared is not written about.
    least = 1 if mentor.posts < STEADY_MENTOR_POSTS else 2
    steady = (np.asarray(mentor.used_in)[places] >= least).tolist()
    telling = {
        int(shared[n]): int(parts[n])
        for n in order
        if steady[n] and is_distinctive(int(shared[n]), mentor.surfaces[places[n]], frequencies)
    }
    topics = _topics_of_both(telling, mentor, asker_terms) if telling else []
    if not topics:
        return None
    words = tuple(topic.word for topic in topics)
    best = best_post([term for topic in topics for term in topic.terms], posts, frequencies)
    return Reason(words, terms, best.title, best.url, best.date) if best else Reason(words, terms)


def _topics_of_both(telling: Mapping[int, int], mentor: Profile, asker_terms: Collection[int] | None) -> list[Topic]:
    if asker_terms is None:
        return choose_topics(telling, mentor, MAX_TOPICS)
    of_both = {term: part for term, part in telling.items() if term in asker_terms}
    if nameable_topics(of_both, mentor):
        return choose_topics(of_both, mentor, MAX_TOPICS)
    return choose_topics(telling, mentor, 1)


def is_distinctive(term: int, surface: str, frequencies: Frequencies) -> bool:
    """Whether a word distinguishes those who use it."""
    common = frequencies.of.get(term, (1, 1))[1] > COMMON_TERM_AUTHOR_SHARE * frequencies.authors
    return len(surface) >= MIN_TOPIC_LETTERS and not (common and frequencies.authors >= COMMON_TERM_MIN_AUTHORS)


def best_post(topics: Iterable[int], posts: NamedPostIndex, frequencies: Frequencies) -> NamedPost | None:
    """The post that says most about the topics for its length; the newest of equals."""
    weights: dict[int, float] = {}
    for term in sorted(set(topics)):
        for place, tf in posts.using(term):
            weights[place] = weights.get(place, 0.0) + frequencies.idf(term) * min(tf, 5)

    def worth(place: int) -> tuple[float, datetime, str]:
        post = posts.posts[place]
        return round(weights[place] / (20 + post.words) ** 0.5, 9), post.date, post.url

    best = max(sorted(weights), key=worth, default=None)
    return posts.posts[best] if best is not None and worth(best)[0] > 0 else None


def reason_sentence(reason: Reason, tag: str) -> str:
    """One sentence for a reader of the language `tag` (BCP 47); in English where theirs is not spoken here.

    "" of a reason that names nothing in common.
    """
    if not (reason.topics or reason.sites):
        return ""
    locale = reader_locale(tag)
    common = "topics" if reason.topics else "sites"
    sentence = translate(
        locale.language,
        REASON_SENTENCES[bool(reason.language), common, reason.date is not None],
        language=language_name_for_reader(reason.language, locale) if reason.language else "",
        **{common: join_quoted_words(reason.topics or reason.sites, locale)},
        title=quote_title(reason.title),
        date=format_date(reason.date, "long", locale=locale) if reason.date else "",
    )
    if reason.nearest:
        return translate(locale.language, "Among the nearest so far. %(reason)s", reason=sentence)
    if reason.discovery:
        return translate(locale.language, "A discovery, seldom shown so far. %(reason)s", reason=sentence)
    return sentence


def join_quoted_words(words: Iterable[str], locale: Locale) -> str:
    """Words of others in a sentence of ours: ``a, b and c``."""
    return join_words([isolated(one_line(word)) for word in words], locale)


def join_words(words: Sequence[str], locale: Locale) -> str:
    """What may stand in a sentence as it is: ``a, b and c``."""
    return str(format_list(words, locale=locale))


def quote_title(title: str) -> str:
    """The title of a post in a sentence of ours; of a long one the beginning."""
    line = one_line(title)
    return isolated(line if len(line) <= MAX_TITLE_CHARACTERS else line[: MAX_TITLE_CHARACTERS - 1].rstrip() + "…")


def language_name_for_reader(language: str, reader: Locale) -> str:
    """A language (ISO 639-1) as the reader calls it."""
    return str(reader.languages.get(language, language))
