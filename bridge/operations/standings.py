"""Where mentors really stand, and who waits to: what matching found, as the choices of both sides let it be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bridge.mentors.explain import Reason
from bridge.mentors.vetoes import Choices, Side, Veto
from bridge.model import AuthorKey, MentorKey, ShowingMode
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, placements, vetoes
from bridge.storage.matching.placements import Place

MAX_PLACES = 2000  # newest posts under which is looked
MAX_QUEUE_LINES = 50  # mentors listed at once
MAX_SAMPLE_POSTS = 3  # posts named of a blog


@dataclass(frozen=True, slots=True)
class Standing:
    """A blog on which a mentor stands: under how many posts, some of them, and for which words."""

    blog_id: str
    blog_name: str
    home_url: str
    posts: int
    samples: tuple[Place, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mentor whom matching found for a blog: under how many posts, and the newest of them with the reason there."""

    mentor: AuthorKey
    posts: int
    sample: Place


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whom matching found for a blog: the first of those who wait for a yes, and of those who are shown."""

    waiting: list[Candidate]
    waiting_count: int
    shown: list[Candidate]
    shown_count: int


def list_standings(
    tx: Tx, blog_id: str, mentor_ids: Collection[int], mentor: AuthorKey | None = None
) -> tuple[list[Standing], list[tuple[str, Veto]]]:
    """On which blogs some mentors of one blog stand, most posts first; and where `mentor` does not want to."""
    places = placements.list_places(tx, mentor_ids, MAX_PLACES) if mentor_ids else []
    modes = {place.blog_id: place.mode for place in places}
    refused = vetoes.list_about_blog(tx, blog_id, modes, mentor) if modes or mentor else []
    asking = [name for name, mode in modes.items() if mode is not ShowingMode.ALL]
    approving = vetoes.list_approving(tx, blog_id, asking) if asking else {}
    choices = {
        name: Choices(mode, frozenset(approving.get(name, ())), tuple(veto for where, veto in refused if where == name))
        for name, mode in modes.items()
    }
    by_blog: dict[str, list[Place]] = {}
    for place in places:
        if (reason := allowed_reason(choices[place.blog_id], place)) is not None:
            by_blog.setdefault(place.blog_id, []).append(place._replace(reason=reason))
    standings = sorted(map(_standing, by_blog.values()), key=lambda standing: (-standing.posts, standing.blog_id))
    return standings, [
        item for item in refused if mentor and item[1].said_by is Side.MENTOR and item[1].mentor == mentor
    ]


def _standing(places: list[Place]) -> Standing:
    """What is said of a blog on which somebody stands in some places."""
    words = Counter(word for place in places for word in place.reason.topics)
    samples = tuple(places[:MAX_SAMPLE_POSTS])
    return Standing(
        places[0].blog_id,
        places[0].blog_name,
        places[0].home_url,
        len(places),
        samples,
        tuple(word for word, _ in words.most_common()),
    )


def allowed_reason(choices: Choices, place: Place) -> Reason | None:
    """What is said of a mentor in a place; None: they are not shown there."""
    if not choices.is_approved(place.mentor.author, pinned=place.pinned):
        return None
    return choices.allowed_reason(place.post_id, place.mentor, place.reason)


def list_candidates(tx: Tx, blog: Blog) -> Candidates:
    """Whom matching found for a blog and nobody said no to, those with most posts first."""
    waiting, shown = _posts_by_mentor(tx, blog)
    others = blogs.list_by_ids(tx, {mentor.blog_id for mentor in (*waiting, *shown)})
    orders = [
        [
            mentor
            for mentor in sorted(posts, key=lambda mentor: (-posts[mentor], mentor))
            if mentor.blog_id in others and others[mentor.blog_id].shown
        ]
        for posts in (waiting, shown)
    ]
    listed = {mentor for order in orders for mentor in order[:MAX_QUEUE_LINES]}
    samples = placements.list_samples(tx, blog.id, listed)
    by_author = {sample.mentor.author: sample for sample in samples}
    lines = [
        [
            Candidate(mentor, posts[mentor], by_author[mentor])
            for mentor in order[:MAX_QUEUE_LINES]
            if mentor in by_author  # of whoever has none, no row can be read
        ]
        for order, posts in zip(orders, (waiting, shown), strict=True)
    ]
    return Candidates(lines[0], len(orders[0]), lines[1], len(orders[1]))


def _posts_by_mentor(tx: Tx, blog: Blog) -> tuple[Counter[AuthorKey], Counter[AuthorKey]]:
    """Under how many posts of a blog each mentor would be shown with a yes, and is shown."""
    choices = vetoes.get_choices(tx, blog.id, blog.showing)
    pins = feedback.list_pinned(tx, blog.id)
    waiting, shown = Counter[AuthorKey](), Counter[AuthorKey]()
    for other_blog, other_author, author, number in placements.list_standing_on(tx, blog.id):
        mentor = AuthorKey(other_blog, other_author)
        if mentor not in choices.refusals:
            is_approved = choices.is_approved(mentor, pinned=mentor in pins.get(author, ()))
            (shown if is_approved else waiting)[mentor] += number
    return waiting, shown


def count_waiting(tx: Tx, blog: Blog) -> int:
    """How many mentors wait for a decision of a blog that wants to be asked."""
    return list_candidates(tx, blog).waiting_count if blog.showing is ShowingMode.ASK else 0


def list_under_post(tx: Tx, blog: Blog, post: str) -> list[tuple[MentorKey, Reason]]:
    """Who stands in the list of one post (remote id), best first, as it may be seen."""
    choices = vetoes.get_choices(tx, blog.id, blog.showing)
    places = placements.list_under_post(tx, blog.id, post)
    return [(place.mentor, reason) for place in places if (reason := allowed_reason(choices, place)) is not None]
