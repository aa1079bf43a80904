"""What an author brings to a pairing: declared on their profile screen, or read from their own posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from bridge.mentors.pairing import PairingSide, Role, offer_strength, requested_needs
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content import post_analysis
from bridge.storage.content.declarations import Declaration
from bridge.storage.content.post_analysis import PostAnalysis
from bridge.storage.core.database import Tx
from bridge.storage.matching import facets, feedback, pairing
from bridge.text.language import primary_language
from bridge.worker.context import Context
from bridge.worker.matching.subject import Subject

MIN_POSTS_ON_OFFER = 2  # posts on a skill that make it an offer, where no title or tag names it


def store_pairing_side(context: Context, subject: Subject) -> None:
    """Bring what is kept of an author in line with what they declared and wrote; who is not shown pairs with nobody."""
    with context.database.read() as tx:
        side = pairing_side_of(context, tx, subject)
    with context.database.begin() as tx:
        if side is None:
            pairing.delete_by_author(tx, subject.key)
        else:
            pairing.upsert(tx, subject.key, side)


def pairing_side_of(context: Context, tx: Tx, subject: Subject) -> PairingSide | None:
    """As it follows from the stored state; posts that count for nothing offer nothing either.

    None: not shown, or willing to be neither mentor nor mentee.
    """
    author, row, counted = subject.key, subject.standing.record, subject.counted
    if row is None or not subject.standing.takes_part:
        return None
    declared = row.declared
    role = Role(declared.role)
    if role is Role.NEITHER:
        return None
    posts = [
        post for post in post_analysis.list_by_author(tx, author.blog_id, author.author_id) if post.post_id in counted
    ]
    written = [language for language, _ in Counter(post.language for post in posts).most_common()]
    languages = [primary_language(tag) for tag in declared.languages] or written
    language = languages[0] if languages else "en"
    matcher = context.matcher(tx)
    wishes = matcher.of_names(declared.needs, language)
    needs = dict.fromkeys(wishes, 1.0)
    if not needs and role in (Role.MENTEE, Role.BOTH):  # who only wants to give has not been asked what they look for
        needs = requested_needs(_requests(posts, matcher), context.clock())
    return PairingSide(
        str(author),
        author.blog_id,
        frozenset(languages),
        role,
        offers=_offers(posts, matcher.of_names(declared.offers, language), wishes, matcher),
        needs=needs,
        wishes=frozenset(wishes),
        open_to_all=declared.open_to_all,
        room=declared.capacity,
        sectors=frozenset(name.strip().casefold() for name in declared.sectors if name.strip()),
        outside_own_sector=declared.outside_own_sector,
        refuses=frozenset(str(refused) for refused in feedback.list_refused(tx, author)),
        themes=frozenset(passage.label for post in posts for passage in post.lived.passages),
        region=declared.region.strip().casefold(),
        stage=declared.stage.strip().casefold(),
        openness=_openness(tx, author, written, declared),
    )


def _offers(
    posts: list[PostAnalysis], declared: Sequence[str], wishes: Sequence[str], matcher: SkillMatcher
) -> dict[str, float]:
    """Skill → how much of it they can give, by the posts on it, by passages that tell of it, by their own word.

    What only one post is on, without naming it in its title or a tag, proves nothing; what somebody says to look for,
    they do not give unless they say that, too.
    """
    on, lived, named = Counter[str](), set[str](), set[str]()
    for post in posts:
        on.update({*post.lived.skills, *post.lived.tagged})
        named.update(post.lived.titled, post.lived.tagged)
        for passage in post.lived.passages:
            lived |= set(matcher.find(passage.text, post.language))
    founded = {skill for skill, often in on.items() if often >= MIN_POSTS_ON_OFFER or skill in named} - set(wishes)
    most = max((on[skill] for skill in founded), default=1)
    return {
        skill: offer_strength(on[skill] / most, on[skill], lived=skill in lived, declared=skill in declared)
        for skill in sorted({*founded, *declared})
    }


def _requests(posts: list[PostAnalysis], matcher: SkillMatcher) -> Iterator[tuple[str, datetime]]:
    """(skill, when) of what their posts ask for; in a request's own words, else in those of its title."""
    for post in posts:
        for request in post.lived.requests:
            skills = matcher.find(request.text, post.language) or matcher.find(post.title, post.language)
            yield from ((skill, post.published_at) for skill in skills)


def _openness(tx: Tx, author: AuthorKey, languages: list[str], declared: Declaration) -> float:
    """The percentile of disclosure within the language, of who lets passages be quoted; else the least."""
    if not declared.quotable:
        return 0.0
    ids = [MentorKey(author.blog_id, author.author_id, language).id for language in languages]
    ranks = [personal for personal, _ in facets.list_percentiles(tx, ids).values() if personal is not None]
    return max(ranks, default=0) / 100
