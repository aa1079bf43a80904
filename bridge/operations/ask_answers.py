"""What mentor and seeker do with an ask, each as one change with all that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from bridge.asks.states import CLOSED_STATES, AskState
from bridge.model import AuthorKey
from bridge.operations import due
from bridge.pushes import StatsObject
from bridge.storage.asks import ask_counts, ask_mails, ask_mentors, ask_messages, asks, erased_asks
from bridge.storage.asks.ask_mails import News
from bridge.storage.asks.asks import Agreement, Ask, NewAsk, Reply
from bridge.storage.asks.sealed_texts import seal_fields
from bridge.storage.blogs import blogs, outbox
from bridge.storage.blogs.keys import Vault
from bridge.storage.core.database import Tx


class Outcome(StrEnum):
    """What became of an answer."""

    DONE = "done"
    FULL = "full"  # all of the mentor's places are taken
    OVER = "over"  # the ask has been answered or closed meanwhile


def ask_mentor(tx: Tx, vault: Vault, new: NewAsk, now: datetime) -> str:
    """Somebody asks a mentor; the secret in the address of the answer."""
    token = asks.record_ask(tx, vault, new, now)
    announce_asks(tx, new.mentor.blog_id, now)
    ask = asks.find_by_token(tx, vault, token) if new.address else None
    if ask is not None:
        leave_address(tx, vault, ask, new.address, token, now)
    return token


def answer_ask(tx: Tx, vault: Vault, ask: Ask, state: AskState, reply: Reply, now: datetime) -> Outcome:
    """A mentor answers. A yes takes one of their places, and is refused where none is left."""
    values: dict[str, object] = {"answered_at": now, "reply": seal_fields(vault, reply)}
    if state is AskState.ACCEPTED:
        values["seat"] = seat = ask_mentors.claim_seat(tx, ask.mentor)
        if seat is None:
            return Outcome.FULL
    if not asks.mark_state(tx, ask.id, state, now, **values):
        return Outcome.OVER
    ask_mentors.record_answered(tx, ask.mentor, now - ask.times.asked_at)
    announce_asks(tx, ask.mentor.blog_id, now)
    _tell_seeker(tx, ask.id, News.ANSWER, now)
    return Outcome.DONE


def pause_asks(tx: Tx, mentor: AuthorKey, until: datetime | None) -> None:
    """A mentor takes no new asks until then; None: they take them again."""
    ask_mentors.mark_paused(tx, mentor, until)


def block_seeker(tx: Tx, ask: Ask, now: datetime) -> None:
    """A mentor takes nothing more from whoever sent an ask, which is over; the seeker is told no more than that."""
    ask_mentors.record_block(tx, ask.mentor, ask.caller, now)
    if ask.texts.card_blog:  # an author, who may come from anywhere
        author = AuthorKey(ask.texts.card_blog, ask.texts.card_author)
        ask_mentors.record_block(tx, ask.mentor, ask_mentors.author_caller(ask.mentor, author), now)
    if ask.state is AskState.OPEN:
        ask_mentors.record_answered(tx, ask.mentor, now - ask.times.asked_at)
    end_ask(tx, ask, AskState.DECLINED if ask.state is AskState.OPEN else AskState.ENDED, now)


def end_ask(tx: Tx, ask: Ask, state: AskState, now: datetime, *, by_seeker: bool = False) -> bool:
    """One of both ends it, or time does."""
    ended = asks.mark_state(tx, ask.id, state, now)
    announce_asks(tx, ask.mentor.blog_id, now)
    if ended and not by_seeker:
        _tell_seeker(tx, ask.id, News.OVER, now)
    return ended


def write_message(tx: Tx, vault: Vault, ask: Ask, writer: str, text: str, now: datetime) -> bool:
    """One of both writes to the other; False: it is not accepted, or over."""
    if not asks.record_word(tx, ask.id, now):
        return False
    ask_messages.record_message(tx, vault, ask.id, writer, text, now)
    if writer == "mentor":
        _tell_seeker(tx, ask.id, News.WORDS, now)
    return True


def leave_address(tx: Tx, vault: Vault, ask: Ask, address: str, key: str, now: datetime) -> None:
    """A seeker wants to hear of their ask by mail; `key` is the secret in the address of its page."""
    ask_mails.record_address(tx, vault, ask.id, address, key, now)
    due.mail_waits(tx, now)


def _tell_seeker(tx: Tx, ask_id: int, news: News, now: datetime) -> None:
    if ask_mails.mark_news(tx, ask_id, news, now):
        due.mail_waits(tx, now)


def agree(
    tx: Tx, vault: Vault, ask: Ask, writer: str, agreement: Agreement, until: datetime | None, now: datetime
) -> bool:
    """One of both changes what they have agreed; who wants it in writing only is held to that."""
    in_writing = Agreement(agreement.seeker_goal, agreement.mentor_goal, agreement.rhythm, "written")
    agreed = asks.record_agreement(tx, vault, ask.id, in_writing if ask.in_writing else agreement, until, now)
    if agreed and writer == "mentor":
        _tell_seeker(tx, ask.id, News.WORDS, now)
    return agreed


def erase_ask(tx: Tx, ask_id: int, now: datetime) -> None:
    """Everything of an ask goes; one more is counted of its month, and no backup brings it back."""
    gone = asks.delete_ask(tx, ask_id)
    if gone is not None:
        state = gone.state if gone.state in CLOSED_STATES else AskState.WITHDRAWN
        ask_counts.record_erased(tx, gone.asked_at, state)
        erased_asks.record_erased(tx, gone.key_hash, now)
        announce_asks(tx, gone.blog_id, now)


def leave_asks(tx: Tx, mentors: Iterable[AuthorKey], now: datetime) -> None:
    """Mentors take part no longer: what they wrote goes at once, and whoever asked them hears of others."""
    keys = list(mentors)
    going = asks.list_ids_by_author(tx, keys, [AskState.OPEN, AskState.ACCEPTED]) if keys else []
    for ask_id in going:
        asks.mark_state(tx, ask_id, AskState.LEFT, now)
        _tell_seeker(tx, ask_id, News.OVER, now)
    if keys:
        asks.delete_words_of_mentor(tx, [*going, *asks.list_ids_by_author(tx, keys, CLOSED_STATES)])
    for key in keys:
        ask_mentors.delete_by_author(tx, key)
    for blog_id in {key.blog_id for key in keys}:
        announce_asks(tx, blog_id, now)


def announce_asks(tx: Tx, blog_id: str, now: datetime) -> None:
    """What time does next is planned anew, and a blog is told how many asks wait for each of its users."""
    due.asks_changed(tx, now)
    if blogs.get(tx, blog_id).origin != "connected":
        return
    waiting = [
        StatsObject(outbox.ASK_KIND, author, 0, row._asdict())
        for author, row in ask_counts.count_waiting_by_author(tx, blog_id).items()
        if author.isdecimal()  # a user of WordPress, who has a place to read it
    ]
    if outbox.upsert_all_of_kinds(tx, blog_id, waiting, now, kinds=(outbox.ASK_KIND,)):
        due.figures_changed(tx, blog_id, now)
