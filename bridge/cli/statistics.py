"""The engagement on one blog, for machines and for people in French or English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal, format_percent

from bridge.cli.common import say_line, say_table
from bridge.contract.pushes import json_value, wire_time
from bridge.engagement.blog import METRICS, MIN_SAMPLE
from bridge.engagement.wording import NOT_ENOUGH_DATA, figure_definition, figure_name
from bridge.storage.blogs.blogs import Blog
from bridge.worker.engagement.on_demand import StatisticsReport

SHARE_FIGURES = ("conversation_rate", "reply_rate", "back_and_forth", "top_decile_share", "substance")
TIME_FIGURES = ("reply_time_median_hours", "reply_time_p90_hours")
COLUMN_LABELS = {
    "en": {
        "figure": "figure",
        "value": "value",
        "interval": "95 % interval",
        "n": "n",
        "previous": "before",
        "head": "{name}: {start} to {end} (UTC), as of {as_of}",
        "ever": "{name}: all time, as of {as_of}",
        "none": "No comments yet. They come when the blog's owner switches statistics on, or with `bridge import`.",
        "waiting": "Waiting for an answer, most urgent first",
        "welcome": "To welcome: first comment this week",
        "silent": "Fell silent",
        "alive": "Alive now",
        "regulars": "Regulars",
        "cohorts": "First comment in a month: share that commented 0, 1, 2 … months later",
        "people": "people",
        "retained": "retained",
        "month": "month",
        "unsure": "history begins here",
        "more": "`--json` adds definitions, all posts and all commenters.",
        "comment": "comment",
        "post": "post",
        "commenter": "commenter",
        "since": "since",
        "question": "question",
        "first": "first",
        "words": "words",
        "last": "last",
        "at": "at",
        "posts": "posts",
        "comments": "comments",
        "commenters": "commenters",
        "yes": "yes",
        "no": "",
        "unreached": "too many wait",
    },
    "fr": {
        "figure": "chiffre",
        "value": "valeur",
        "interval": "intervalle à 95 %",
        "n": "n",
        "previous": "avant",
        "head": "{name} : du {start} au {end} (UTC), calculé le {as_of}",
        "ever": "{name} : depuis le début, calculé le {as_of}",
        "none": "Pas encore de commentaires. Ils viennent quand le blogue active les statistiques, ou par "
        "`bridge import`.",
        "waiting": "En attente d'une réponse, le plus pressant d'abord",
        "welcome": "À accueillir : premier commentaire cette semaine",
        "silent": "Devenus silencieux",
        "alive": "Conversations vivantes",
        "regulars": "Fidèles",
        "cohorts": "Premier commentaire du mois : part qui a commenté 0, 1, 2 … mois plus tard",
        "people": "personnes",
        "retained": "restent",
        "month": "mois",
        "unsure": "l'historique commence ici",
        "more": "`--json` ajoute les définitions, tous les billets et toutes les personnes.",
        "comment": "commentaire",
        "post": "billet",
        "commenter": "personne",
        "since": "depuis",
        "question": "question",
        "first": "premier",
        "words": "mots",
        "last": "dernier",
        "at": "le",
        "posts": "billets",
        "comments": "commentaires",
        "commenters": "personnes",
        "yes": "oui",
        "no": "",
        "unreached": "trop attendent",
    },
}
LIST_COLUMNS = {
    "waiting": ("comment", "post", "since", "question", "first", "words"),
    "welcome": ("comment", "post", "at"),
    "silent": ("commenter", "posts", "last"),
    "alive": ("post", "comments", "commenters", "last"),
    "regulars": ("commenter", "posts"),
}


def statistics_data(blog: Blog, found: StatisticsReport, window: str, language: str) -> dict[str, Any]:
    """For machines: an object a metric by its key, and what lies below."""
    figures = {
        key: {**figure, "window": window, "definition": figure_definition(key, language)}
        for key, figure in found.figures.items()
    }
    start = None if window == "all" else found.window.start
    above = {"blog": blog.id, "as_of": found.window.as_of, "from": start, "to": found.window.as_of}
    below = {"cohorts": found.cohorts, "per_post": found.posts, "per_commenter": found.commenters}
    data: dict[str, Any] = json_value({**above, **figures, **below, "lists": found.lists})
    return data


def say_statistics(blog: Blog, found: StatisticsReport, language: str) -> None:
    """For people: figures with their intervals, what to do next, cohorts."""
    words = COLUMN_LABELS[language]
    if not found.posts and not found.figures["held_out_spam"]["value"]:
        say_line(words["none"])
        return
    window = found.window
    bounds = {"start": f"{window.start:%Y-%m-%d}", "end": f"{window.as_of:%Y-%m-%d}", "as_of": wire_time(window.as_of)}
    head = "ever" if window.previous.start == window.start else "head"
    say_line(words[head].format(name=blog.facts.name or blog.id, **bounds))
    say_line()
    rows = [_row(metric.key, found.figures[metric.key], language) for metric in METRICS]
    say_table([words[key] for key in ("figure", "value", "interval", "n", "previous")], rows, "")
    for key, columns in LIST_COLUMNS.items():
        items = found.lists.get(key) or []
        if items:
            say_line()
            say_line(words[key])
            say_table([words[name] for name in columns], [_cells(item, columns, words) for item in items[:10]], "")
    if found.cohorts:
        say_line()
        say_line(words["cohorts"])
        lines = [_cohort(cohort, language) for cohort in found.cohorts[-12:]]
        say_table([words[key] for key in ("month", "people", "retained")], lines, "")
    say_line()
    say_line(words["more"])


def _row(key: str, figure: Mapping[str, Any], language: str) -> list[str]:
    low, high = figure["low"], figure["high"]
    between = "" if low is None else f"{_shown(key, low, language)} – {_shown(key, high, language)}"
    return [
        figure_name(key, language),
        _value(key, figure, language),
        between,
        str(figure["n"]),
        "–" if figure["previous"] is None else _shown(key, figure["previous"], language),
    ]


def _value(key: str, figure: Mapping[str, Any], language: str) -> str:
    if figure["value"] is None and key in TIME_FIGURES and figure["n"] >= MIN_SAMPLE:
        return COLUMN_LABELS[language]["unreached"]  # so many wait that the time is longer than anybody has waited
    return _shown(key, figure["value"], language)


def _shown(key: str, value: float | None, language: str) -> str:
    if value is None:
        return NOT_ENOUGH_DATA[language]
    if key in SHARE_FIGURES:
        return str(format_percent(value, "#,##0 %" if language == "fr" else "#,##0%", locale=language))
    return str(format_decimal(value, "#,##0.##", locale=language))


def _cells(item: Mapping[str, Any], columns: tuple[str, ...], words: Mapping[str, str]) -> list[str]:
    def cell(value: Any) -> str:
        if isinstance(value, bool):
            return words["yes" if value else "no"]
        text = str(value)
        return text[:10] if len(text) in (20, 64) else text  # a day of a moment, the beginning of a key

    return [cell(item[name]) for name in columns]


def _cohort(cohort: Mapping[str, Any], language: str) -> list[str]:
    shares = [
        "·" if share is None else str(format_percent(share, locale=language)) for share in cohort["retained"][:12]
    ]
    while shares and shares[-1] == "·":
        shares.pop()
    told = " ".join(shares) if cohort["complete"] else COLUMN_LABELS[language]["unsure"]
    return [cohort["month"], str(cohort["people"]), told]
