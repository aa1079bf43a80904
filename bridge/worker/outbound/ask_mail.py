"""mail(bank): seekers who left an address hear that there is something to read, and not what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bridge.errors import MailFailed, NoSuchMailbox
from bridge.storage.asks import ask_mails, asks
from bridge.storage.asks.ask_mails import RETRIES, AskMail, News
from bridge.storage.bank import cards
from bridge.wordpress.mail_server import Mail
from bridge.words import N_, reader_locale, translate
from bridge.worker.context import Context, Mailbox

log = structlog.get_logger("mails")

MAILS_PER_TURN = 20  # over one connection
LONGEST_WAIT = timedelta(hours=1)  # until it is looked again, whatever is planned

SUBJECTS: Mapping[str, str] = {
    News.CONFIRM: N_("Is this your address?"),
    News.ANSWER: N_("There is an answer to your ask"),
    News.WORDS: N_("Your mentor has written to you"),
    News.OVER: N_("Your ask is over"),
}
SENTENCES: Mapping[str, str] = {
    News.ANSWER: N_("%(name)s has answered your ask for mentoring."),
    News.WORDS: N_("%(name)s has written something on the page of your ask, or changed what you agreed."),
    News.OVER: N_("Your ask for mentoring to %(name)s is over. Why, and whom you may ask instead, stands on its page."),
}


def send_mails(context: Context, _entity: str) -> datetime | None:
    """Send what waits; when to look again. Without a mail server nothing is sent, and nothing is lost."""
    if context.mailer is None:
        return None
    now = context.clock()
    with context.database.begin() as tx:
        ask_mails.delete_unconfirmed(tx, now)
        claimed = ask_mails.claim_due(tx, context.vault, now, MAILS_PER_TURN)
    if claimed:
        try:
            with context.mailer.connected() as mailbox:
                for mail in claimed:
                    _send(context, mailbox, mail, now)
        except MailFailed as failure:
            log.warning("mails wait", number=len(claimed), error=str(failure))
            _give_up(context, claimed, now)
    with context.database.read() as tx:
        planned = ask_mails.find_next_due(tx)
    return None if planned is None else min(planned, now + LONGEST_WAIT)


def _send(context: Context, mailbox: Mailbox, mail: AskMail, now: datetime) -> None:
    written = _write(context, mail)
    try:
        if written is not None:
            mailbox.send(written)
    except NoSuchMailbox as refusal:
        log.info("an address is forgotten", ask=mail.ask_id, error=str(refusal))
        with context.database.begin() as tx:
            ask_mails.delete_addresses(tx, [mail.ask_id])
        return
    except MailFailed as failure:
        log.warning("a mail waits", ask=mail.ask_id, error=str(failure))
        _give_up(context, [mail], now)
        return
    with context.database.begin() as tx:
        ask_mails.mark_sent(tx, mail, now)


def _give_up(context: Context, mails: list[AskMail], now: datetime) -> None:
    """What was tried for three days is dropped: the news stand on the page."""
    for mail in mails:
        if mail.attempts >= len(RETRIES):
            with context.database.begin() as tx:
                ask_mails.mark_sent(tx, mail, now)


def _write(context: Context, mail: AskMail) -> Mail | None:
    """The mail in the language of the ask; None: it was erased meanwhile."""
    with context.database.read() as tx:
        ask = asks.find(tx, context.vault, mail.ask_id)
        shown = cards.list_by_author(tx, [ask.mentor]) if ask else {}
    if ask is None:
        return None
    language = reader_locale(ask.language).language
    bank, site = _bank_name(context, language), context.config.public_url
    link = f"{site}/ask-mail/{mail.fields.token}"
    name = shown[ask.mentor].name if ask.mentor in shown else translate(language, "The mentor")
    if mail.news == News.CONFIRM:
        lines = [
            translate(language, "Somebody left this address at %(bank)s to hear of an ask for mentoring.", bank=bank),
            translate(language, "If that was you, say so here: %(link)s", link=link),
            translate(language, "If not, do nothing: nothing else is sent, and it is forgotten in three days."),
        ]
    else:
        lines = [
            translate(language, SENTENCES[mail.news], name=name),
            translate(language, "Read it here: %(link)s", link=f"{site}/asks/{mail.fields.key}"),
            translate(language, "Whoever has that link reads the page: do not pass this mail on."),
        ]
    lines.append(translate(language, "No more mails, at one click: %(link)s", link=link))
    subject = f"{translate(language, SUBJECTS[mail.news])} · {bank}"
    name_of_mail = f"ask-{mail.ask_id}-{mail.number}-{mail.news}"
    return Mail(mail.fields.address, bank, subject, "\n\n".join(lines) + "\n", language, link, name_of_mail)


def _bank_name(context: Context, language: str) -> str:
    return context.config.bank.name.read_in(language) or translate(language, "Mentor bridge")
