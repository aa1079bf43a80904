"""The lists under the posts of a blog in words for its readers: those that are marked, or all of them.

What a list says follows from itself, from what all lists of the blog have in common (`SharedWording`) and from the
names of who stands there; where one of the last two changes, so do lists that nobody marked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from bridge.legible import web_address
from bridge.logs import make_each
from bridge.mentors.display_name import name_with_address
from bridge.mentors.explain import reason_sentence
from bridge.model import MentorKey
from bridge.pushes import MENTORS_OF_BLOG, PushObject, ShownMentor, ShownPost
from bridge.storage.blogs import blogs
from bridge.storage.blogs.blogs import Blog
from bridge.storage.content import authors, posts
from bridge.storage.content.authors import Byline
from bridge.storage.core.database import Tx
from bridge.storage.matching import list_marks, namesakes, profiles
from bridge.storage.matching.list_marks import ListMark, SharedWording
from bridge.storage.matching.profiles import ListedMentor
from bridge.text.language import primary_language
from bridge.worker.outbound.allowed import BlogRules

MARKS_AT_ONCE = 200  # lists in one transaction
PostNames = Mapping[int, tuple[str, str]]  # post → (remote id, author)
Mentor = tuple[MentorKey, Byline]  # who stands in a list, and under which name


@dataclass(frozen=True, slots=True)
class Wording:
    """Lists in words, as they follow from one moment of the database.

    `names`: the posts that were looked at, of which those without an object show nobody; None: all of the blog.
    """

    objects: list[PushObject]
    names: Collection[str] | None
    marks: list[ListMark]
    shared: SharedWording

    @property
    def leaves_some(self) -> bool:
        """Whether more lists are marked than one transaction shall hold."""
        return self.names is not None and len(self.marks) == MARKS_AT_ONCE


def compile_objects(tx: Tx, blog: Blog) -> list[PushObject]:
    """The lists under all posts of a blog, in words for its readers."""
    return compile_all(tx, blog).objects


def compile_all(tx: Tx, blog: Blog) -> Wording:
    """All lists of a blog, whether they are marked or not."""
    marks = list_marks.list_by_blog(tx, blog.id)
    return _compile_all(tx, blog, marks, BlogRules.read(tx, blog))


def compile_marked(tx: Tx, blog: Blog) -> Wording | None:
    """Some of the lists that are marked, and whatever changes with them; None: every list says what it shall say."""
    marks = list_marks.list_by_blog(tx, blog.id, MARKS_AT_ONCE)
    rules = BlogRules.read(tx, blog)
    before = list_marks.find_shared_wording(tx, blog.id)
    if before is None or before.basis != _basis(blog, rules):
        return _compile_all(tx, blog, list_marks.list_by_blog(tx, blog.id), rules)
    if not marks:
        return None
    wording = _Compiler(tx, blog, rules)
    marked = posts.list_names_by_objects(tx, blog.id, [mark.object for mark in marks])
    wording.read(marked, profiles.list_post_lists(tx, blog.id, marked))
    looked_at = wording.name_keys | before.namesakes
    shared = namesakes.list_namesakes(tx, blog.id, looked_at, wording.pinned)
    turned = shared ^ before.namesakes  # of one blog before and of several now, or the other way round
    if turned:
        named = namesakes.list_posts_naming(tx, blog.id, turned) - marked.keys()
        if turned & wording.pinned_name_keys or len(named) > MARKS_AT_ONCE:
            return _compile_all(tx, blog, list_marks.list_by_blog(tx, blog.id), rules)
        wording.read(posts.list_names_by_ids(tx, named), profiles.list_post_lists(tx, blog.id, named))
    names = {mark.object for mark in marks} | {name for name, _ in wording.names.values()} | {MENTORS_OF_BLOG}
    return Wording(wording.objects(shared), names, marks, SharedWording(before.basis, frozenset(shared)))


def _compile_all(tx: Tx, blog: Blog, marks: list[ListMark], rules: BlogRules) -> Wording:
    wording = _Compiler(tx, blog, rules)
    wording.read(posts.list_names_by_blog(tx, blog.id), profiles.list_post_lists(tx, blog.id))
    shared = namesakes.list_namesakes(tx, blog.id, wording.name_keys, wording.pinned)
    return Wording(wording.objects(shared), None, marks, SharedWording(_basis(blog, rules), frozenset(shared)))


def _basis(blog: Blog, rules: BlogRules) -> bytes:
    """What all lists of a blog are made of, beside the lists themselves."""
    return SharedWording.hash_of(blog.facts.language, rules.as_text)


class _Compiler:
    """Lists of one blog and who stands in them, read a part at a time."""

    def __init__(self, tx: Tx, blog: Blog, rules: BlogRules) -> None:
        self._tx, self._blog, self._rules = tx, blog, rules
        self.names: dict[int, tuple[str, str]] = {}
        self.pinned = rules.pinned_ids
        self._lists: dict[int, list[ListedMentor]] = {}
        self._mentors: dict[int, Mentor] = {}
        self._homes: dict[str, Blog] = {}
        self._meet(self.pinned)

    @property
    def name_keys(self) -> frozenset[int]:
        """The names of all who stand in what was read."""
        return frozenset(byline.name_key for _, byline in self._mentors.values())

    @property
    def pinned_name_keys(self) -> frozenset[int]:
        """The names of those who stand under every post of somebody."""
        return frozenset(self._mentors[mentor][1].name_key for mentor in self.pinned & self._mentors.keys())

    def read(self, names: PostNames, lists: Mapping[int, list[ListedMentor]]) -> None:
        """Posts, and the lists under them."""
        self.names |= names
        self._lists |= lists
        self._meet({line.mentor_id for lines in lists.values() for line in lines})

    def _meet(self, mentor_ids: Iterable[int]) -> None:
        keys = profiles.list_keys(self._tx, set(mentor_ids) - self._mentors.keys())
        bylines = authors.list_bylines(self._tx, {(key.blog_id, key.author_id) for key in keys.values()})
        self._homes |= blogs.list_by_ids(self._tx, {key.blog_id for key in keys.values()} - self._homes.keys())
        for mentor_id, key in keys.items():
            if (byline := bylines.get((key.blog_id, key.author_id))) is not None:
                self._mentors[mentor_id] = (key, byline)

    def objects(self, shared: Collection[int]) -> list[PushObject]:
        """What was read, in words; `shared`: the names that people of several blogs have."""
        language = primary_language(self._blog.facts.language)
        keys = {mentor_id: key for mentor_id, (key, _) in self._mentors.items()}
        objects = []
        lists = [
            (*self.names[post_id], lines)
            for post_id, lines in sorted(self._rules.allowed_lists(self._lists, self.names, keys).items())
            if post_id in self.names
        ]
        if roll := self._rules.allowed_roll(keys):
            lists.append((MENTORS_OF_BLOG, "", roll))
        for name, author, lines in lists:
            shown = make_each(lines, partial(self._shown, author=author, shared=shared), "line of a push")
            objects.append(PushObject("related", name, 0, language, tuple(filter(None, shown))))
        return objects

    def _shown(self, line: ListedMentor, author: str, shared: Collection[int]) -> ShownMentor | None:
        """None: whoever it is may not be shown, or there is no address to send a reader to."""
        if line.mentor_id not in self._mentors:
            return None
        key, byline = self._mentors[line.mentor_id]
        of = self._homes[key.blog_id]
        reason, home = line.reason, web_address(of.facts.home_url)
        post = ShownPost(reason.title, reason.url, reason.date) if reason.date and web_address(reason.url) else None
        if not of.shown or not (web_address(byline.url) or home):
            return None
        # Whoever shares a name with somebody of another blog stands there with the address of theirs.
        blog_name = of.facts.name
        if byline.name_key in shared:
            blog_name = name_with_address(of.facts.name, of.facts.home_url)
        return ShownMentor(
            name=byline.name or home,
            blog=blog_name or home,
            url=web_address(byline.url) or home,
            language=key.language,
            why=reason_sentence(reason, self._blog.facts.language),
            topics=reason.topics,
            post=post,
            note=self._rules.note(author, key.author),
            key=str(key.author),
        )
