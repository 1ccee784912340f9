"""A turn as a log keeps it made into what was said: encoding repaired, markup and system texts gone. Pure."""

import re
import unicodedata
from typing import NamedTuple

import ftfy
from selectolax.lexbor import LexborHTMLParser

_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|body|br|button|center|code|div|em|font|form|h[1-6]|head|hr|html|i|img|input|label|li|"
    r"link|meta|ol|p|pre|q|s|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|u|ul|video)"
    r"(?:\s[^<>]*)?/?>|<!--",
    re.IGNORECASE,
)
_CHARACTER_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31});", re.IGNORECASE)
_BROKEN = re.compile(r"[^\x00-\x7f]")
_MARKER = re.compile(
    r"[\[(<*{]+\s*(?:inaudible|unintelligible|noise|silence|pause|laugh(?:s|ter|ing)?|cough(?:s|ing)?|sighs?|music|"
    r"crosstalk|overlapping(?: speech)?|background noise|hold music|beep|unk|foreign|applause|no speech|redacted|"
    r"image|attachment|photo|file|link|emoji|sticker|gif|media omitted)\s*[\])>*}]+",
    re.IGNORECASE,
)
_SYSTEM = re.compile(
    r"(?:\S+\s+){0,4}(?:has |have )?(?:joined|left|entered|ended|closed) the (?:chat|call|conversation|session)\b.*"
    r"|(?:the |this |your )?(?:chat|call|conversation|session)(?: \w+){0,2} (?:has |was |is )?(?:been )?"
    r"(?:started|ended|closed|transferred|disconnected|recorded|put on hold)\b.*"
    r"|(?:this|your) (?:call|conversation|chat) (?:may|will) be (?:recorded|monitored)\b.*"
    r"|(?:you are|you're) now (?:connected|chatting) (?:to|with)\b.*"
    r"|(?:please )?(?:wait|hold)(?: \w+){0,3} while (?:we|i) (?:connect|transfer)\b.*"
    r"|(?:<)?media omitted(?:>)?|(?:this )?message (?:was |has been )?deleted\b.*|missed (?:voice |video )?call\b.*"
    r"|sent from my \w+\b.*|auto(?:matic|mated)?[- ]?(?:reply|response|message)\b.*"
    r"|.{0,40}\bis (?:now )?(?:typing|online|offline)\b\W*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"\s+sent from my (?:iphone|ipad|android|mobile|samsung|phone)\b.*$", re.IGNORECASE | re.DOTALL)
_ENCODING_ONLY = ftfy.TextFixerConfig(
    unescape_html=False, uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False,
    fix_line_breaks=False, fix_surrogates=True, remove_control_chars=False, remove_terminal_escapes=False,
)  # fmt: skip
_FORMAT_SIGNS = frozenset({"Cf", "Co", "Cn", "Cs"})


class Cleaned(NamedTuple):
    """`repairs` name what was done; `system` is True when the text is a notice and nothing that a person said."""

    text: str
    repairs: tuple[str, ...]
    system: bool


def clean(text: str) -> Cleaned:
    """Text as a person said it, white space single."""
    repairs = []
    repaired = ftfy.fix_text(text, _ENCODING_ONLY) if _BROKEN.search(text) else text
    if repaired != text:
        repairs.append("encoding")
    plain = strip_markup(repaired)
    if plain != repaired:
        repairs.append("markup")
    visible = plain if plain.isascii() and plain.isprintable() else _visible(plain)
    if " ".join(visible.split()) != " ".join(plain.split()):
        repairs.append("control characters")
    said = _SIGNATURE.sub("", _MARKER.sub(" ", visible))
    if said != visible:
        repairs.append("transcriber's marks")
    single = " ".join(ftfy.fixes.uncurl_quotes(said).split())
    bare = single.strip("*-=_~[]()<>#| ")
    return Cleaned(single, tuple(repairs), bool(_SYSTEM.fullmatch(bare)))


def strip_markup(text: str) -> str:
    """HTML's text content with character references resolved; text without known tags only has these resolved."""
    if _TAG.search(text):
        tree = LexborHTMLParser(text)
        for node in tree.css("script,style,head,template"):
            node.decompose()
        return tree.body.text(separator=" ") if tree.body is not None else ""
    return ftfy.fixes.unescape_html(text) if _CHARACTER_REFERENCE.search(text) else text


def has_words(text: str) -> bool:
    """Whether anybody could have said something by it: a letter or a digit."""
    return any(sign.isalnum() for sign in text.replace("*", ""))


def _visible(text: str) -> str:
    kept = (sign for sign in text if unicodedata.category(sign) not in _FORMAT_SIGNS)
    return "".join(" " if _is_blank(sign) else sign for sign in kept)


def _is_blank(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Zs")
