"""What a person reads of a post: no code, no quotations, no markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Left out with all that is inside: not the author's words, or no words at all.
SILENT = frozenset(
    {"script", "style", "pre", "code", "blockquote", "figure", "svg", "math", "iframe", "noscript", "textarea"}
)
BREAKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "section", "article",
    "header", "footer", "table", "dl", "dt", "dd", "hr", "main", "aside", "nav",
})  # fmt: skip
SHORTCODE = re.compile(r"\[/?[a-z][\w-]*(?:\s[^\[\]]{0,500})?/?\]")
FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1`*\s*$", re.MULTILINE | re.DOTALL)
LIQUID = re.compile(r"\{%.{0,500}?%\}|\{\{.{0,500}?\}\}", re.DOTALL)
MARKDOWN_CODE = re.compile(r"`[^`\n]{1,500}`")
MARKDOWN_QUOTE = re.compile(r"^ {0,3}>.*$", re.MULTILINE)
MARKDOWN_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)")
MARKDOWN_LINK = re.compile(r"\[([^\]\n]{1,300})\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,100}\])")
MARKDOWN_TARGET = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+\.\S+")
SPACES = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\s*\n\s*")


class _Reader(HTMLParser):
    """Collects text outside of silent elements; an element left open ends with the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent.append(tag)
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """The author's own words, one paragraph a line. Takes HTML as well as Markdown."""
    text = html.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    text = FENCE.sub("\n", text)
    text = MARKDOWN_QUOTE.sub("", LIQUID.sub(" ", text))
    reader = _Reader()
    reader.feed(text)
    reader.close()
    text = "".join(reader.parts)
    text = MARKDOWN_LINK.sub(r"\1", MARKDOWN_IMAGE.sub(" ", MARKDOWN_TARGET.sub("", text)))
    text = ADDRESS.sub(" ", SHORTCODE.sub(" ", MARKDOWN_CODE.sub(" ", text)))
    return LINES.sub("\n", SPACES.sub(" ", text)).strip()


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text, cut at a word, with an ellipsis if shortened."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"
