"""The difference of two texts, word by word."""

import pytest

from handlers.meetings.minutes.difference import Kind, Piece, compare, shown

PAIRS = [
    ("Saken tas til orientering.", "Saken tas til etterretning."),
    ("", "Ny tekst"),
    ("Gammel tekst", ""),
    ("", ""),
    ("Uendret", "Uendret"),
    ("Utvalget ber om en status før sommeren.", "Utvalget ber om en status i juni, skriftlig."),
    ("En.\nTo.\nTre.", "En.\nTre.\nFire."),
    ("Frist 1.2.2026", "Frist 2.1.2026"),
    ("{+ikke+} [-vår-] tekst {0} %s", "{+ikke+} vår tekst {1} %s"),
    ("ord " * 900, "ord " * 899 + "annet"),
    ("linje\n" * 3000, "linje\n" * 2999 + "annen\n"),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_nothing_of_either_text_is_lost(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == after


def test_words_are_compared_and_not_letters() -> None:
    assert shown(*PAIRS[0]) == "Saken tas til [-orientering-]{+etterretning+}."


def test_what_was_replaced_is_read_in_one_piece() -> None:
    assert shown(*PAIRS[5]) == "Utvalget ber om en status [-før sommeren-]{+i juni, skriftlig+}."


def test_the_same_text_has_no_difference() -> None:
    assert [piece.kind for piece in compare("Uendret tekst", "Uendret tekst")] == [Kind.SAME]
    assert shown("Uendret tekst", "Uendret tekst") == "Uendret tekst"


def test_signs_in_the_text_itself_are_taken_as_they_stand() -> None:
    assert shown("Se {n} her", "Se {m} her") == "Se {[-n-]{+m+}} her"


def test_of_a_long_text_what_is_next_to_the_change_is_shown() -> None:
    same = "Utvalget drøftet saken lenge. " * 40
    found = shown(f"{same}Den utsettes.{same}", f"{same}Den avvises.{same}")
    assert "[-utsettes-]{+avvises+}" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) < 200


def test_long_texts_that_have_little_in_common_are_not_compared_word_by_word() -> None:
    """That would take seconds on the event loop, so the one stands whole in the place of the other."""
    before, after = (" ".join(f"{name}{number}" for number in range(430)) for name in ("ord", "annet"))
    assert compare(before, after) == [Piece(Kind.REMOVED, before), Piece(Kind.ADDED, after)]


def test_long_texts_are_compared_sentence_by_sentence() -> None:
    before = "Utvalget drøftet saken og bad om mer. " * 78
    pieces = compare(before, before.replace("bad", "ba"))
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == before
    assert {piece.text for piece in pieces if piece.kind is Kind.REMOVED} == {"bad"}
