"""What a reader asks the bank: a need, what a mentor must have, which page; the same in every address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bridge.language_tags import language_code
from bridge.legible import one_line
from bridge.mentors.declared_kinds import read_availability, read_format, read_region, read_stage
from bridge.pages.url_converters import parse_whole_number
from bridge.storage.bank.card_filters import FACET_NAMES, Filters

MAX_NEED_CHARACTERS = 300
PAGE_CARDS = 12  # cards on a page
MAX_PAGE_NUMBER = 1000
FILTER_NAMES = ("language", "region", "stage", "availability", "format", "skill")
MAX_FILTER_CHARACTERS = 191  # a URI of a skill


@dataclass(frozen=True, slots=True)
class BankQuery:
    """A question to the bank; what is empty was not asked."""

    need: str = ""
    filters: Filters = field(default_factory=Filters)
    page: int = 1
    size: int = PAGE_CARDS  # mentors on a page

    @classmethod
    def read(cls, args: Mapping[str, str], size: int = PAGE_CARDS) -> BankQuery:
        """From an address; what makes no sense is as if it was not there, so that every shared address opens."""
        filters = {name: _text(args.get(name, ""), MAX_FILTER_CHARACTERS) for name in FILTER_NAMES}
        filters["language"] = language_code(filters["language"])
        filters |= _kinds(filters)
        page = parse_whole_number(args.get("page"), MAX_PAGE_NUMBER) or 1
        need = _text(args.get("need", ""), MAX_NEED_CHARACTERS)
        facets = frozenset(name for name in FACET_NAMES if args.get(name, "") not in ("", "0", "no", "False"))
        return cls(need, Filters(**filters, facets=facets), page, size)

    def address(self, **changed: Any) -> dict[str, Any]:
        """The arguments of an address that asks the same, or the same with something changed."""
        asked = {name: getattr(self.filters, name) for name in FILTER_NAMES}
        facets = {name: "1" for name in FACET_NAMES if name in self.filters.facets}
        parameters = {"need": self.need, **asked, **facets, "page": self.page if self.page > 1 else None, **changed}
        return {name: value for name, value in parameters.items() if value}

    @property
    def subscription(self) -> dict[str, Any]:
        """The arguments of a feed: without a page."""
        return self.address(page=None)

    def on(self, page: int) -> BankQuery:
        """The question on another page of its answer."""
        return replace(self, page=page)

    @property
    def offset(self) -> int:
        """How many cards stand before this page."""
        return (self.page - 1) * self.size


def _kinds(filters: Mapping[str, str]) -> dict[str, str]:
    """The kinds that are asked for; what an author wrote stands for its kind, as in addresses of earlier versions."""
    read = {
        "region": read_region(filters["region"]),
        "stage": read_stage(filters["stage"]),
        "availability": next(iter(read_availability(filters["availability"])), ""),
        "format": read_format(filters["format"]),
    }
    return {name: kind or filters[name] for name, kind in read.items()}


def _text(text: str, longest: int) -> str:
    return one_line(text)[:longest].strip()
