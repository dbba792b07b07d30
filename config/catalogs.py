"""The catalogs for translators, kept in step with the code: `python -m config.catalogs update`, or `check`.

Texts are Norwegian Bokmål in the code, within `_()`, `N_()` and `ngettext()`. `update` collects them into `bot.pot` and
brings each language's `bot.po` in step; `check` says what is not in step, which translations are guesses or lost a
placeholder, and which words are misspelt.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from config.spelling import DictionaryMissing, Knows, dictionary, own_words, unknown_words
from config.translations import LOCALES, po_file
from handlers.writing.language import DEFAULT, LANGUAGES

_ROOT = Path(__file__).parent.parent
SOURCES = tuple(_ROOT / name for name in ("bot", "handlers", "config"))
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"\{(\w*)")
# Babel's own header has the time of writing in it, so that no two are alike.
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def collect(sources: Iterable[Path] = SOURCES) -> Catalog:
    """Every text in the code, with the file and line it stands on."""
    catalog = Catalog(charset="utf-8")
    for source in sources:
        for name, line, texts, comments, _context in extract_from_dir(source, _METHODS, keywords=_KEYWORDS):
            place = (source.relative_to(source.parent) / name).as_posix()
            catalog.add(texts, locations=[(place, line)], auto_comments=comments)
    return catalog


def written(catalog: Catalog, language: str = "") -> str:
    """The catalog as it stands in its file. Line numbers are left out: they change with every edit of the code."""
    file = BytesIO()
    write_po(file, catalog, width=110, omit_header=True, sort_by_file=True, include_lineno=False)
    return _HEADER.format(language=language) + file.getvalue().decode().lstrip()


def translated(language: str, template: Catalog, locales: Path = LOCALES) -> Catalog:
    """The translations into `language`, with the texts of `template` and no others.

    A text that was only edited keeps its translation, marked fuzzy: a translator looks at it, and it is not shown.
    """
    path = po_file(language, locales)
    catalog = Catalog(locale=language, charset="utf-8")
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, charset="utf-8")
    catalog.update(template)
    catalog.obsolete.clear()
    return catalog


def files(template: Catalog, locales: Path = LOCALES) -> Iterator[tuple[Path, str]]:
    """Each file and what it is to hold."""
    yield locales / "bot.pot", written(template)
    for language in LANGUAGES:
        if language != DEFAULT:
            yield po_file(language, locales), written(translated(language, template, locales), language)


def update(locales: Path = LOCALES) -> None:
    for path, text in files(collect(), locales):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def check(locales: Path = LOCALES, dictionary: Callable[[str], Knows] = dictionary) -> list[str]:
    """What is wrong, a line for each.

    Raises:
        DictionaryMissing: the spelling cannot be checked on this machine.
    """
    template = collect()
    problems = [
        f"{path.relative_to(locales)} is not in step with the code: run `make messages`"
        for path, text in files(template, locales)
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    own = own_words()
    problems += misspelt(template, dictionary(DEFAULT), own)
    for language in LANGUAGES:
        if language != DEFAULT:
            catalog = translated(language, template, locales)
            problems += guesses(catalog)
            problems += lost_placeholders(catalog)
            if language == "nn":
                problems += misspelt(catalog, dictionary(language), own)
    return problems


def misspelt(catalog: Catalog, knows: Knows, own: frozenset[str]) -> Iterator[str]:
    """Unknown words in the catalog's translations, or in the texts themselves where there are none (a template)."""
    for message in _messages(catalog):
        texts = _texts(message.string if catalog.locale else message.id)
        for word in unknown_words(" ".join(texts), knows, own):
            language = catalog.locale or DEFAULT
            yield f"{_place(message)} ({language}): «{word}»: misspelt, or a word for config/locales/words.txt"


def guesses(catalog: Catalog) -> Iterator[str]:
    """Translations of a text that was like this one: not shown, and to be looked at."""
    for message in _messages(catalog):
        if message.fuzzy:
            text = _texts(message.id)[0]
            yield f"{_place(message)} ({catalog.locale}): «{text}» has a guess: translate it, and take «fuzzy» away"


def lost_placeholders(catalog: Catalog) -> Iterator[str]:
    """Translations without the placeholders of the text, but for guesses. Where there is a plural, one form may leave
    out the count."""
    for message in _messages(catalog):
        if message.fuzzy:
            continue
        wanted = set().union(*map(_placeholders, _texts(message.id)))
        for text in filter(None, _texts(message.string)):
            found = _placeholders(text)
            if found != wanted and not (message.pluralizable and found <= wanted):
                yield f"{catalog.locale}: «{text}» has {_listed(found)}; the text it translates has {_listed(wanted)}"


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text.replace("{{", "").replace("}}", "")))


def _listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _messages(catalog: Catalog) -> Iterator[Message]:
    """All but the header, which Babel counts as one."""
    return (message for message in catalog if message.id)


def _texts(value: str | Iterable[str] | None) -> list[str]:
    """The text, or its singular and plural; none where there is no translation."""
    return [value] if isinstance(value, str) else list(value or ())


def _place(message: Message) -> str:
    return ":".join(map(str, message.locations[0])) if message.locations else "?"


def main(arguments: list[str]) -> str | None:
    """What to say when something is wrong; None when all is well."""
    match arguments:
        case ["update"]:
            update()
            return None
        case ["check"]:
            try:
                return "\n".join(check()) or None
            except DictionaryMissing as error:
                return str(error)
        case _:
            return "Say what to do: python -m config.catalogs update (or check)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
