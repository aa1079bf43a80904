"""What an author brings to a pairing: declared on their profile screen, or read from their own posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bridge.mentors.pairing import PairingSide, Role, requested_needs
from bridge.mentors.skill_offers import AuthorSkills, SkillEvidence, skills_of_author
from bridge.mentors.term_sums import moment_of
from bridge.model import AuthorKey
from bridge.storage.content.declarations import Declaration
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
    lived, written = subject.posts.lived(), _languages(subject)
    refusals = vetoes.list_refusals(tx, [author])[author]
    languages = [primary_language(tag) for tag in declared.languages] or written
    language = languages[0] if languages else "en"
    wishes = matcher.of_names(declared.needs, language)
    needs = dict.fromkeys(wishes, 1.0)
    if not needs and role in (Role.MENTEE, Role.BOTH):  # who only wants to give has not been asked what they look for
        requests = ((skill, moment_of(at)) for skill, at in lived.requests)
        needs = requested_needs(requests, context.clock())
    offered = matcher.of_names(declared.offers, language)
    evidence = SkillEvidence(lived.skills, lived.named.keys(), lived.lived.keys(), frozenset(wishes))
    skills = skills_of_author(evidence, offered, subject.corrections, epoch.disputed)
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
        themes=frozenset(lived.themes),
        region=declared.region.strip().casefold(),
        stage=declared.stage.strip().casefold(),
        openness=_openness(personal, declared),
    )
    return side, skills


def _languages(subject: Subject) -> list[str]:
    """The languages of their posts that count, the most used first; a post in two is written in both."""
    counted = Counter(post.language for post in subject.posts.states if post.id in subject.counted)
    return [language for language, _ in counted.most_common()]


def _openness(personal: Iterable[int | None], declared: Declaration) -> float:
    """The percentile of disclosure within the language, of who lets passages be quoted; else the least."""
    return max((rank for rank in personal if rank is not None), default=0) / 100 if declared.quotable else 0.0
