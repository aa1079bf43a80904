"""What an author brings to a pairing: declared on their profile screen, or read from their own posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bridge.mentors.pairing import PairingSide, Role, requested_needs
from bridge.mentors.skill_offers import AuthorSkills, SkillEvidence, skills_of_author
from bridge.mentors.skills import SkillMatcher
from bridge.model import AuthorKey
from bridge.storage.content import post_analysis
from bridge.storage.content.declarations import Declaration
from bridge.storage.content.post_analysis import PostAnalysis
from bridge.storage.core.database import Tx
from bridge.storage.matching import pairing, vetoes
from bridge.storage.matching.epochs import Epoch
from bridge.text.language import primary_language
from bridge.worker.context import Context
from bridge.worker.matching.subject import Subject


def store_pairing_side(
    tx: Tx, author: AuthorKey, pair: tuple[PairingSide, AuthorSkills] | None, refused_since: Iterable[str]
) -> None:
    """Bring what is kept of an author in line with what follows from their stored state.

    Args:
        pair: None: they pair with nobody.
        refused_since: skills that they refused while it was being worked out; they are due again by that.
    """
    if pair is None:
        pairing.delete_by_author(tx, author)
        return
    side, skills = pair
    pairing.upsert(tx, author, side, skills.inferred)
    for skill in refused_since:
        pairing.delete_offer(tx, author, skill)


def pairing_side_of(
    context: Context, tx: Tx, epoch: Epoch, subject: Subject, personal: Iterable[int | None]
) -> tuple[PairingSide, AuthorSkills] | None:
    """As it follows from what an author declared, corrected and wrote; posts that count for nothing offer nothing
    either.

    None: not shown, or willing to be neither mentor nor mentee.

    Args:
        personal: how personal they write in each of their languages, as a percentile within it.
    """
    author, row = subject.key, subject.standing.record
    if row is None or not subject.standing.takes_part:
        return None
    declared, matcher = row.declared, subject.matcher
    role = Role(declared.role)
    if role is Role.NEITHER:
        return None
    posts, written = _lived_posts(tx, subject)
    refusals = vetoes.list_refusals(tx, [author])[author]
    languages = [primary_language(tag) for tag in declared.languages] or written
    language = languages[0] if languages else "en"
    wishes = matcher.of_names(declared.needs, language)
    needs = dict.fromkeys(wishes, 1.0)
    if not needs and role in (Role.MENTEE, Role.BOTH):  # who only wants to give has not been asked what they look for
        needs = requested_needs(_requests(posts, matcher), context.clock())
    offered = matcher.of_names(declared.offers, language)
    skills = skills_of_author(_evidence(posts, wishes, matcher), offered, subject.corrections, epoch.disputed)
    side = PairingSide(
        str(author),
        author.blog_id,
        frozenset(languages),
        role,
        offers=skills.offers,
        needs=needs,
        wishes=frozenset(wishes),
        open_to_all=declared.open_to_all,
        room=declared.capacity,
        sectors=frozenset(name.strip().casefold() for name in declared.sectors if name.strip()),
        outside_own_sector=declared.outside_own_sector,
        refuses=refusals.blogs | frozenset(map(str, refusals.authors)),
        themes=frozenset(passage.label for post in posts for passage in post.lived.passages),
        region=declared.region.strip().casefold(),
        stage=declared.stage.strip().casefold(),
        openness=_openness(personal, declared),
    )
    return side, skills


def _lived_posts(tx: Tx, subject: Subject) -> tuple[list[PostAnalysis], list[str]]:
    """Their posts that count, and the languages of these, the most used first.

    What a post says in two languages was lived once, but is written in both.
    """
    author = subject.key
    counted = [
        post
        for post in post_analysis.list_by_author(tx, author.blog_id, author.author_id)
        if post.post_id in subject.counted
    ]
    languages = Counter(post.language for post in counted)
    return [post for post in counted if not post.part_of], [language for language, _ in languages.most_common()]


def _evidence(posts: list[PostAnalysis], wishes: Sequence[str], matcher: SkillMatcher) -> SkillEvidence:
    """On how many posts each skill is, by their text or a tag, and which passages tell of it."""
    on, lived, named = Counter[str](), set[str](), set[str]()
    for post in posts:
        on.update({*post.lived.skills, *post.lived.tagged})
        named.update(post.lived.titled, post.lived.tagged)
        for passage in post.lived.passages:
            lived |= set(matcher.find(passage.text, post.language))
    return SkillEvidence(on, named, lived, frozenset(wishes))


def _requests(posts: list[PostAnalysis], matcher: SkillMatcher) -> Iterator[tuple[str, datetime]]:
    """(skill, when) of what their posts ask for; in a request's own words, else in those of its title."""
    for post in posts:
        for request in post.lived.requests:
            skills = matcher.find(request.text, post.language) or matcher.find(post.title, post.language)
            yield from ((skill, post.published_at) for skill in skills)


def _openness(personal: Iterable[int | None], declared: Declaration) -> float:
    """The percentile of disclosure within the language, of who lets passages be quoted; else the least."""
    return max((rank for rank in personal if rank is not None), default=0) / 100 if declared.quotable else 0.0
