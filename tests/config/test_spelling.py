"""Spelling: what counts as a word, and that a dictionary is never silently missing."""

from pathlib import Path

import pytest

from config.spelling import WORDS as OWN_WORDS
from config.spelling import DictionaryMissing, dictionary, own_words, unknown_words

# A dictionary of a few words, where «sak» takes the endings -en and -er, and words may be joined.
AFFIXES = """\
SET UTF-8
COMPOUNDFLAG z
COMPOUNDMIN 3
SFX A Y 2
SFX A 0 en .
SFX A 0 er .
"""
WORDS = """\
4
sak/Az
liste/z
ny
møte
"""


@pytest.fixture
def places(tmp_path: Path) -> list[tuple[Path, str]]:
    (tmp_path / "nb.aff").write_text(AFFIXES, encoding="utf-8")
    (tmp_path / "nb.dic").write_text(WORDS, encoding="utf-8")
    return [(tmp_path / "nowhere", "{language}"), (tmp_path, "{language}")]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Ny sak: saken og sakene.", ["og", "sakene"]),
        ("sakliste møte MØTE Møte", []),
        ("mote moete", ["mote", "moete"]),
        (
            "Skriv {saek} eller /saek, saek@example.org, https://saek.no/saek --saek saek_1 SAEK=1 14d",
            ["Skriv", "eller"],
        ),
        ("app.saek.com", []),
        ("ny-saek", ["saek"]),
        ("saek saek", ["saek"]),
        ("FSU fsu", []),
        ("a b c i", []),
    ],
)
def test_unknown_words(places: list[tuple[Path, str]], text: str, unknown: list[str]) -> None:
    assert list(unknown_words(text, dictionary("nb", places), frozenset({"fsu"}))) == unknown


def test_a_missing_dictionary_says_how_to_get_it(places: list[tuple[Path, str]]) -> None:
    with pytest.raises(DictionaryMissing, match=r"\(nn\).*npm ci.*apt-get install hunspell-no"):
        dictionary("nn", places)


def test_own_words(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# heading\nSlack\n\nordet  # why it is right\n", encoding="utf-8")
    assert own_words(path) == {"slack", "ordet"}


def test_no_own_word_stands_there_twice() -> None:
    lines = OWN_WORDS.read_text(encoding="utf-8").splitlines()
    words = [line.partition("#")[0].strip().casefold() for line in lines]
    assert len([word for word in words if word]) == len(own_words())
