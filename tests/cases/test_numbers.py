"""Case numbers come out the way each committee writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cases.numbers import check_template, render_number

TEMPLATES = ("{n}/{yyyy} ({types})", "{n}/{yy}", "{yyyy}.{n}", "{yyyy}/{n:02}", "{n}-{yyyy}")


@pytest.mark.parametrize(
    ("template", "n", "year", "types", "expected"),
    [
        ("{n}/{yyyy} ({types})", 1, 2026, ["O", "D"], "1/2026 (O/D)"),
        ("{n}/{yyyy} ({types})", 1, 2026, ["dialog"], "1/2026 (dialog)"),
        ("{n}/{yyyy} ({types})", 1, 2026, [], "1/2026"),
        ("({types}) {n}/{yyyy}", 1, 2026, [], "1/2026"),
        ("{n}/{yyyy} {types}", 1, 2026, [], "1/2026"),
        ("{n}/{yy}", 33, 2024, ["O"], "33/24"),
        ("{n}/{yy}", 1, 2005, [], "1/05"),
        ("{yyyy}.{n}", 1, 2024, [], "2024.1"),
        ("{yyyy}/{n:02}", 7, 2023, [], "2023/07"),
        ("{yyyy}/{n:02}", 123, 2023, [], "2023/123"),
        ("{n}-{yyyy}", 28, 2025, [], "28-2025"),
        ("FSU {n}/{yyyy}", 4, 2025, [], "FSU 4/2025"),
    ],
)
def test_number(template: str, n: int, year: int, types: list[str], expected: str) -> None:
    assert render_number(check_template(template), n, year, types) == expected


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("", "løpenummeret"),
        ("{yyyy}", "løpenummeret"),
        ("{n}/{n}/{yyyy}", "løpenummeret"),
        ("{n}", "året"),
        ("{n}/{yy}/{yyyy}", "året"),
        ("{nummer}/{yyyy}", "{nummer} er ikke kjent"),
        ("{n:3}/{yyyy}", "{n:3} er ikke kjent"),
        ("{running}/{n}", "løpenummeret"),
        ("{running}/{meeting}", "sammen med {n}"),
        ("{yy}/{meeting}{n}", "skilletegn"),
        ("{yy}{meeting}/{n}", "skilletegn"),
        ("{}/{yyyy}", "{} er ikke kjent"),
        ("{n}/{yyyy", "krøllparentes"),
        ("{n}}/{yyyy}", "krøllparentes"),
        ("{yyyy}{n}", "skilletegn"),
        ("{n}{yy}", "skilletegn"),
        ("2{n}/{yyyy}", "skilletegn"),
        ("Sak " * 10 + "{n}/{yyyy}", "40 tegn"),
    ],
)
def test_a_template_that_cannot_be_used(template: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-ZÆØÅ{].*[.]$") as caught:
        check_template(template)
    assert sentence in str(caught.value)


@given(
    st.sampled_from(TEMPLATES),
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.integers(2020, 2099),
    st.integers(2020, 2099),
    st.lists(st.sampled_from(["O", "D", "B", "dialog"]), unique=True),
)
def test_two_cases_never_share_a_number(
    template: str, one: int, other: int, year: int, other_year: int, types: list[str]
) -> None:
    same = (one, year) == (other, other_year)
    assert (render_number(template, one, year, types) == render_number(template, other, other_year, types)) is same
