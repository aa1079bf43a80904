"""What speaks for a mentor where a need was typed: which of their posts are named, and by which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.mentors.explain_need import ReasonWord
from bridge.mentors.need_ranking import NeedWord, Vote
from bridge.operations.need_query import NeedQuery
from bridge.storage.content.posts import PostTitle, QuotablePost
from bridge.text.html import plain_text
from bridge.text.terms import TermCounts, term_id
from bridge.text.tokens import fold, tokens

POSTS_PER_MENTOR = 3  # named of each mentor
POSTS_CONSIDERED = 8  # of each mentor, to name those first whose titles say what they are about
TITLE_SHARE = 1.0  # how much more a post says whose title holds all that it says of a need


def posts_to_name(ballots: Sequence[Vote], titles: Mapping[int, PostTitle]) -> list[Vote]:
    """The best posts of a mentor; a title that speaks of the need counts for its post."""

    def value(ballot: Vote) -> float:
        post = titles[ballot.post_id]
        titled = {term_id(stemmed) for stemmed, _ in tokens(plain_text(post.title), post.language)}
        return ballot.score * (1 + TITLE_SHARE * len(titled.intersection(ballot.terms)) / len(ballot.terms))

    there = [ballot for ballot in ballots if ballot.post_id in titles]
    return sorted(there, key=lambda ballot: (-value(ballot), ballot.post_id))[:POSTS_PER_MENTOR]


def reason_words(ballots: Sequence[Vote], rows: Mapping[int, QuotablePost], asked: NeedQuery) -> tuple[ReasonWord, ...]:
    """Of each word of the need the word by which these posts speak of it, as the first of them writes it.

    Words by which people only ask are no reason beside others, nor are those of the name of a skill.
    """
    written: dict[int, str] = {}
    for ballot in ballots:
        known = TermCounts.from_bytes(rows[ballot.post_id].counts)
        spelling = dict(zip(known.ids.tolist(), known.surfaces, strict=True))
        for term in ballot.terms:
            written.setdefault(term, spelling.get(term, ""))
    reasons = [
        ReasonWord(written[term], "" if term in asked.as_typed or _is_alike(written[term], word) else word.written)
        for word, term in _first_terms(asked.typed, written) or _first_terms(asked.named, written)
    ]
    subjects = [reason for reason in reasons if not asked.only_asks(reason.typed or reason.written)]
    return tuple(subjects or reasons)


def _first_terms(words: Sequence[NeedWord], written: Mapping[int, str]) -> list[tuple[NeedWord, int]]:
    """Of each word of the need the first term that stands for it, each term once."""
    first: dict[int, NeedWord] = {}
    for word in words:
        means = {way.term for way in word.ways}
        term = next((term for term, spelling in written.items() if spelling and term in means - first.keys()), None)
        if term is not None:
            first[term] = word
    return [(word, term) for term, word in first.items()]


def _is_alike(written: str, word: NeedWord) -> bool:
    return fold(written) == fold(word.written)
