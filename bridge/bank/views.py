"""What the bank shows, read in one go: a page of results, a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial

from bridge.bank.query import BankQuery
from bridge.mentors.explain_need import need_sentence
from bridge.mentors.profiles import STEADY_PROFILE_POSTS
from bridge.mentors.skills import SKILL_LANGUAGES, Skill, SkillMatcher, bundled_matcher
from bridge.model import AuthorKey
from bridge.operations import search
from bridge.operations.quotes import quote_for_skills
from bridge.operations.search import MentorHit
from bridge.pages.languages import language as page_language
from bridge.storage.bank import cards, directory
from bridge.storage.bank.cards import Card
from bridge.storage.content import post_analysis
from bridge.storage.content import posts as stored_posts
from bridge.storage.content.post_analysis import PostAnalysis, SkillPosts
from bridge.storage.content.posts import PostHeadline
from bridge.storage.core.database import Tx
from bridge.storage.matching import card_corrections, profiles, skills
from bridge.text.experience import Passage
from bridge.text.snippets import MarkedText

MAX_RELATED = 6
MAX_DIFFERENT_WORDS = 5  # words that the other writes about and this one does not
MAX_OFFERS = 8  # skills named on a card
MAX_POSTS_ON_SKILL = 3  # named with a skill
MAX_POSTS_QUOTED = 2  # of them that are looked through for the sentence that names it
MAX_PASSAGES = 6  # quoted on a card
MAX_NEWEST_POSTS = 8  # posts named on a card
MAX_NEWCOMERS = 6  # named under the mentors who wrote about a need
ONE_YEAR = timedelta(days=365)
FOCUSED_MIN_LIKENESS, VARIED_MAX_LIKENESS = (
    0.2,
    0.08,
)  # mean likeness of the posts with one another; between them nothing is said


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A mentor in a list; with what speaks for them, where there was a question."""

    card: Card
    hit: MentorHit | None = None
    on: SkillPosts | None = None  # their posts on the skill that was asked for

    def why(self, tag: str) -> str:
        """The reason in one sentence, where there was a question."""
        best = self.hit.posts[0] if self.hit and self.hit.posts else None
        if self.hit is None:
            return ""
        return need_sentence(self.hit.votes, self.hit.words, best, tag, self.hit.key.language)

    @property
    def words(self) -> list[str]:
        """What they write about, of all languages, heaviest first."""
        return self.card.words


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of an answer."""

    lines: Sequence[ResultLine]
    total: int
    size: int  # of a page
    meant: Mapping[str, str] = field(default_factory=dict)  # {typed: understood}, where they differ
    unclear: bool = False  # the need says too little to look for anything
    further: Sequence[ResultLine] = ()  # who touch on the rest, where nobody is right
    missing: Sequence[str] = ()  # words of the need that nobody here writes much about
    newcomers: Sequence[ResultLine] = ()  # who say they can help with what the need names, and have hardly written yet

    @property
    def pages(self) -> int:
        """How many pages the answer has."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class RelatedCard:
    """A related mentor: what both write about, and what only the other does."""

    card: Card
    shared: Sequence[str]
    different: Sequence[str]


@dataclass(frozen=True, slots=True)
class SkillOffer:
    """A skill of somebody's, and their posts on it; `declared`: they say themselves that they can help with it."""

    skill: Skill
    declared: bool
    on: SkillPosts
    confirmed: bool = False  # when they were asked, and so not in words of their own
    sentence: MarkedText = ()  # of the post that is named first, if one of its sentences names it and may be quoted


@dataclass(frozen=True, slots=True)
class CardView:
    """A card with all that follows from it."""

    card: Card
    posts: Sequence[PostHeadline]
    posts_last_year: int
    first_post_at: datetime | None
    breadth: str  # "focused" | "varied" | ""
    near: Sequence[RelatedCard]
    offers: Sequence[SkillOffer]
    passages: Sequence[tuple[PostAnalysis, Passage]]  # that the author chose

    @property
    def can_help_with(self) -> Sequence[SkillOffer]:
        """What they say themselves that they offer."""
        return [offer for offer in self.offers if offer.declared]

    @property
    def written_about(self) -> Sequence[SkillOffer]:
        """What only their posts say."""
        return [offer for offer in self.offers if not offer.declared]

    @property
    def provisional(self) -> bool:
        """Whether there is little to go by yet."""
        return self.card.posts < STEADY_PROFILE_POSTS


def find_mentors(tx: Tx, asked: BankQuery, *, reasons: bool = True) -> ResultPage:
    """Mentors for what was asked: for a need best first, without one whoever published last first."""
    if not asked.need:
        return _everybody(tx, asked)
    results = search.search(
        tx,
        asked.need,
        language=asked.filters.language or None,
        page_language=page_language(),
        limit=asked.size,
        offset=asked.offset,
        fitting=partial(cards.list_matching_mentor_ids, tx, filters=asked.filters),
        reasons=reasons,
    )
    shown = cards.list_by_author(tx, [hit.key.author for hit in (*results.mentors, *results.further)])

    def lines(hits: Sequence[MentorHit]) -> list[ResultLine]:
        matches = [ResultLine(shown[hit.key.author], hit) for hit in hits if hit.key.author in shown]
        return _on_skill(tx, asked, matches)

    return ResultPage(
        lines(results.mentors),
        results.total,
        asked.size,
        results.meant,
        unclear=bool(results.language) and not results.words,
        further=lines(results.further),
        missing=results.missing,
        newcomers=_newcomers(tx, asked),
    )


def _newcomers(tx: Tx, asked: BankQuery) -> list[ResultLine]:
    """By the skills that the need names: nobody has votes who has not written."""
    named = {skill for spoken in SKILL_LANGUAGES for skill in bundled_matcher().find(asked.need, spoken)}
    return [ResultLine(card) for card in cards.list_newcomers(tx, named, asked.filters, MAX_NEWCOMERS)] if named else []


def _everybody(tx: Tx, asked: BankQuery) -> ResultPage:
    shown, total = cards.list_page(tx, asked.filters, asked.size, asked.offset)
    return ResultPage(_on_skill(tx, asked, [ResultLine(card) for card in shown]), total, asked.size)


def _on_skill(tx: Tx, asked: BankQuery, lines: list[ResultLine]) -> list[ResultLine]:
    if not asked.filters.skill:
        return lines
    on = post_analysis.list_posts_by_skill(
        tx, [line.card.key for line in lines], [asked.filters.skill], MAX_POSTS_ON_SKILL
    )
    return [replace(line, on=on.get((line.card.key, asked.filters.skill))) for line in lines]


def skill_offers(tx: Tx, card: Card) -> list[SkillOffer]:
    """What somebody offers, by their own word or by their posts, the strongest first."""
    ids = directory.list_skills_by_author(tx, card.key.blog_id, card.key.author_id, MAX_OFFERS)
    by_id = skills.list_by_ids(tx, ids)
    on = post_analysis.list_posts_by_skill(tx, [card.key], by_id, MAX_POSTS_ON_SKILL)
    language = next(iter(card.languages), "en")
    declared = SkillMatcher(by_id.values()).of_names(card.declared.offers, language)
    corrections = card_corrections.get_by_author(tx, card.key)
    nothing = SkillPosts(0, [])
    return [
        SkillOffer(
            by_id[skill],
            skill in declared or skill in corrections.confirmed,
            on.get((card.key, skill), nothing),
            skill in corrections.confirmed and skill not in declared,
        )
        for skill in ids
        if skill in by_id
    ]


def with_sentences(tx: Tx, view: CardView) -> CardView:
    """A card with the sentence that says so, for each skill that was only read from posts; its post comes first."""
    by_post: dict[int, set[str]] = {}
    for offer in view.written_about:
        for post in offer.on.posts[:MAX_POSTS_QUOTED]:
            by_post.setdefault(post.id, set()).add(offer.skill.id)
    rows = stored_posts.list_quotable(tx, by_post, by_post)
    matcher = SkillMatcher([offer.skill for offer in view.offers])

    @cache  # reading a text takes time: each once, and the second only where the first says nothing
    def quotes(post_id: int) -> Mapping[str, MarkedText]:
        return quote_for_skills(rows[post_id], by_post[post_id], matcher) if post_id in rows else {}

    return replace(view, offers=[offer if offer.declared else _with_sentence(offer, quotes) for offer in view.offers])


def _with_sentence(offer: SkillOffer, quotes: Callable[[int], Mapping[str, MarkedText]]) -> SkillOffer:
    for post in offer.on.posts[:MAX_POSTS_QUOTED]:
        if sentence := quotes(post.id).get(offer.skill.id):
            posts = sorted(offer.on.posts, key=lambda candidate: candidate.id != post.id)
            return replace(offer, sentence=sentence, on=replace(offer.on, posts=posts))
    return offer


def view_card(tx: Tx, card: Card, now: datetime) -> CardView:
    """All that a card says."""
    rows = [row for row in profiles.list_by_blog(tx, card.key.blog_id, card.key.author_id) if row.listed]
    likeness = max((row.profile.concentration for row in rows), default=0.0)
    last_year, first = cards.get_posting_activity(tx, card.key, now - ONE_YEAR)
    return CardView(
        card=card,
        posts=cards.list_newest_posts(tx, [card.key], MAX_NEWEST_POSTS),
        posts_last_year=last_year,
        first_post_at=first,
        breadth="focused" if likeness >= FOCUSED_MIN_LIKENESS else "varied" if likeness <= VARIED_MAX_LIKENESS else "",
        near=related_cards(tx, card, [row.key.id for row in rows], MAX_RELATED),
        offers=skill_offers(tx, card),
        passages=post_analysis.list_quotable_passages(tx, card.key.blog_id, card.key.author_id)[:MAX_PASSAGES],
    )


def related_cards(tx: Tx, card: Card, mentor_ids: Sequence[int], limit: int) -> list[RelatedCard]:
    """Mentors related to one, each once, best first."""
    best: dict[int, profiles.ListedMentor] = {}
    for mentor_id in mentor_ids:
        for line in profiles.list_related(tx, mentor_id):
            if line.mentor_id not in best or best[line.mentor_id].score < line.score:
                best[line.mentor_id] = line
    keys = profiles.list_keys(tx, best)
    neighbours = cards.list_by_author(tx, [key.author for key in keys.values()])
    related: dict[AuthorKey, RelatedCard] = {}
    for line in sorted(best.values(), key=lambda line: (-line.score, line.mentor_id)):
        author = keys[line.mentor_id].author
        if author in neighbours and author not in related:
            different = neighbours[author].alone(card, line.reason.topics, MAX_DIFFERENT_WORDS)
            related[author] = RelatedCard(neighbours[author], line.reason.topics, different)
    return list(related.values())[:limit]
