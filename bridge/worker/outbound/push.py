"""push(blog): what it shall show, what differs from what it took, and the call that brings it there.

The lists under its posts are put into words when something may have changed in them, not for new figures
alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

import structlog

from bridge.contract.pushes import MAX_CALL_FIGURES, MAX_CALL_LISTS, Pushed
from bridge.errors import DeliveryFailed, Gone
from bridge.legible import web_address
from bridge.logs import make_each
from bridge.mentors.display_name import lookalike_key, name_with_address
from bridge.mentors.explain import reason_sentence
from bridge.model import BlogAccess, MentorKey, Transport
from bridge.operations import withdrawal
from bridge.pushes import PushAnswer, PushObject, ShownMentor, ShownPost
from bridge.storage.blogs import blogs, calls, contact, outbox, withdrawal_receipts
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors, posts, shown_times
from bridge.storage.core.database import Tx
from bridge.storage.matching import profiles
from bridge.storage.matching.profiles import ListedMentor
from bridge.text.language import primary_language
from bridge.worker.backoff import GIVE_UP_AFTER
from bridge.worker.context import Context
from bridge.worker.outbound.allowed import allowed_lists
from bridge.worker.turns import Turn

log = structlog.get_logger("push")

MAX_OBJECTS_BY_FAMILY = (
    (outbox.RELATED_KINDS, MAX_CALL_LISTS),
    (outbox.STATISTICS_KINDS, MAX_CALL_FIGURES),
)  # objects a call


def compile_objects(tx: Tx, blog: Blog) -> list[PushObject]:
    """The lists under all posts of a blog, in words for its readers."""
    names = posts.list_names_by_blog(tx, blog.id)
    lists = allowed_lists(tx, blog, names)
    keys = profiles.list_keys(tx, {line.mentor_id for lines in lists.values() for line in lines})
    own_authors = {(blog.id, author) for _, author in names.values()}
    cards = authors.list_bylines(tx, own_authors | {(key.blog_id, key.author_id) for key in keys.values()})
    others = blogs.list_by_ids(tx, {key.blog_id for key in keys.values()})
    language = primary_language(blog.facts.language)
    taken = _taken(cards)
    objects = []
    for post_id, lines in sorted(lists.items()):
        lines_shown = [
            (line, key, card)
            for line in lines
            if (key := keys.get(line.mentor_id))
            and (card := cards.get((key.blog_id, key.author_id)))
            and others[key.blog_id].shown
        ]
        shown = make_each(
            lines_shown,
            lambda line_shown: _shown(*line_shown, others[line_shown[1].blog_id], blog.facts.language, taken),
            "line of a push",
        )
        if post_id in names:
            objects.append(PushObject("related", names[post_id][0], 0, language, tuple(filter(None, shown))))
    return objects


def _shown(
    line: ListedMentor, key: MentorKey, card: tuple[str, str], of: Blog, reader: str, taken: Counter[str]
) -> ShownMentor | None:
    """None: there is no address to send a reader to."""
    name, page = card
    reason, home = line.reason, web_address(of.facts.home_url)
    post = ShownPost(reason.title, reason.url, reason.date) if reason.date and web_address(reason.url) else None
    if not (web_address(page) or home):
        return None
    # Whoever shares a name with somebody of another blog stands there with the address of theirs.
    blog_name = name_with_address(of.facts.name, of.facts.home_url) if taken[lookalike_key(name)] > 1 else of.facts.name
    return ShownMentor(
        name=name or home,
        blog=blog_name or home,
        url=web_address(page) or home,
        language=key.language,
        why=reason_sentence(reason, reader),
        topics=reason.topics,
        post=post,
    )


def _taken(cards: Mapping[tuple[str, str], tuple[str, str]]) -> Counter[str]:
    """On how many blogs somebody is called so, of all who stand on the pages of one: its authors and its mentors."""
    return Counter(name for _, name in {(key[0], lookalike_key(card[0])) for key, card in cards.items()})


def push(context: Context, blog_id: str, turn: Turn | None = None) -> None:
    """Bring a blog up to date; unless the turn is a thorough one, with what waits for it already.

    Raises:
        DeliveryFailed: it could not be reached; says when to try again.
    """
    thorough = turn is None or turn.thorough
    with context.database.read() as tx:
        leavers = withdrawal_receipts.list_blogs_awaiting(tx, blog_id) if thorough else []
        blog, access = blogs.find_with_access(tx, context.vault, blog_id, context.clock()) or (None, None)
        if blog is None or blog.origin != "connected" or blog.has_left:
            return
        objects = compile_objects(tx, blog) if thorough else []
    if thorough:
        with context.database.begin() as tx:
            outbox.upsert_all_of_kinds(tx, blog_id, objects, context.clock())
            withdrawal_receipts.mark_lists_rebuilt(tx, blog_id, leavers)
    brought = access is not None and _bring(context, access, failing=blog.failing_since is not None)
    if leavers or (brought and not thorough):
        with context.database.begin() as tx:
            withdrawal_receipts.record_acknowledged(tx, blog_id, context.clock())


def _bring(context: Context, access: BlogAccess, *, failing: bool) -> bool:
    """Call until the blog has taken all, unless it comes and fetches; whether lists were among it."""
    if access.transport is None:
        access = _probed(context, access)
    if access.transport is Transport.PULL:
        return False
    with context.database.read() as tx:
        lists, figures = outbox.list_open_by_family(tx, access.blog_id, MAX_OBJECTS_BY_FAMILY)
    for (kinds, at_once), open_objects in zip(MAX_OBJECTS_BY_FAMILY, (lists, None if lists else figures), strict=True):
        _bring_family(context, access, kinds, at_once, open_objects, failing=failing)
    return bool(lists)


def _bring_family(
    context: Context,
    access: BlogAccess,
    kinds: Collection[str],
    at_once: int,
    open_objects: list[Pushed] | None,
    *,
    failing: bool,
) -> None:
    """What is open of some kinds, in as many calls as it takes; `open_objects`: what to begin with, if it was just
    read."""
    left_out: set[tuple[str, str]] = set()  # given, and not mentioned in the answer: not given again now
    more = True
    while more:
        limit = at_once + len(left_out)
        if open_objects is None:
            with context.database.read() as tx:
                open_objects = outbox.list_open(tx, access.blog_id, limit, kinds)
        waiting = [item for item in open_objects if (item.kind, item.object) not in left_out][:at_once]
        if not waiting:
            break
        answer = _hand_over(context, access, waiting, failing=failing)
        mentioned = {(kind, name) for kind, name, _ in (*answer.accepted, *answer.refused)} | set(answer.unknown)
        left_out |= {(item.kind, item.object) for item in waiting} - mentioned
        # What is refused is given again above what the blog holds; what came meanwhile is due by itself.
        more = bool(answer.refused) or len(open_objects) == limit
        open_objects = None
    if left_out:
        log.warning("left out by the blog", blog=access.blog_id, objects=sorted(left_out)[:20], count=len(left_out))


def _hand_over(context: Context, access: BlogAccess, waiting: list[Pushed], *, failing: bool) -> PushAnswer:
    """One call, noted before and after; what the blog made of each. `failing`: the call before it came to nothing."""
    began = context.clock()
    # A blog keeps the highest version it was given: none may be given that a power cut could make us forget.
    with context.database.begin(durable=True) as tx:
        transport = str(access.transport)
        attempt = calls.record_start(tx, access.blog_id, "push", transport, waiting, began)
    try:
        answer = context.client.push(access, waiting, began)
    except DeliveryFailed as failure:
        _failed(context, access, attempt, began, failure)
        raise
    now = context.clock()
    with context.database.begin() as tx:
        calls.record_end(tx, attempt, now - began, 200, None, answer)
        shown_times.record_first_shown(tx, access.blog_id, answer, now)
        outbox.record_answer(tx, access.blog_id, answer, waiting)
        if failing:
            contact.record_push_success(tx, access.blog_id)
    return answer


def _probed(context: Context, access: BlogAccess) -> BlogAccess:
    began = context.clock()
    transport = context.client.probe(access, began)
    with context.database.begin() as tx:
        blogs.record_transport(tx, access.blog_id, transport)
        return blogs.get_access(tx, context.vault, access.blog_id, began)


def _failed(context: Context, access: BlogAccess, attempt: int, began: datetime, failure: DeliveryFailed) -> None:
    """Note it, find the way anew next time, and after five days of nothing but failures pause the blog."""
    now = context.clock()
    why = f"{failure} {failure.repair}"
    with context.database.begin() as tx:
        calls.record_end(tx, attempt, now - began, failure.status, why)
        if isinstance(failure, Gone):
            withdrawal.withdraw(tx, access.blog_id, now)
            return
        blogs.record_transport(tx, access.blog_id, None)
        since = contact.record_push_failure(tx, access.blog_id, why, now)
        if now - since > GIVE_UP_AFTER:
            withdrawal.pause_blog(tx, access.blog_id, now)
