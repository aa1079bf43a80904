"""Who uses which word: the frequencies and the reference sample that an epoch freezes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

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
