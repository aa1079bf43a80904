"""Every figure by its one name, its short form and its one definition: pages, commands and wp-admin speak from here.

The texts are English, to be translated where they are shown (`bridge.words`); French is in the catalogue of
translations. wp-admin carries its own copy of the names, which `tests/dashboard/test_figure_names.py` holds to these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bridge.words import N_, translate

NOT_ENOUGH_DATA = N_("not enough data")


class FigureKind(StrEnum):
    """In what a figure is counted, and so how it is written."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class FigureWords:
    """What a figure is called, what it is called where there is little room, and what it means."""

    kind: FigureKind
    name: str
    short: str
    meaning: str


COUNT, SHARE, MEAN, HOURS = FigureKind
FIGURES: Mapping[str, FigureWords] = {  # in the order in which they matter
    "comments": FigureWords(
        COUNT,
        N_("Comments by readers"),
        N_("Comments"),
        N_(
            "Approved comments by readers: without echoes from other sites, what the post’s author or the blog’s staff "
            "wrote, repetitions and probable spam."
        ),
    ),
    "unique_commenters": FigureWords(
        COUNT,
        N_("People who commented"),
        N_("People"),
        N_(
            "Each counted once, by a code made with the blog’s own key; whoever gave neither a name nor an address is "
            "not among them."
        ),
    ),
    "comments_per_post": FigureWords(
        MEAN,
        N_("Comments per post in its first 14 days"),
        N_("Comments per post"),
        N_(
            "How many comments came within 14 days of publication, on average over the posts published from 14 days "
            "before the period began until 14 days before it ended: so each had the same time."
        ),
    ),
    "conversation_rate": FigureWords(
        SHARE,
        N_("Posts with a comment in their first 14 days"),
        N_("Posts with a comment"),
        N_(
            "Share of the posts with at least one comment within 14 days of publication, over the same posts as "
            "“Comments per post”."
        ),
    ),
    "reply_rate": FigureWords(
        SHARE,
        N_("Comments answered within 7 days"),
        N_("Answered"),
        N_(
            "Share of the readers’ comments at the top of a thread that the post’s author answered within 7 days, "
            "directly or as the next in the thread; of those that had been there for 7 days at midnight UTC."
        ),
    ),
    "reply_time_median_hours": FigureWords(
        HOURS,
        N_("Half of the comments answered within"),
        N_("Half answered within"),
        N_(
            "Time until half of the readers’ comments at the top of a thread had an answer of the post’s author; "
            "those without one count as still waiting (Kaplan-Meier)."
        ),
    ),
    "new_commenters": FigureWords(
        COUNT,
        N_("People who commented for the first time"),
        N_("Newcomers"),
        N_("People whose first counted comment ever on the blog lies in the period."),
    ),
    "returning_commenters": FigureWords(
        COUNT,
        N_("People who came back"),
        N_("Returning"),
        N_("People with a comment in the period and an earlier one, at least a day before, on another post."),
    ),
    "regulars": FigureWords(
        COUNT,
        N_("Regulars"),
        N_("Regulars"),
        N_("People who commented on at least 3 posts, on at least 3 days of the period."),
    ),
    "substance": FigureWords(
        SHARE,
        N_("Comments of substance"),
        N_("Of substance"),
        N_(
            "Share of the comments with at least 25 words that show thought (a theme of the post from beyond its first "
            "100 words, something lived or learned, a question, a link to a source), or marked as insightful."
        ),
    ),
    "thread_depth": FigureWords(
        MEAN,
        N_("Depth of conversations"),
        N_("Depth"),
        N_("Levels of the threads with a reply, on average: a comment is 1, an answer to it 2."),
    ),
    "back_and_forth": FigureWords(
        SHARE,
        N_("Conversations that go back and forth"),
        N_("Back and forth"),
        N_("Share of the threads with a reply in which the post’s author, a reader and the author again spoke."),
    ),
    "reply_time_p90_hours": FigureWords(
        HOURS,
        N_("Nine of ten comments answered within"),
        N_("Nine of ten within"),
        N_(
            "Time until nine of ten readers’ comments at the top of a thread had an answer of the post’s author; none "
            "while too many wait (Kaplan-Meier)."
        ),
    ),
    "waiting": FigureWords(
        COUNT,
        N_("Comments waiting for an answer"),
        N_("Waiting"),
        N_("Readers’ comments of the period at the top of a thread that the post’s author has not answered."),
    ),
    "posts": FigureWords(
        COUNT,
        N_("Posts published"),
        N_("Posts"),
        N_("Posts published in the period by authors who take part."),
    ),
    "h_index_commenters": FigureWords(
        COUNT,
        N_("Loyalty of readers (h-index)"),
        N_("Loyalty"),
        N_("The largest h for which h people commented on at least h posts each: 4 for 4 people on 4 posts or more."),
    ),
    "h_index_posts": FigureWords(
        COUNT,
        N_("Reach of posts (h-index)"),
        N_("Reach"),
        N_("The largest h for which h posts have comments of at least h people each: 4 for 4 posts with 4 or more."),
    ),
    "gini": FigureWords(
        MEAN,
        N_("Unevenness of comments (Gini)"),
        N_("Unevenness"),
        N_(
            "How unequally the comments are spread over people: at 0 all write as many, near 1 a few write nearly all. "
            "From 10 people."
        ),
    ),
    "top_decile_share": FigureWords(
        SHARE,
        N_("Comments by the most active tenth"),
        N_("Most active tenth"),
        N_("Share of the comments that the most active tenth of the people wrote. From 10 people."),
    ),
    "disclosure_resonance": FigureWords(
        MEAN,
        N_("Experience and comments"),
        N_("Experience and comments"),
        N_(
            "Whether posts that tell of something lived go with more comments, from −1 to 1; 0: no difference. The "
            "third of the posts that tells most is compared with the rest, by their comments within 14 days "
            "(rank-biserial correlation). It says nothing of causes. From 10 posts in each group."
        ),
    ),
    "disclosure_relevance": FigureWords(
        MEAN,
        N_("Experience and relevance"),
        N_("Experience and relevance"),
        N_(
            "Whether posts that tell of something lived go with comments that are closer to the post, from −1 to 1; 0: "
            "no difference. Compared like “Experience and comments”, by the median likeness of a post’s comments to "
            "it. It says nothing of causes. From 10 posts in each group."
        ),
    ),
    "held_out_spam": FigureWords(
        COUNT,
        N_("Left out as probable spam"),
        N_("Left out"),
        N_("Approved comments that count in no figure because two or more signs of spam came together."),
    ),
}
LIST_NAMES: Mapping[str, str] = {  # what to do next
    "waiting": N_("Waiting for an answer"),
    "welcome": N_("New this week: say welcome"),
    "alive": N_("Being talked about now"),
    "silent": N_("Silent for a while"),
    "regulars": FIGURES["regulars"].name,
}


def figure_name(key: str, language: str) -> str:
    """What a figure is called in a language."""
    return translate(language, FIGURES[key].name)


def figure_definition(key: str, language: str) -> str:
    """What a figure means, in a language."""
    return translate(language, FIGURES[key].meaning)
