"""What every station needs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bridge.contract.pushes import Pushed
from bridge.mentors.anti_gaming import AntiGamingRules
from bridge.mentors.post_weight import PostStandards
from bridge.mentors.skills import SkillMatcher, bundled_matcher, bundled_skills
from bridge.mentors.word_pairs import Meaning, Meanings, meanings_by_language
from bridge.model import BlogAccess, Transport
from bridge.pushes import PushAnswer
from bridge.runtime import Runtime
from bridge.storage.core.database import Tx
from bridge.storage.matching import epochs, skills
from bridge.wordpress.mail_server import Mail


class BlogClient(Protocol):
    """The port to blogs; `wordpress.client.WordPressClient` is the one for WordPress."""

    def push(self, blog: BlogAccess, objects: Sequence[Pushed], now: datetime) -> PushAnswer:
        """Hand over whole states; what the blog made of each."""

    def poke(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to send what waits there."""

    def rotate(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to shake hands anew, for new keys."""

    def check(self, blog: BlogAccess, now: datetime) -> None:
        """Ask the blog to compare what both sides hold."""

    def probe(self, blog: BlogAccess, now: datetime) -> Transport:
        """Which way works."""


class Operator(Protocol):
    """Whoever runs the bridge; `wordpress.operator_hook.OperatorHook` calls an address of theirs."""

    def tell(self, line: str) -> None:
        """Say one thing that is wrong."""


class Hub(Protocol):
    """Tells whoever follows a feed what is new; `wordpress.feed_hub.FeedHub` is one for WebSub."""

    def publish(self, topic: str) -> None:
        """Say that the feed at an address has changed."""


class Mailbox(Protocol):
    """An open connection to who delivers mails; `wordpress.mail_server.Connection` is one."""

    def send(self, mail: Mail) -> None:
        """Hand one mail in."""


class Mailer(Protocol):
    """Who delivers mails; `wordpress.mail_server.MailServer` is the operator's."""

    def connected(self) -> AbstractContextManager[Mailbox]:
        """A connection that is ready to take mails."""


class Context(Runtime):
    """The runtime of a worker process, with its way to blogs, its rules, and what it remembers of the epoch."""

    def __init__(
        self,
        runtime: Runtime,
        client: BlogClient,
        operator: Operator | None = None,
        hub: Hub | None = None,
        mailer: Mailer | None = None,
    ) -> None:
        super().__init__(runtime.config, runtime.database, runtime.vault, runtime.clock)
        self.client = client
        self.operator = operator  # None: nobody is told what is wrong
        self.hub = hub  # None: whoever follows a feed asks for it
        self.mailer = mailer  # None: no seeker is written to
        self.rules = AntiGamingRules(**self.config.rules)  # against writing oneself to the top …
        self.rules_from = self.config.rules_from  # … in a bank of so many authors
        self.standards = PostStandards(**self.config.standards)  # what a post must be to count
        self._frequencies: epochs.FrequencyCache | None = None
        self._references: tuple[int, list[epochs.Reference]] | None = None
        self._meanings: tuple[int, dict[str, dict[int, list[Meaning]]]] | None = None
        self._matcher: SkillMatcher | None = None

    def frequencies(self, epoch: epochs.Epoch) -> epochs.FrequencyCache:
        """The frozen frequencies of the epoch in force."""
        if self._frequencies is None or self._frequencies.epoch.id != epoch.id:
            self._frequencies = epochs.FrequencyCache(epoch)
        return self._frequencies

    def references(self, tx: Tx, epoch: epochs.Epoch) -> list[epochs.Reference]:
        """The reference sample of the epoch in force."""
        if self._references is None or self._references[0] != epoch.id:
            self._references = (epoch.id, epochs.list_references(tx, epoch.id))
        return self._references[1]

    def meanings(self, tx: Tx, epoch: epochs.Epoch, language: str) -> Meanings:
        """What words of a language mean in others, as far as it was learned for the epoch in force."""
        if self._meanings is None or self._meanings[0] != epoch.id:
            self._meanings = (epoch.id, meanings_by_language(epochs.list_word_pairs(tx, epoch.id)))
        return self._meanings[1].get(language, {})

    def matcher(self, tx: Tx) -> SkillMatcher:
        """Knows our own skills and those that were imported."""
        version = str(skills.get_version(tx))
        if self._matcher is None or self._matcher.version != version:
            # Where none was ever imported, the one that all of the process share.
            imported = version != bundled_matcher().version
            self._matcher = (
                SkillMatcher([*bundled_skills(), *skills.list_all(tx)], version) if imported else bundled_matcher()
            )
        return self._matcher
