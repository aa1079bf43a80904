"""Who may stand under the posts of a blog: whom matching has found, the pinned first, less whom somebody said no to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bridge.mentors.vetoes import Choices
from bridge.model import AuthorKey, MentorKey
from bridge.storage.blogs.blogs import Blog
from bridge.storage.core.database import Tx
from bridge.storage.matching import feedback, vetoes
from bridge.storage.matching.profiles import ListedMentor
from bridge.worker.outbound.pinned import Pins, pinned_by_authors, pinned_first

ListsByPost = Mapping[int, Sequence[ListedMentor]]


@dataclass(frozen=True, slots=True)
class BlogRules:
    """What holds for all lists of a blog: what its people and the mentors chose, and what is said of the pinned."""

    choices: Choices
    pinned: Mapping[str, list[AuthorKey]]  # by who pinned them
    pins: Pins
    notes: Mapping[str, Mapping[AuthorKey, str]]  # what they tell their readers of them

    @classmethod
    def read(cls, tx: Tx, blog: Blog) -> BlogRules:
        """As they are now."""
        pinned = feedback.list_pinned(tx, blog.id)
        notes = feedback.list_sentences(tx, blog.id) if pinned else {}
        choices = vetoes.get_choices(tx, blog.id, blog.showing)
        return cls(choices, pinned, pinned_by_authors(tx, blog.id, pinned), notes)

    @property
    def pinned_ids(self) -> set[int]:
        """Who may stand under posts to which they are not near."""
        return {line.mentor_id for lines in self.pins.values() for line in lines}

    @property
    def as_text(self) -> str:
        """The same for equal rules."""
        lines_by_author = [
            (author, [(line.mentor_id, line.reason) for line in lines]) for author, lines in sorted(self.pins.items())
        ]
        notes = [(author, sorted(by_mentor.items())) for author, by_mentor in sorted(self.notes.items())]
        return repr((self.choices.mode, sorted(self.choices.approved), self.choices.vetoes, lines_by_author, notes))

    def note(self, author: str, mentor: AuthorKey) -> str:
        """What an author tells their readers of a mentor they pinned; of no author: what anybody tells."""
        tellers = self.notes.values() if not author else [self.notes.get(author, {})]
        return next((notes[mentor] for notes in tellers if mentor in notes), "")

    def allowed_lists(
        self, lists: ListsByPost, names: Mapping[int, tuple[str, str]], keys: Mapping[int, MentorKey]
    ) -> ListsByPost:
        """Lists under posts as they may stand there.

        Args:
            names: post → (remote id, author), of all posts that are looked at.
            keys: of all who stand in the lists, or are pinned.
        """
        ordered = pinned_first(self.pins, lists, names)
        if self.choices == Choices():
            return ordered
        return {
            post_id: self._allowed(names[post_id][0], lines, keys, self.pinned.get(names[post_id][1], ()))
            for post_id, lines in ordered.items()
            if post_id in names
        }

    def allowed_roll(self, keys: Mapping[int, MentorKey]) -> list[ListedMentor]:
        """All whom somebody of the blog pinned, each once with the best that is said of them."""
        best: dict[AuthorKey, ListedMentor] = {}
        lines = [line for lines in self.pins.values() for line in lines if line.mentor_id in keys]
        for line in sorted(lines, key=lambda line: (-line.score, line.mentor_id)):
            best.setdefault(keys[line.mentor_id].author, line)
        return self._allowed("", list(best.values()), keys, best.keys())

    def _allowed(
        self,
        post: str,
        lines: Sequence[ListedMentor],
        keys: Mapping[int, MentorKey],
        pinned: Collection[AuthorKey],
    ) -> list[ListedMentor]:
        allowed = []
        for line in lines:
            key = keys.get(line.mentor_id)
            if key is not None and self.choices.is_approved(key.author, pinned=key.author in pinned):
                reason = self.choices.allowed_reason(post, key, line.reason)
                if reason is not None:
                    allowed.append(ListedMentor(line.mentor_id, line.score, reason))
        return allowed
