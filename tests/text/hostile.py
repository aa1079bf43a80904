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


def again(piece: str, first: str = "") -> Content:
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
    "tags without an end": again("<a "), "tags with a value without an end": again("<a href=x "),
    "capital tags": again("<A "), "tags in tags": again("a<a<"), "signs that begin a tag": again("<"),
    "ends without an end": again("</"), "named ends without an end": again("</a "), "slashes": again("<a /"),
    "quotes without an end": again("<x y='"), "double quotes": again('<div a="'), "quotes in names": again("<a 'b"),
    "equals": again("<a ="), "a tag of many attributes": again("a ", "<div "),
    "a tag of many names": lambda length: ("<div " + " ".join(f"a{n}=1" for n in range(length // 7)))[:length] + ">",
    "one long value": again("x", "<div a='"), "one long name": again("x", "<"),
    "entities in values": again("<a b=&amp"),
    "comments": again("<!--"), "comments that nearly end": again("<!-- x --"), "short comments": again("<!-->"),
    "declarations": again("<!"), "doctypes": again('<!DOCTYPE "'), "instructions": again("<?"), "php": again("<?php "),
    "cdata": again("<![CDATA["), "cdata that nearly ends": again("]", "<svg><![CDATA["),
    "ampersands": again("&"), "numbers of signs": again("&#"), "numbers in hexadecimal": again("&#x"),
    "names without an end": again("&amp"), "the longest name": again("&CounterClockwiseContourIntegral;"),
    "the longest name without an end": again("&CounterClockwiseContourIntegral"), "huge numbers": again("&#1234567"),
    "scripts": again("<script>"), "scripts in comments": again("<script><!--"),
    "script ends": again("</script", "<script>"), "styles": again("<style>"),
    "text areas": again("</textarea", "<textarea>"), "titles": again("&", "<title>"),
    "plain text": again("<plaintext>"), "frames": again("<iframe>"), "empty frames": again("<iframe/>"),
    "deep": again("<div>x"), "deep formatting": again("<b><i>"), "links in links": again("<a><a>"),
    "fonts and paragraphs": again("<font><p>"), "crossed": again("<b></i>"), "lists": again("<ul><li>"),
    "tables": again("<table><td>"), "words in tables": again("<table>x"), "drawings": again("<svg><math>"),
    "quotations": again("<blockquote>x"),
    "deep quotations": lambda length: "<blockquote>" * (length // 24) + "x<br>" * (length // 10),
    "other ends in deep quotations": lambda length: "<blockquote>" * (length // 24) + "</pre>" * (length // 12),
    "figures": again("<figure><pre><code>"), "marks": again("e\u0301\u0302\u0303"), "marks alone": again("\u0301"),
    "nothing wide": again("a\u200b"), "right to left": again("a\u202e"), "no characters": again("\x00"),
    "halves of pairs": again("\ud800"), "a sentence in a sign": again("\ufdfa"), "letters that grow": again("İ"),
    "shortcodes": again("[shortcode"), "shortcodes with values": again("[a b="), "brackets": again("["),
    "links": again("[a]("), "links by name": again("[a]["), "targets": again("[a]: "), "pictures": again("![a]("),
    "addresses in links": again("[x](http://a"), "fences": again("```x\n"), "backticks": again("`a"),
    "liquid": again("{% a"), "braces": again("{{"), "quoted lines": again("> a\n"), "addresses": again("http://"),
    "mail": again("a@a."), "mail without a host": again("a+@"), "stops": again("a."), "hyphens": again("a-"),
    "capitals": again("ABCDEFGHIJ"), "digits": again("1. "), "punctuation": again("?!"),
    "words of a letter": again("A\n"), "sentences of a letter": again("a. "),
    "a sentence without an end": again("mot de plus "),
    "guillemets": again("« mot deux trois quatre "), "apostrophes": again("l'"), "dialogue": again("— a\n"),
    "tabs": again("\t"), "spaces and lines": again("\n \n"), "confessions": again("I lost, "),
    "denials": again("I did not lose, I never failed, "), "hosts": _numbered('<a href="https://h{}.example/">x</a>'),
    "broken addresses": again('<a href="//[">x'),
}  # fmt: skip

ORDINARY: Mapping[str, Content] = {
    "French": again(f"<p>{FRENCH}</p>\n"), "English": again(f"<p>{ENGLISH}</p>\n"), "one paragraph": again(FRENCH),
    "as the block editor writes": again(f"<!-- wp:paragraph -->\n<p>{ENGLISH}</p>\n<!-- /wp:paragraph -->\n\n"),
    "code": again(f"<p>{ENGLISH}</p><pre><code>for (i = 0; i &lt; n; i++) {{ a[i] &amp;&amp; c; }}</code></pre>"),
    "lists": again("<ul><li>premier point de la liste</li><li><a href='https://a.example/b'>lien</a></li></ul>\n"),
    "links": again('<p>See <a href="https://www.a.example/path?x=1">my notes</a> and https://b.example/x too.</p>\n'),
    "tables": again("<table><tr><td>12,50</td><td>Janvier</td><td>perdu</td></tr></table>\n"),
    "Markdown": again("## Title\n\nI *failed* to see [the link](https://a.example/x) and `code`.\n\n> quoted\n- one\n"),
    "shortcodes": again('[gallery ids="1,2,3"]\nJ\'ai raté mon premier lancement.\n[caption width="3"]x[/caption]\n'),
    "short paragraphs": _numbered("<p>Short number {}, I think so.</p>\n"), "any words": _words, "base64": _base64,
    "a poem": again("J'ai perdu\nla raison\net l'or\n\n"),
    "a dialogue": again("— Bonjour, dit-elle.\n— J'ai perdu mon temps.\n« Tu as raison », dit-il. \"Oui.\"\n"),
    "Thai": again("ผมเปิดร้านของผมเมื่อหกเดือนก่อนและเงินหมดเร็วมาก"), "Chinese": _ideographs,
    "Hindi": again("जब मैंने अपनी दुकान खोली तो मुझे नहीं लगा कि पैसे खत्म हो जाएंगे। "),
    "Arabic": again("عندما فتحت متجري لم أتوقع أن ينفد المال بعد ستة أشهر. ماذا تعتقد؟ "),
    "Korean": again("저는 여섯 달 전에 가게를 열었지만 돈이 금방 떨어졌습니다. "),
    "emoji": again("😀🎉👩‍👩‍👧 bravo ! "),
}  # fmt: skip
