"""What is missing where a list of mentors is short, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.mentors.explain import language_name_for_reader
from bridge.mentors.related import MIN_LIST_LINES
from bridge.words import reader_locale, translate


def short_list_sentence(tag: str, lines: int, language: str, mentors_by_language: Mapping[str, int]) -> str:
    """For a reader of the language `tag` (BCP 47); "" where a list has lines enough.

    Args:
        lines: how many the list has.
        language: that the post or its author writes in; "" of an author without a post that was read.
        mentors_by_language: how many mentors of other blogs may be shown.
    """
    if lines >= MIN_LIST_LINES:
        return ""
    locale = reader_locale(tag)
    if not language:
        return translate(locale.language, "What is missing is a post of yours with enough text to compare.")
    alike = mentors_by_language.get(language, 0)
    others = sum(mentors_by_language.values()) - alike
    counts = {"name": language_name_for_reader(language, locale), "alike": alike, "others": others}
    if alike + others < MIN_LIST_LINES:
        return translate(
            locale.language,
            "What is missing is more blogs; mentors on others so far: %(alike)s in %(name)s, %(others)s in other "
            "languages.",
            **counts,
        )
    return translate(
        locale.language,
        "What is missing is mentors on these subjects; on other blogs so far: %(alike)s in %(name)s, %(others)s in "
        "other languages.",
        **counts,
    )
