"""Who uses which word: the frequencies and the reference sample that an epoch freezes."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from bridge.mentors.cross_language import PostFeatures
from bridge.text.terms import Frequencies, TermCounts
from bridge.text.tokens import MAX_WORD_LETTERS, fold

MAX_REFERENCE_POSTS = 300  # posts; more changes nothing measurable
LARGE_BANK_POSTS = 1000  # from then on a word of one post alone is no spelling to correct to
SampleDraw = tuple[bytes, int, str, str, str]  # (draw, post, blog, author, language)


class TermStatistics:
    """Counts posts, author by author; holds the vocabulary, never the posts."""

    def __init__(self) -> None:
        self.posts: Counter[str] = Counter()
        self.authors: Counter[str] = Counter()
        self._df: dict[str, Counter[int]] = {}
        self._adf: dict[str, Counter[int]] = {}
        self._words: dict[str, Counter[tuple[str, int]]] = {}
        self._sample: list[SampleDraw] = []
        self._features_df: Counter[int] = Counter()
        self._features_adf: Counter[int] = Counter()

    def add_author(self, blog_id: str, author_id: str, posts: Iterable[tuple[int, str, TermCounts]]) -> None:
        """Count the posts (id, language, terms) of one author."""
        used: dict[str, set[int]] = {}
        for post_id, language, counts in posts:
            ids = counts.ids.tolist()
            self.posts[language] += 1
            self._df.setdefault(language, Counter()).update(ids)
            self._words.setdefault(language, Counter()).update(zip(counts.surfaces, ids, strict=True))
            used.setdefault(language, set()).update(ids)
            # Drawn by a hash: the same sample whatever the order, and no author can choose to be in it.
            draw = hashlib.sha256(f"reference {post_id}".encode()).digest()
            self._sample.append((draw, post_id, blog_id, author_id, language))
        if len(self._sample) > 20 * MAX_REFERENCE_POSTS:
            self._sample = sorted(self._sample)[:MAX_REFERENCE_POSTS]
        for language, ids_of_author in used.items():
            self.authors[language] += 1
            self._adf.setdefault(language, Counter()).update(ids_of_author)

    def add_features(self, posts: Iterable[PostFeatures]) -> None:
        """Count the sites and skills of one author's posts, which have no language."""
        used: set[int] = set()
        for post in posts:
            ids = post.ids()
            self._features_df.update(ids)
            used.update(ids)
        self._features_adf.update(used)

    def merge(self, part: TermStatistics) -> None:
        """Count what was counted apart, of other authors."""
        self.posts.update(part.posts)
        self.authors.update(part.authors)
        for mine, theirs in ((self._df, part._df), (self._adf, part._adf)):
            for language, counts in theirs.items():
                mine.setdefault(language, Counter()).update(counts)
        for language, words in part._words.items():
            self._words.setdefault(language, Counter()).update(words)
        self._features_df.update(part._features_df)
        self._features_adf.update(part._features_adf)
        self._sample = sorted([*self._sample, *part._sample])[:MAX_REFERENCE_POSTS]

    def to_bytes(self) -> bytes:
        """To be written down."""
        words = {language: [(*pair, df) for pair, df in counts.items()] for language, counts in self._words.items()}
        sample = [(draw.hex(), *drawn) for draw, *drawn in self.sample()]
        features = (self._features_df, self._features_adf)
        parts = (self.posts, self.authors, self._df, self._adf, words, sample, features)
        return zlib.compress(json.dumps(parts, ensure_ascii=False).encode(), 1)

    @classmethod
    def from_bytes(cls, raw: bytes) -> TermStatistics:
        """The way back."""
        posts, authors, df, adf, words, sample, features = json.loads(zlib.decompress(raw))
        statistics = cls()
        statistics.posts.update(posts)
        statistics.authors.update(authors)
        statistics._df = {language: _numbered(counts) for language, counts in df.items()}
        statistics._adf = {language: _numbered(counts) for language, counts in adf.items()}
        for language, rows in words.items():
            statistics._words[language] = Counter({(surface, term): df for surface, term, df in rows})
        statistics._sample = [(bytes.fromhex(draw), *drawn) for draw, *drawn in sample]
        statistics._features_df, statistics._features_adf = map(_numbered, features)
        return statistics

    def features(self) -> Frequencies:
        """Of sites and skills, over all languages."""
        frequencies = {number: (df, self._features_adf[number]) for number, df in self._features_df.items()}
        return Frequencies(self.posts.total(), self.authors.total(), frequencies)

    def frequencies(self, language: str) -> Frequencies:
        """As they will be frozen."""
        df, adf = self._df[language], self._adf[language]
        return Frequencies(self.posts[language], self.authors[language], {term: (df[term], adf[term]) for term in df})

    def rows(self, language: str) -> Iterator[tuple[int, int, int]]:
        """(term, df, adf), by term."""
        df, adf = self._df[language], self._adf[language]
        return ((term, df[term], adf[term]) for term in sorted(df))

    def words(self, language: str) -> list[tuple[str, int, int]]:
        """(folded word, term, df) of the words that a mistyped one may mean."""
        least = 1 if self.posts[language] < LARGE_BANK_POSTS else 2
        folded: Counter[tuple[str, int]] = Counter()
        for (surface, term), df in self._words[language].items():
            folded[fold(surface)[:MAX_WORD_LETTERS], term] += df
        return sorted((word, term, df) for (word, term), df in folded.items() if df >= least)

    def sample(self) -> list[SampleDraw]:
        """The posts that every mentor's mean score is taken over."""
        return sorted(self._sample)[:MAX_REFERENCE_POSTS]


def _numbered(counts: Mapping[str, int]) -> Counter[int]:
    """JSON has only text for keys."""
    return Counter({int(number): count for number, count in counts.items()})
