"""The picture of the numbers: on a phone, masked, the same each time, and told in words."""

import io
import struct
from dataclasses import replace

import pytest

from handlers.deviations.learning import picture
from handlers.deviations.learning.numbers import Figures, Row
from handlers.deviations.learning.period import parse
from handlers.limits import ANYWHERE
from handlers.writing.language import speaking
from handlers.writing.text import length
from tests.deviations.figures import TODAY, figures

NONE: dict[str, int] = {}
SOME = {"2026-01": 12, "2026-02": 1, "2026-03": 7, "2026-04": 9, "2026-06": 20}


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])  # type: ignore[return-value]


def many(period: str, number: int) -> Figures:
    months = {str(month): number for month in parse(period, TODAY).months}
    return figures(period, months, months)


@pytest.mark.parametrize(
    "found",
    [
        figures("2026", SOME, {"2026-03": 4}),
        figures("2026", NONE, NONE),
        figures("mars 2026", {"2026-03": 2}, NONE),
        many("siste 24 måneder", 40),
        many("siste 36 måneder", 99_999),
    ],
)
def test_it_is_drawn_three_phone_points_wide_and_as_high_as_it_needs(found: Figures) -> None:
    wide, high = size(picture.draw(found))
    assert wide == 3 * 360
    assert high == 3 * (62 + 2 * 44 + 16 + 22 * len(found.months) + 40 * len(found.categories) + 14)


def test_the_same_figures_give_the_same_bytes_and_name_no_program() -> None:
    found = figures("2026", SOME, {"2026-03": 4})
    assert picture.draw(found) == picture.draw(found)
    assert b"Software" not in picture.draw(found)


def test_other_figures_give_another_picture() -> None:
    assert picture.draw(figures("2026", SOME, NONE)) != picture.draw(figures("2026", {**SOME, "2026-07": 4}, NONE))


def test_what_is_masked_is_not_in_the_picture() -> None:
    one, two = (
        figures("2026", {"2026-02": 1, "2026-01": 30}, NONE),
        figures("2026", {"2026-02": 2, "2026-01": 29}, NONE),
    )
    months = [[str(cell) for row in found.months for cell in row.cells] for found in (one, two)]
    assert months[0][2] == months[1][2] == "under 3"
    assert "under 3" in picture.in_words(one)


def test_a_dollar_sign_is_no_formula() -> None:
    found = figures("2026", SOME, NONE)
    row = found.categories[0]
    assert picture.draw(replace(found, categories=[Row("$x^2$ \\frac{", row.cells)]))


def test_in_words_it_says_the_same() -> None:
    told = picture.in_words(figures("1. halvår 2026", SOME, {"2026-03": 4}))
    assert told.splitlines() == [
        "Avvik, januar–juni 2026.",
        "Fra kommune til sykehus: 49 meldt.",
        "Fra sykehus til kommune: 4 meldt.",
        "Per måned, til sykehus og til kommune: jan 2026 12 og 0; feb 2026 under 3 og 0; mar 2026 7 og 4; "
        "apr 2026 9 og 0; mai 2026 under 3 og 0; jun 2026 20 og 0.",
        "Per kategori, til sykehus og til kommune: Kommunikasjon/dokumentasjon 22 og 3; Logistikkmeldinger 12 og "
        "under 3; Behandling og pleie 3 og 0; Diagnostikk/utredning under 3 og 0; "
        "Pasientinformasjon, brukermedvirkning under 3 og 0; Legemidler 9 og 0; "
        "Hjelpemidler og behandlingshjelpemidler 0 og 0; Annet 0 og 0.",
    ]


def test_a_part_of_it_alone_is_told_alone() -> None:
    found = figures("2026", SOME, {"2026-03": 4})
    months, categories = (picture.in_words(found, (part,)) for part in picture.Part)
    assert "Per måned" in months
    assert "Per kategori" not in months
    assert categories.splitlines()[:3] == months.splitlines()[:3]
    assert "Per kategori" in categories
    heights = [size(picture.draw(found, (part,)))[1] for part in picture.Part]
    assert sum(heights) == size(picture.draw(found))[1] + 3 * (62 + 14 - 16)


def test_a_label_that_is_too_long_is_cut_where_it_can_be_seen() -> None:
    found = figures("2026", SOME, NONE)
    cells = found.categories[0].cells
    long, cut = (
        picture.draw(replace(found, categories=[Row(label, cells)]))
        for label in ("Avvik " * 20, ("Avvik " * 8)[:47] + "…")
    )
    assert long == cut


def test_of_one_or_two_in_all_the_picture_does_not_tell_of_which_kind() -> None:
    found = figures("mars 2026", {"2026-03": 1}, NONE)
    assert {str(row.cells[0]) for row in (*found.months, *found.categories, *found.consequences, *found.services)} == {
        "under 3"
    }


def test_the_longest_text_is_whole_and_fits_everywhere() -> None:
    told = picture.in_words(many("siste 36 måneder", 99_999))
    assert length(told) <= ANYWHERE.alternative
    assert told.endswith("Annet 71999 og 71999.")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_it_is_drawn_in_every_language(language: str) -> None:
    with speaking(language):
        assert picture.draw(figures("2026", SOME, NONE))


def test_it_needs_no_window_system() -> None:
    import sys

    picture.draw(figures("2026", SOME, NONE))
    assert "matplotlib.pyplot" not in sys.modules


def test_what_it_is_can_be_read_by_others() -> None:
    from PIL import Image

    with Image.open(io.BytesIO(picture.draw(figures("2026", SOME, NONE)))) as found:
        found.verify()
