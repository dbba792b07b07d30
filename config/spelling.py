"""Spelling of the texts that people read, against a Hunspell dictionary (a check for developers, see config.catalogs).

The dictionaries come with `npm ci` (packages dictionary-nb and dictionary-nn) or with Debian's hunspell-no; both hold
the same words. Names, abbreviations and words of the trade that they lack stand in `config/locales/words.txt`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path

_ROOT = Path(__file__).parent.parent
WORDS = Path(__file__).parent / "locales" / "words.txt"
PLACES = (
    (_ROOT / "node_modules", "dictionary-{language}/index"),
    (Path("/usr/share/hunspell"), "{language}_NO"),
)
"""Folders to look in, with what the dictionary of a language is called there."""

# What is no word: placeholders, addresses, commands, options, settings, and whatever has a digit or underscore in it.
_NO_WORD = re.compile(
    r"""\{[^{}]*\} | \w+://\S+ | [\w-]+(\.[\w-]+)*\.(com|org|no)\b\S* | \S+@\S+
        | (?<!\w)/\w+ | (?<!\w)--?[a-z]\S* | \b[A-Z_]+=\S* | \w*[\d_]\w*""",
    re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")

Knows = Callable[[str], bool]
"""Whether a word is in the dictionary."""


class DictionaryMissing(Exception):
    """There is no dictionary on this machine. The text says how to get it."""


def dictionary(language: str, places: Iterable[tuple[Path, str]] = PLACES) -> Knows:
    """The dictionary of `nb` or `nn`. Takes some seconds to read.

    Raises:
        DictionaryMissing: neither place has it.
    """
    for folder, name in places:
        stem = folder / name.format(language=language)
        if stem.with_suffix(".dic").exists():
            return _read(stem)
    raise DictionaryMissing(
        f"No dictionary for spelling ({language}). Run `npm ci`, or `apt-get install hunspell-no`; then check again."
    )


def _read(stem: Path) -> Knows:
    from spylls.hunspell import Dictionary, readers  # noqa: PLC0415 - for developers only
    from spylls.hunspell.readers import FileReader  # noqa: PLC0415

    class Reader(FileReader):  # type: ignore[misc]
        """The package's own leaves its files open."""

        def _open(self, path: str, encoding: str) -> StringIO:
            return StringIO(Path(path).read_text(encoding=encoding, errors="surrogateescape"))

    affixes, context = readers.read_aff(Reader(f"{stem}.aff"))
    words = readers.read_dic(Reader(f"{stem}.dic", encoding=context.encoding), aff=affixes, context=context)
    lookup: Knows = Dictionary(affixes, words).lookup
    return lookup


def own_words(path: Path = WORDS) -> frozenset[str]:
    """Words that are right although no dictionary has them; one on each line, `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(line.casefold() for line in lines if line)


def unknown_words(text: str, knows: Knows, own: frozenset[str]) -> Iterator[str]:
    """The words in `text` that nobody knows, each once. The parts of a word with hyphens are words of their own."""
    for word in dict.fromkeys(_WORD.findall(_NO_WORD.sub(" ", text))):
        if word.casefold() not in own and not knows(word):
            yield word
