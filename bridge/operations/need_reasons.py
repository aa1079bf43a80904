"""What speaks for a mentor where a need was typed: which of their posts are named, and by which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bridge.mentors.explain_need import MAX_NAMED_WORDS, ReasonWord
from bridge.mentors.need_ranking import NeedWord, TitleTerms, Vote
from bridge.operations.need_query import NeedQuery
from bridge.storage.content.posts import PostTitle, QuotablePost
from bridge.text.html import plain_text
from bridge.text.terms import TermCounts, term_id
from bridge.text.tokens import fold, tokens

POSTS_PER_MENTOR = 3  # named of each mentor
POSTS_CONSIDERED = 8  # of each mentor, to name those first whose titles say what they are about
TITLE_SHARE = 1.0  # how much more a post says whose title holds all that it says of a need


def title_terms(post: PostTitle) -> TitleTerms:
    """The words of a title, as posts are counted."""
    return TitleTerms(
        post.language, frozenset(term_id(stemmed) for stemmed, _ in tokens(plain_text(post.title), post.language))
    )


def posts_to_name(ballots: Sequence[Vote], titles: Mapping[int, TitleTerms]) -> list[Vote]:
    """The best posts of a mentor; a title that speaks of the need counts for its post."""

    def value(ballot: Vote) -> float:
        titled = titles[ballot.post_id].terms.intersection(ballot.terms)
        return ballot.score * (1 + TITLE_SHARE * len(titled) / len(ballot.terms))

    there = [ballot for ballot in ballots if ballot.post_id in titles]
    return sorted(there, key=lambda ballot: (-value(ballot), ballot.post_id))[:POSTS_PER_MENTOR]


class NeedReason(NamedTuple):
    """By which words the post to begin with speaks of a need, and how many posts hold all of those that are named."""

    posts: int
    words: tuple[ReasonWord, ...]


def reason_for_need(
    named: Sequence[Vote], ballots: Sequence[Vote], rows: Mapping[int, QuotablePost], asked: NeedQuery
) -> NeedReason:
    """Of each word of the need the word by which the first of the named posts speaks of it, as it is written there.

    Words by which people only ask are no reason beside others, nor are those of the name of a skill.

    Args:
        named: posts that are shown, best first.
        ballots: all posts of the mentor that hold words of the need.
        rows: the named ones, as they are stored.
    """
    if not named:
        return NeedReason(0, ())
    counts = TermCounts.from_bytes(rows[named[0].post_id].counts)
    spelling = dict(zip(counts.ids.tolist(), counts.surfaces, strict=True))
    # What only a tag of the post says is written as it was typed.
    typed = {term: word.written for word in asked.typed for term in asked.as_typed.intersection(_terms_of_way(word))}
    written = {term: spelling.get(term, typed.get(term, "")) for term in named[0].terms}
    reasons = [
        (word, _reason_word(word, written[term], typed=term in asked.as_typed))
        for word, term in _first_terms(asked.typed, written) or _first_terms(asked.named, written)
    ]
    subjects = [pair for pair in reasons if not asked.only_asks(pair[1].typed or pair[1].written)] or reasons
    ways = [_terms_of_way(word) for word, _ in subjects[:MAX_NAMED_WORDS]]
    holding = sum(all(not means.isdisjoint(ballot.terms) for means in ways) for ballot in ballots)
    return NeedReason(holding, tuple(reason for _, reason in subjects))


def _terms_of_way(word: NeedWord) -> set[int]:
    return {way.term for way in word.ways}


def _reason_word(word: NeedWord, written: str, *, typed: bool) -> ReasonWord:
    return ReasonWord(written, "" if typed or _is_alike(written, word) else word.written)


def _first_terms(words: Sequence[NeedWord], written: Mapping[int, str]) -> list[tuple[NeedWord, int]]:
    """Of each word of the need the first term that stands for it, each term once."""
    first: dict[int, NeedWord] = {}
    for word in words:
        means = _terms_of_way(word)
        term = next((term for term, spelling in written.items() if spelling and term in means - first.keys()), None)
        if term is not None:
            first[term] = word
    return [(word, term) for term, word in first.items()]


def _is_alike(written: str, word: NeedWord) -> bool:
    return fold(written) == fold(word.written)
