"""The catalogs of the languages other than Norwegian Bokmål, which stands in the code."""

import gettext
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from handlers.writing.language import DEFAULT, LANGUAGES

LOCALES = Path(__file__).parent / "locales"


def po_file(language: str, locales: Path = LOCALES) -> Path:
    """Where the translations into `language` are written."""
    return locales / language / "LC_MESSAGES" / "bot.po"


def catalogs(locales: Path = LOCALES) -> Mapping[str, gettext.NullTranslations]:
    """A catalog for each language, for `handlers.writing.language.install`. Each is read when it is first spoken."""
    return {language: _Catalog(po_file(language, locales)) for language in LANGUAGES if language != DEFAULT}


class Translated(NamedTuple):
    """What a file translates. `forms`: of texts with a number in them, by the first; `which` of them goes with it."""

    texts: Mapping[str, str]
    forms: Mapping[str, Sequence[str]]
    which: Callable[[int], int]


_ENTRY = re.compile(
    r"""
    ^msgid\ (?P<id>(?:"[^\n]*"\n)+)
    (?:
        msgstr\ (?P<text>(?:"[^\n]*"\n)+)
        | msgid_plural\ (?:"[^\n]*"\n)+(?P<forms>(?:msgstr\[\d\]\ (?:"[^\n]*"\n)+)+)
    )
    """,
    re.MULTILINE | re.VERBOSE,
)
_FORM = re.compile(r'^msgstr\[\d\] ((?:"[^\n]*"\n)+)', re.MULTILINE)
_ESCAPED = re.compile(r'\\([\\trn"])')
_MEANS = {"t": "\t", "r": "\r", "n": "\n"}


@cache
def _read(path: Path, _changed: int) -> Translated:
    """Once for each time that the file has `_changed`."""
    content = path.read_bytes()
    return if_plain(content) or by_babel(content)


def if_plain(content: bytes) -> Translated | None:
    """What a file translates that is as `config.catalogs` leaves it, in a fifth of the time that Babel takes; the
    catalogs are read at each start. None: something else stands in it."""
    texts: dict[str, str] = {}
    forms: dict[str, Sequence[str]] = {}

    def take(entry: re.Match[str]) -> str:
        # The catalogs of all languages have the same texts.
        text = sys.intern(_unquoted(entry["id"]))
        if entry["forms"]:
            each = tuple(_unquoted(form) for form in _FORM.findall(entry["forms"]))
            if all(each):
                forms[text] = each
        elif said := _unquoted(entry["text"]):
            texts[text] = said
        return ""

    try:
        rest = _ENTRY.sub(take, content.decode())
    except UnicodeDecodeError:
        return None
    header = dict(line.partition(": ")[::2] for line in texts.pop("", "").splitlines())
    _count, _is, plural = header.get("Plural-Forms", "").rstrip(";").partition("plural=")
    is_utf8 = header.get("Content-Type", "").endswith("charset=utf-8")
    remarks = (line for line in rest.split("\n") if line)
    if not is_utf8 or not plural or not all(line[0] == "#" and "fuzzy" not in line for line in remarks):
        return None
    return Translated(texts, forms, gettext.c2py(plural))


def _unquoted(lines: str) -> str:
    """The text that stands in quotation marks, on one line or more."""
    text = lines[1:-2].replace('"\n"', "")
    return _ESCAPED.sub(lambda found: _MEANS.get(found[1], found[1]), text) if "\\" in text else text


def by_babel(content: bytes) -> Translated:
    """What any `.po` file translates, as Babel reads it."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - seldom needed

    catalog = read_po(BytesIO(content))
    texts: dict[str, str] = {}
    forms: dict[str, Sequence[str]] = {}
    for message in catalog:
        if message.fuzzy:
            continue
        said = message.string
        if isinstance(message.id, str):
            if message.id and isinstance(said, str) and said:
                texts[message.id] = said
        elif isinstance(said, tuple | list) and all(said):
            forms[message.id[0]] = tuple(said)
    return Translated(texts, forms, gettext.c2py(catalog.plural_expr))


class _Catalog(gettext.NullTranslations):
    """The translations in a `.po` file, read when they are first asked for.

    There is no compiled file beside it, so what is translated is what is shown. A text without a translation, or with
    one marked fuzzy, is shown as it stands in the code.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @cached_property
    def _read(self) -> Translated:
        return _read(self._path, self._path.stat().st_mtime_ns)

    def gettext(self, message: str) -> str:
        return self._read.texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms, which = self._read.forms.get(msgid1), self._read.which(n)
        return forms[which] if forms else super().ngettext(msgid1, msgid2, n)
