"""Contents of any length: hostile ones, of which nothing ever ends, and ordinary ones that are merely long."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping

Content = Callable[[int], str]
BEFORE = "<p>Avant tout, la boulangerie manquait de trésorerie.</p>\n"
KEPT = frozenset({"boulangerie", "manquait", "trésorerie"})
FRENCH = (
    "Quand j'ai ouvert mon atelier, je n'avais pas prévu que l'argent me manquerait au bout de six mois. J'ai appris "
    "à mes dépens qu'il faut relancer ses clients. Nous avons perdu un gros contrat ! Et vous, qu'en pensez-vous ? "
)
ENGLISH = (
    "When I opened my shop, I didn't expect that cash would run out after six months. I learned the hard way that you "
    "must chase invoices. We lost a large contract, and that changed everything! What do you think? "
)


def repeat_piece(piece: str, first: str = "") -> Content:
    """One piece again and again."""
    return lambda length: (first + piece * (length // len(piece) + 1))[:length]


def _numbered(piece: str) -> Content:
    """A piece with a number of its own each time."""
    return lambda length: "".join(piece.format(number) for number in range(length // (len(piece) + 3)))[:length]


def _words(length: int) -> str:
    chance = random.Random(1)
    return " ".join(
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 12))) for _ in range(length // 8)
    )[:length]


def _ideographs(length: int) -> str:
    return "".join(random.Random(2).choices([chr(code) for code in range(0x4E00, 0x5E00)], k=length))


def _base64(length: int) -> str:
    chance = random.Random(3)
    return "\n".join(base64.b64encode(chance.randbytes(57)).decode() for _ in range(length // 77))


HOSTILE: Mapping[str, Content] = {
    "tags without an end": repeat_piece("<a "),
    "tags with a value without an end": repeat_piece("<a href=x "),
    "capital tags": repeat_piece("<A "),
    "tags in tags": repeat_piece("a<a<"),
    "signs that begin a tag": repeat_piece("<"),
    "ends without an end": repeat_piece("</"),
    "named ends without an end": repeat_piece("</a "),
    "slashes": repeat_piece("<a /"),
    "quotes without an end": repeat_piece("<x y='"),
    "double quotes": repeat_piece('<div a="'),
    "quotes in names": repeat_piece("<a 'b"),
    "equals": repeat_piece("<a ="),
    "a tag of many attributes": repeat_piece("a ", "<div "),
    "a tag of many names": lambda length: ("<div " + " ".join(f"a{n}=1" for n in range(length // 7)))[:length] + ">",
    "one long value": repeat_piece("x", "<div a='"),
    "one long name": repeat_piece("x", "<"),
    "entities in values": repeat_piece("<a b=&amp"),
    "comments": repeat_piece("<!--"),
    "comments that nearly end": repeat_piece("<!-- x --"),
    "short comments": repeat_piece("<!-->"),
    "declarations": repeat_piece("<!"),
    "doctypes": repeat_piece('<!DOCTYPE "'),
    "instructions": repeat_piece("<?"),
    "php": repeat_piece("<?php "),
    "cdata": repeat_piece("<![CDATA["),
    "cdata that nearly ends": repeat_piece("]", "<svg><![CDATA["),
    "ampersands": repeat_piece("&"),
    "numbers of signs": repeat_piece("&#"),
    "numbers in hexadecimal": repeat_piece("&#x"),
    "names without an end": repeat_piece("&amp"),
    "the longest name": repeat_piece("&CounterClockwiseContourIntegral;"),
    "the longest name without an end": repeat_piece("&CounterClockwiseContourIntegral"),
    "huge numbers": repeat_piece("&#1234567"),
    "scripts": repeat_piece("<script>"),
    "scripts in comments": repeat_piece("<script><!--"),
    "script ends": repeat_piece("</script", "<script>"),
    "styles": repeat_piece("<style>"),
    "text areas": repeat_piece("</textarea", "<textarea>"),
    "titles": repeat_piece("&", "<title>"),
    "plain text": repeat_piece("<plaintext>"),
    "frames": repeat_piece("<iframe>"),
    "empty frames": repeat_piece("<iframe/>"),
    "deep": repeat_piece("<div>x"),
    "deep formatting": repeat_piece("<b><i>"),
    "links in links": repeat_piece("<a><a>"),
    "fonts and paragraphs": repeat_piece("<font><p>"),
    "crossed": repeat_piece("<b></i>"),
    "lists": repeat_piece("<ul><li>"),
    "tables": repeat_piece("<table><td>"),
    "words in tables": repeat_piece("<table>x"),
    "drawings": repeat_piece("<svg><math>"),
    "quotations": repeat_piece("<blockquote>x"),
    "deep quotations": lambda length: "<blockquote>" * (length // 24) + "x<br>" * (length // 10),
    "other ends in deep quotations": lambda length: "<blockquote>" * (length // 24) + "</pre>" * (length // 12),
    "figures": repeat_piece("<figure><pre><code>"),
    "marks": repeat_piece("e\u0301\u0302\u0303"),
    "marks alone": repeat_piece("\u0301"),
    "nothing wide": repeat_piece("a\u200b"),
    "right to left": repeat_piece("a\u202e"),
    "no characters": repeat_piece("\x00"),
    "halves of pairs": repeat_piece("\ud800"),
    "a sentence in a sign": repeat_piece("\ufdfa"),
    "letters that grow": repeat_piece("İ"),
    "shortcodes": repeat_piece("[shortcode"),
    "shortcodes with values": repeat_piece("[a b="),
    "brackets": repeat_piece("["),
    "links": repeat_piece("[a]("),
    "links by name": repeat_piece("[a]["),
    "targets": repeat_piece("[a]: "),
    "pictures": repeat_piece("![a]("),
    "addresses in links": repeat_piece("[x](http://a"),
    "fences": repeat_piece("```x\n"),
    "backticks": repeat_piece("`a"),
    "liquid": repeat_piece("{% a"),
    "braces": repeat_piece("{{"),
    "quoted lines": repeat_piece("> a\n"),
    "addresses": repeat_piece("http://"),
    "mail": repeat_piece("a@a."),
    "mail without a host": repeat_piece("a+@"),
    "stops": repeat_piece("a."),
    "hyphens": repeat_piece("a-"),
    "capitals": repeat_piece("ABCDEFGHIJ"),
    "digits": repeat_piece("1. "),
    "punctuation": repeat_piece("?!"),
    "words of a letter": repeat_piece("A\n"),
    "sentences of a letter": repeat_piece("a. "),
    "a sentence without an end": repeat_piece("mot de plus "),
    "guillemets": repeat_piece("« mot deux trois quatre "),
    "apostrophes": repeat_piece("l'"),
    "dialogue": repeat_piece("— a\n"),
    "tabs": repeat_piece("\t"),
    "spaces and lines": repeat_piece("\n \n"),
    "confessions": repeat_piece("I lost, "),
    "denials": repeat_piece("I did not lose, I never failed, "),
    "hosts": _numbered('<a href="https://h{}.example/">x</a>'),
    "broken addresses": repeat_piece('<a href="//[">x'),
}

ORDINARY: Mapping[str, Content] = {
    "French": repeat_piece(f"<p>{FRENCH}</p>\n"),
    "English": repeat_piece(f"<p>{ENGLISH}</p>\n"),
    "one paragraph": repeat_piece(FRENCH),
    "as the block editor writes": repeat_piece(f"<!-- wp:paragraph -->\n<p>{ENGLISH}</p>\n<!-- /wp:paragraph -->\n\n"),
    "code": repeat_piece(
        f"<p>{ENGLISH}</p><pre><code>for (i = 0; i &lt; n; i++) {{ a[i] &amp;&amp; c; }}</code></pre>"
    ),
    "lists": repeat_piece(
        "<ul><li>premier point de la liste</li><li><a href='https://a.example/b'>lien</a></li></ul>\n"
    ),
    "links": repeat_piece(
        '<p>See <a href="https://www.a.example/path?x=1">my notes</a> and https://b.example/x too.</p>\n'
    ),
    "tables": repeat_piece("<table><tr><td>12,50</td><td>Janvier</td><td>perdu</td></tr></table>\n"),
    "Markdown": repeat_piece(
        "## Title\n\nI *failed* to see [the link](https://a.example/x) and `code`.\n\n> quoted\n- one\n"
    ),
    "shortcodes": repeat_piece(
        '[gallery ids="1,2,3"]\nJ\'ai raté mon premier lancement.\n[caption width="3"]x[/caption]\n'
    ),
    "short paragraphs": _numbered("<p>Short number {}, I think so.</p>\n"),
    "any words": _words,
    "base64": _base64,
    "a poem": repeat_piece("J'ai perdu\nla raison\net l'or\n\n"),
    "a dialogue": repeat_piece('— Bonjour, dit-elle.\n— J\'ai perdu mon temps.\n« Tu as raison », dit-il. "Oui."\n'),
    "Thai": repeat_piece("ผมเปิดร้านของผมเมื่อหกเดือนก่อนและเงินหมดเร็วมาก"),
    "Chinese": _ideographs,
    "Hindi": repeat_piece("जब मैंने अपनी दुकान खोली तो मुझे नहीं लगा कि पैसे खत्म हो जाएंगे। "),
    "Arabic": repeat_piece("عندما فتحت متجري لم أتوقع أن ينفد المال بعد ستة أشهر. ماذا تعتقد؟ "),
    "Korean": repeat_piece("저는 여섯 달 전에 가게를 열었지만 돈이 금방 떨어졌습니다. "),
    "emoji": repeat_piece("😀🎉👩‍👩‍👧 bravo ! "),
}
