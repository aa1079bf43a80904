"""What people type into the forms of an ask, as it is taken: short, legible, and without anybody's e-mail address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from datetime import date as date_type

from bridge.legible import legible, one_line
from bridge.storage.asks.asks import Agreement, AskTexts
from bridge.text.email_addresses import without_address

MAX_TEXT_CHARACTERS = 800  # of each of the three fields, and of words of one's own
MAX_LINE_CHARACTERS = 200
MAX_NAME_CHARACTERS = 60
MAX_MESSAGE_CHARACTERS = 5000
LONGEST_AGREEMENT = timedelta(days=730)

Form = Mapping[str, str]


def read_texts(form: Form) -> AskTexts:
    """What a seeker asks. Until there is a yes nobody needs an address, so what looks like one is left out."""
    lives, seeks, gives = (
        without_address(_text(form, name, MAX_TEXT_CHARACTERS)) for name in ("lives", "seeks", "gives")
    )
    name = without_address(_line(form, "first_name", MAX_NAME_CHARACTERS))
    return AskTexts(lives, seeks, gives, name, without_address(_line(form, "blog", MAX_LINE_CHARACTERS)))


def read_message(form: Form) -> str:
    """What one of both writes to the other."""
    return _text(form, "text", MAX_MESSAGE_CHARACTERS)


def read_agreement(form: Form, formats: Collection[str]) -> Agreement:
    """What both have agreed, as one of them writes it down."""
    wish = form.get("format", "")
    seeker, mentor, rhythm = (
        _line(form, name, MAX_LINE_CHARACTERS) for name in ("seeker_goal", "mentor_goal", "rhythm")
    )
    return Agreement(seeker, mentor, rhythm, wish if wish in formats else "")


def read_until(form: Form, now: datetime) -> datetime | None:
    """Until when, as the end of that day; None where no day was named, or none that can be."""
    try:
        day = date_type.fromisoformat(form.get("until", ""))
        moment = datetime.combine(day, time(23, 59), UTC)
    except ValueError:
        return None
    return moment if now < moment < now + LONGEST_AGREEMENT else None


def read_words(form: Form) -> str:
    """A mentor's own words beside an answer."""
    return _text(form, "words", MAX_TEXT_CHARACTERS)


def read_contact(form: Form) -> str:
    """How a mentor wants to be written to."""
    return _line(form, "contact", MAX_LINE_CHARACTERS)


def _text(form: Form, name: str, longest: int) -> str:
    return legible(form.get(name, "")).strip()[:longest]


def _line(form: Form, name: str, longest: int) -> str:
    return one_line(form.get(name, ""))[:longest]
