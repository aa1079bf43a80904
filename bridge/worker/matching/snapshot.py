"""One look at the bank: what is read of mentors and authors while lists are made, and why each mentor is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from bridge.mentors.cross_language import site_id, skill_id
from bridge.mentors.explain import NamedPostIndex, Reason, explain, steady_terms
from bridge.mentors.explain_foreign import explain_foreign_mentor, find_shared_features, steady_features
from bridge.mentors.profiles import Profile
from bridge.mentors.related import Match
from bridge.mentors.similarity import Candidate, MentorQuery
from bridge.mentors.vetoes import Refusals
from bridge.mentors.word_pairs import Meanings
from bridge.model import AuthorKey, MentorKey
from bridge.storage.content import post_analysis
from bridge.storage.core.database import Tx
from bridge.storage.matching import candidates, card_corrections, impressions, profiles, vetoes
from bridge.storage.matching.epochs import Epoch
from bridge.storage.matching.profiles import ListedMentor, MentorRow
from bridge.text.terms import Frequencies, Vector
from bridge.worker.context import Context
from bridge.worker.matching.profiles import named_posts

MatchesWithReasons = list[tuple[Match, Reason]]
NO_REASONS: Mapping[int, Reason] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ForeignContext:
    """What it takes to say why a mentor is shown to readers of another language, in which the skills are named."""

    crossing: Vector
    frequencies: Frequencies  # of the mentor's terms
    sites: Mapping[int, str]
    skills: Mapping[int, str]
    learned: Meanings  # what words of the mentor's language mean in others


class Steady(NamedTuple):
    """What an author comes back to: terms, and the features by which they cross languages; None: too few posts."""

    terms: frozenset[int] | None = None
    features: frozenset[int] | None = None


class Snapshot:
    """One look at the bank, in one transaction and epoch: what is read of a mentor or an author is read once."""

    def __init__(self, context: Context, tx: Tx, epoch: Epoch) -> None:
        self.context = context
        self.tx = tx
        self.epoch = epoch
        self._keys: dict[int, MentorKey] = {}
        self._mentors: dict[MentorKey, tuple[Profile, frozenset[int], NamedPostIndex]] = {}
        self._foreign_contexts: dict[tuple[int, str], ForeignContext | None] = {}
        self._refused: dict[AuthorKey, Refusals] = {}
        self._everybody: list[Candidate] | None = None
        self._own_lists: dict[int, list[ListedMentor]] = {}
        self._rows: dict[MentorKey, MentorRow | None] = {}
        # By identity: rows and queries are kept here, so that nothing else takes theirs.
        self._author_queries: dict[int, tuple[MentorRow, MentorQuery]] = {}
        self._author_reasons: dict[int, dict[MentorKey, Reason | None]] = {}
        self._steady_by_author: dict[MentorKey | None, Steady] = {None: Steady()}

    @property
    def bank_is_small(self) -> bool:
        """So small that everybody can be compared with everybody, and no rules are needed against strangers."""
        return self.epoch.authors < self.context.rules_from

    def everybody_but(self, blog_id: str) -> list[Candidate]:
        """All listed mentors of other blogs, by id; only to be asked for in a small bank."""
        return [mentor for mentor in self._read_everybody() if mentor.blog_id != blog_id]

    def _read_everybody(self) -> list[Candidate]:
        if self._everybody is None:
            self._everybody = candidates.list_all(self.tx)
            self._keys |= {
                mentor.id: MentorKey(mentor.blog_id, mentor.author_id, mentor.language) for mentor in self._everybody
            }
        return self._everybody

    def listed(self, mentor_ids: Collection[int], but_blog: str | None = None) -> list[Candidate]:
        """Some mentors, of those that may be shown, by id; none of a blog."""
        if self.bank_is_small:
            return [
                mentor for mentor in self._read_everybody() if mentor.id in mentor_ids and mentor.blog_id != but_blog
            ]
        return candidates.list_by_ids(self.tx, sorted(mentor_ids), but_blog=but_blog)

    def row(self, mentor: MentorKey) -> MentorRow | None:
        """What is stored of a mentor, or None."""
        self.expect_rows([mentor])
        return self._rows[mentor]

    def expect_rows(self, mentors: Iterable[MentorKey]) -> None:
        """Read at once what is stored of some mentors."""
        if missing := {mentor for mentor in mentors if mentor not in self._rows}:
            rows = {row.key: row for row in profiles.list_by_ids(self.tx, [mentor.id for mentor in missing])}
            self._rows |= {mentor: rows.get(mentor) for mentor in missing}

    def query_of_author(self, row: MentorRow) -> MentorQuery:
        """All that an author writes, as mentors are looked for with it: one for all the lists of that author."""
        if id(row) not in self._author_queries:
            asked = MentorQuery(row.profile.vector, row.key.language, row.crossing, row.key)
            self._author_queries[id(row)] = row, asked
            self._rows.setdefault(row.key, row)
            self._author_reasons[id(asked)] = {}
        return self._author_queries[id(row)][1]

    def own_list(self, mentor_id: int) -> list[ListedMentor]:
        """A mentor's own list as it is stored, best first."""
        self.expect_own_lists([mentor_id])
        return self._own_lists[mentor_id]

    def expect_own_lists(self, mentor_ids: Iterable[int]) -> None:
        """Read at once the own lists of some mentors."""
        if missing := set(mentor_ids) - self._own_lists.keys():
            lists = profiles.list_related_by_mentors(self.tx, missing)
            self._own_lists |= {mentor_id: lists.get(mentor_id, []) for mentor_id in missing}

    def keys(self, mentor_ids: Iterable[int]) -> Mapping[int, MentorKey]:
        """Who they are, of those there are; maybe others too."""
        missing = set(mentor_ids) - self._keys.keys()
        if missing:
            self._keys |= profiles.list_keys(self.tx, missing)
        return self._keys

    def reason(self, asked: MentorQuery, mentor: MentorKey) -> Reason | None:
        """Why this mentor beside what is asked with; beside what an author writes it is worked out once."""
        reasons = self._author_reasons.get(id(asked))
        if reasons is None:
            return self._reason(asked, mentor)
        if mentor not in reasons:
            reasons[mentor] = self._reason(asked, mentor)
        return reasons[mentor]

    def _reason(self, asked: MentorQuery, mentor: MentorKey) -> Reason | None:
        self.expect_reasons([mentor])
        profile, terms, posts = self._mentors[mentor]
        if mentor.language != asked.language:
            return self._reason_abroad(asked, mentor, profile, posts)
        shared = terms.intersection(asked.vector.ids.tolist())
        frequencies = self.context.frequencies(self.epoch).frequencies(self.tx, mentor.language, shared)
        return explain(asked.vector, profile, frequencies, posts, self._steady(asked).terms)

    def _steady(self, asked: MentorQuery) -> Steady:
        """What the author comes back to who is asked for, read once: no post of theirs says it alone."""
        author = asked.author
        if author not in self._steady_by_author:
            row = self.row(author) if author else None
            learned = self.context.meanings(self.tx, self.epoch, asked.language)
            terms, features = (steady_terms(row.profile), steady_features(row.profile, learned)) if row else Steady()
            self._steady_by_author[author] = Steady(terms, features)
        return self._steady_by_author[author]

    def _reason_abroad(
        self, asked: MentorQuery, mentor: MentorKey, profile: Profile, posts: NamedPostIndex
    ) -> Reason | None:
        if (mentor.id, asked.language) not in self._foreign_contexts:
            self._foreign_contexts[mentor.id, asked.language] = self._foreign(asked.language, mentor, profile)
        foreign = self._foreign_contexts[mentor.id, asked.language]
        if foreign is None:
            return None
        shared = find_shared_features(
            asked.crossing,
            foreign.crossing,
            profile,
            foreign.frequencies,
            foreign.sites,
            foreign.skills,
            foreign.learned,
            self._steady(asked).features,
        )
        return explain_foreign_mentor(shared, mentor.language, posts, foreign.frequencies) if shared else None

    def _foreign(self, reader: str, mentor: MentorKey, profile: Profile) -> ForeignContext | None:
        row = next(iter(candidates.list_by_ids(self.tx, [mentor.id])), None)
        if row is None:
            return None
        used = profile.vector.ids.tolist()
        frequencies = self.context.frequencies(self.epoch).frequencies(self.tx, mentor.language, used)
        features = post_analysis.list_features(self.tx, mentor.blog_id, mentor.author_id, mentor.language)
        skills_by_id = self.context.matcher(self.tx).skills
        refused = card_corrections.get_by_author(self.tx, mentor.author).refused
        named = ({skill for post in features for skill in post.skills} & skills_by_id.keys()) - refused
        return ForeignContext(
            row.crossing,
            frequencies,
            {site_id(site): site for post in features for site in post.sites},
            {skill_id(skill): skills_by_id[skill].label(reader) for skill in named},
            self.context.meanings(self.tx, self.epoch, mentor.language),
        )

    def expect_reasons(self, mentors: Iterable[MentorKey]) -> None:
        """Read at once what the reasons for some mentors are made of."""
        if missing := {mentor for mentor in mentors if mentor not in self._mentors}:
            self.expect_rows(missing)
            posts = named_posts(self.tx, missing)
            for mentor in missing:
                if row := self._rows[mentor]:
                    self._mentors[mentor] = row.profile, frozenset(row.profile.vector.ids.tolist()), posts[mentor]

    def expect_refusals(self, authors: Iterable[AuthorKey]) -> None:
        """Read at once who is out of the question for the lists of some authors."""
        if unknown := set(authors) - self._refused.keys():
            self._refused |= vetoes.list_refusals(self.tx, unknown)

    def refused(self, author: AuthorKey) -> Refusals:
        """Who is out of the question for an author's lists, by their own wish, their blog's or the mentor's."""
        self.expect_refusals([author])
        return self._refused[author]

    def welcome(self, author: AuthorKey, mentors: Sequence[Candidate]) -> list[Candidate]:
        """The others."""
        refused = self.refused(author)
        if not refused:
            return list(mentors)
        return [mentor for mentor in mentors if AuthorKey(mentor.blog_id, mentor.author_id) not in refused]

    def seldom(self, mentors: Sequence[Candidate]) -> set[int]:
        """Those who are seldom shown; nobody in a small bank, where everybody is."""
        if self.bank_is_small:
            return set()
        return impressions.list_seldom_shown_among(self.tx, [mentor.id for mentor in mentors])

    def explained(
        self,
        asked: MentorQuery,
        matches: list[Match],
        discoveries: Set[int] = frozenset(),
        reasons_by_mentor: Mapping[int, Reason] = NO_REASONS,
    ) -> MatchesWithReasons:
        """Matches with their reasons, those without left out; `reasons_by_mentor`: those that still hold."""
        keys = self.keys(match.id for match in matches)
        self.expect_reasons(keys[match.id] for match in matches if match.id not in reasons_by_mentor)
        reasons = [(match, reasons_by_mentor.get(match.id) or self.reason(asked, keys[match.id])) for match in matches]
        return [
            (match, replace(why, discovery=match.id in discoveries, nearest=False))
            for match, why in reasons
            if why is not None
        ]
