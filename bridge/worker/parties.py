"""What an author brings to a pairing: declared on their profile screen, or read from their own posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from bridge.mentors.pairing import Party, Role, offer, requested
from bridge.mentors.skills import Matcher
from bridge.mentors.worth import Worth
from bridge.model import AuthorKey, MentorKey
from bridge.storage import facets, parties, readings, verdicts, writers
from bridge.storage.database import Tx
from bridge.storage.declarations import declaration
from bridge.storage.readings import PostReading
from bridge.text.language import primary
from bridge.worker import profiling
from bridge.worker.context import Context


def store_party(context: Context, author: AuthorKey, worths: Mapping[int, Worth]) -> None:
    """Bring what is kept of an author in line with what they declared and wrote; who is not shown pairs with nobody.

    `worths`: of their posts, by id; those that count for nothing, such as another's text, offer nothing either.
    """
    with context.database.read() as tx:
        found = party_of(context, tx, author, {post for post, worth in worths.items() if worth.counts})
    with context.database.begin() as tx:
        if found is None:
            parties.forget(tx, author)
        else:
            parties.store(tx, author, found)


def party_of(context: Context, tx: Tx, author: AuthorKey, counted: Collection[int]) -> Party | None:
    """As it follows from the stored state, of their posts from those that count.

    None: not shown, or willing to be neither mentor nor mentee.
    """
    row = writers.find_author(tx, author.blog_id, author.author_id)
    if row is None or not profiling.standing(tx, author).takes_part:
        return None
    declared = declaration(row.declared)
    role = Role(declared.get("role", Role.MENTOR))
    if role is Role.NEITHER:
        return None
    posts = [post for post in readings.list_of(tx, author.blog_id, author.author_id) if post.post_id in counted]
    written = [language for language, _ in Counter(post.language for post in posts).most_common()]
    languages = [primary(tag) for tag in declared.get("languages", ())] or written
    language = languages[0] if languages else "en"
    matcher = context.matcher(tx)
    wishes = matcher.of_names(declared.get("needs", ()), language)
    needs = dict.fromkeys(wishes, 1.0)
    if not needs and role in (Role.MENTEE, Role.BOTH):  # who only wants to give has not been asked what they look for
        needs = requested(_requests(posts, matcher), context.clock())
    return Party(
        str(author), author.blog_id, frozenset(languages), role,
        offers=_offers(posts, matcher.of_names(declared.get("offers", ()), language), matcher),
        needs=needs, wishes=frozenset(wishes),
        open_to_all=bool(declared.get("open_to_all")), room=declared.get("capacity"),
        sectors=frozenset(name.strip().casefold() for name in declared.get("sectors", ()) if name.strip()),
        outside_own_sector=bool(declared.get("outside_own_sector")),
        refuses=frozenset(str(other) for other in verdicts.refused(tx, author)),
        themes=frozenset(passage.label for post in posts for passage in post.lived.passages),
        region=declared.get("region", "").strip().casefold(), stage=declared.get("stage", "").strip().casefold(),
        openness=_openness(tx, author, written, declared),
    )  # fmt: skip


def _offers(posts: list[PostReading], declared: tuple[str, ...], matcher: Matcher) -> dict[str, float]:
    """Skill → how much of it they can give, by the posts on it, by passages that tell of it, by their own word."""
    on, lived = Counter[str](), set[str]()
    for post in posts:
        on.update({*post.lived.skills, *post.lived.tagged})
        for passage in post.lived.passages:
            lived |= set(matcher.find(passage.text, post.language))
    most = max(on.values(), default=1)
    return {
        skill: offer(on[skill] / most, on[skill], lived=skill in lived, declared=skill in declared)
        for skill in sorted({*on, *declared})
    }


def _requests(posts: list[PostReading], matcher: Matcher) -> Iterator[tuple[str, datetime]]:
    """(skill, when) of what their posts ask for; in a request's own words, else in those of its title."""
    for post in posts:
        for request in post.lived.requests:
            skills = matcher.find(request.text, post.language) or matcher.find(post.title, post.language)
            yield from ((skill, post.published_at) for skill in skills)


def _openness(tx: Tx, author: AuthorKey, languages: list[str], declared: dict[str, Any]) -> float:
    """The percentile of disclosure within the language, of who lets passages be quoted; else the least."""
    if not declared.get("quotable"):
        return 0.0
    ids = [MentorKey(author.blog_id, author.author_id, language).id for language in languages]
    ranks = [personal for personal, _ in facets.list_percentiles(tx, ids).values() if personal is not None]
    return max(ranks, default=0) / 100
