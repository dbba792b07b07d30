"""The catalogs of the languages other than Norwegian Bokmål, which stands in the code."""

import gettext
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
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


class _Translated(NamedTuple):
    """What a file translates. `forms`: of texts with a number in them, by the first; `which` of them goes with it."""

    texts: Mapping[str, str]
    forms: Mapping[str, Sequence[str]]
    which: Callable[[int], int]


@cache
def _read(path: Path, _changed: int) -> _Translated:
    """Once for each time that the file has `_changed`: it takes as long as ten requests."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - not needed where all speak Bokmål

    with path.open("rb") as file:
        catalog = read_po(file)
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
    return _Translated(texts, forms, gettext.c2py(catalog.plural_expr))


class _Catalog(gettext.NullTranslations):
    """The translations in a `.po` file, read when they are first asked for.

    There is no compiled file beside it, so what is translated is what is shown. A text without a translation, or with
    one marked fuzzy, is shown as it stands in the code.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @cached_property
    def _read(self) -> _Translated:
        return _read(self._path, self._path.stat().st_mtime_ns)

    def gettext(self, message: str) -> str:
        return self._read.texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms, which = self._read.forms.get(msgid1), self._read.which(n)
        return forms[which] if forms else super().ngettext(msgid1, msgid2, n)
