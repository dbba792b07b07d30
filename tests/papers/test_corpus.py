"""The papers of the corpus, read from their files and compared with what stands in them, each by itself."""

import json
from pathlib import Path

import pytest

from handlers.papers import rules
from handlers.papers.reading import reader
from handlers.papers.record import as_json
from tests.papers.corpus.built import BUILT
from tests.papers.corpus.measuring import measured

CORPUS = Path(__file__).parent / "corpus"
NAMES = sorted(path.name.removesuffix(".json") for path in CORPUS.glob("*.json"))


def content_of(name: str) -> bytes:
    return BUILT[name]() if name in BUILT else (CORPUS / name).read_bytes()


def test_the_corpus_is_large_enough_and_whole() -> None:
    files = {path.name for path in CORPUS.iterdir() if path.suffix in {".txt", ".md", ".csv", ".ics"}}
    assert files | set(BUILT) == set(NAMES)
    assert len(NAMES) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_is_read_up_to_the_bar(name: str) -> None:
    expected = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    read = as_json(rules.read(reader.read(name, content_of(name))))
    result = measured(expected, read)
    assert result.meets_the_bar, result


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith((".txt", ".md"))])
def test_what_is_read_stands_in_the_paper(name: str) -> None:
    """Nothing is invented: every name, title and decision is made of words of the paper."""
    words = set(_words(content_of(name).decode()))
    read = as_json(rules.read(reader.read(name, content_of(name))))
    told = [*read["present"], *read["absent"], *(case["title"] for case in read["cases"])]
    told += [decision for case in read["cases"] for decision in case["decisions"]]
    told += [value for each in read["followups"] for value in (each["owner"], each["due_text"])]
    for text in told:
        strange = [word for word in _words(text) if word not in words and not any(word in other for other in words)]
        # A word that was broken at the end of a line, or that a scanner misread, is put together again.
        assert not strange or name in {
            "skannet.txt",
            "skannet_tall.txt",
            "skannet_klokkeslett.txt",
            "brutte_linjer.txt",
        }, (text, strange)


def _words(text: str) -> list[str]:
    plain = text.lower().replace("&amp;", "&").replace("&aelig;", "æ")
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()
