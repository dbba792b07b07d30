"""The catalogs of the languages other than Norwegian Bokmål, which stands in the code."""

import gettext
from collections.abc import Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path

from handlers.writing.language import DEFAULT, LANGUAGES

LOCALES = Path(__file__).parent / "locales"


def po_file(language: str, locales: Path = LOCALES) -> Path:
    """Where the translations into `language` are written."""
    return locales / language / "LC_MESSAGES" / "bot.po"


def catalogs(locales: Path = LOCALES) -> Mapping[str, gettext.NullTranslations]:
    """A catalog for each language, for `handlers.writing.language.install`. Each is read when it is first spoken."""
    return {language: _Catalog(po_file(language, locales)) for language in LANGUAGES if language != DEFAULT}


class _Catalog(gettext.NullTranslations):
    """The translations in a `.po` file, read when they are first asked for.

    There is no compiled file beside it, so what is translated is what is shown. A text without a translation, or with
    one marked fuzzy, is shown as it stands in the code.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    @cached_property
    def _read(self) -> gettext.GNUTranslations:
        from babel.messages.mofile import write_mo  # noqa: PLC0415 - not needed where all speak Bokmål
        from babel.messages.pofile import read_po  # noqa: PLC0415

        compiled = BytesIO()
        with self._path.open("rb") as file:
            write_mo(compiled, read_po(file))
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)

    def gettext(self, message: str) -> str:
        return self._read.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._read.ngettext(msgid1, msgid2, n)
