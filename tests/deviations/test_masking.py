"""A masked number cannot be worked out from what stands around it: every possible table is tried."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.deviations.learning.masking import Cell, added, alone, column, exactly, shares

THRESHOLD = 3
columns = st.lists(st.integers(0, 7), min_size=1, max_size=5)
thresholds = st.integers(1, 4)
# Trying every table takes its time on a busy machine.
patiently = settings(deadline=None, max_examples=200)


def texts(numbers: list[int], below: int = THRESHOLD, **kind: bool) -> list[str]:
    return [str(cell) for cell in column(numbers, alone(sum(numbers), below), below, **kind)]


def possible(cell: Cell, least: int) -> range:
    """What a reader takes a shown cell for."""
    return range(max(cell.low, least if cell.below else 0), cell.high + 1)


def readings(shown: tuple[Cell, ...], total: Cell, *, several: bool, least: int = 0) -> list[tuple[int, ...]]:
    """Every column that could have led to what is shown."""
    found = product(*(possible(cell, least) for cell in shown))
    if several:
        return [numbers for numbers in found if sum(numbers) >= total.low and max(numbers) <= total.high]
    return [numbers for numbers in found if total.low <= sum(numbers) <= total.high]


def check(numbers: list[int], total: int, below: int, *, several: bool = False, at_least_one: bool = False) -> None:
    above = alone(total, below)
    shown = column(numbers, above, below, several=several, at_least_one=at_least_one)
    found = readings(shown, above, several=several, least=int(at_least_one))
    assert tuple(numbers) in found, "what is shown is true"
    for number, cell, values in zip(numbers, shown, zip(*found, strict=True), strict=True):
        if cell.exact:
            assert cell.low == number
            assert not 0 < number < below, "a small number is never shown"
        else:
            assert len(set(values)) > 1, "nor can it be worked out"
            assert min(values) <= number <= max(values)


@patiently
@given(columns, thresholds)
def test_no_masked_number_of_a_column_can_be_worked_out(numbers: list[int], below: int) -> None:
    check(numbers, sum(numbers), below)


@patiently
@given(columns, thresholds, st.integers(0, 10))
def test_nor_where_a_report_counts_in_several_rows(numbers: list[int], below: int, overlap: int) -> None:
    # Each report counts in one row at least, and in no row twice.
    total = max([*numbers, sum(numbers) - overlap])
    check(numbers, total, below, several=True)


@patiently
@given(st.lists(st.integers(1, 7), min_size=1, max_size=5), st.integers(3, 4))
def test_nor_where_it_is_known_that_nobody_has_none(numbers: list[int], below: int) -> None:
    check(numbers, sum(numbers), below, at_least_one=True)


@patiently
@given(columns)
def test_for_handlers_every_number_is_shown(numbers: list[int]) -> None:
    assert texts(numbers, below=1) == [str(number) for number in numbers]


@patiently
@given(columns, thresholds)
def test_large_numbers_alone_are_left_as_they_are(numbers: list[int], below: int) -> None:
    if not any(0 < number < below for number in numbers):
        assert texts(numbers, below) == [str(number) for number in numbers]


@patiently
@given(columns, thresholds)
def test_what_can_be_added_up_holds_the_truth(numbers: list[int], below: int) -> None:
    total = alone(sum(numbers), below)
    found = added(column(numbers, total, below), total)
    assert found.low <= sum(numbers) <= found.high <= total.high


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([12, 0, 5], ["12", "0", "5"]),
        # Hidden by an empty cell, which loses nothing.
        ([12, 1, 0, 0], ["12", "under 3", "under 3", "0"]),
        # Two hide each other.
        ([12, 1, 2], ["12", "under 3", "under 3"]),
        # But not two that the total gives away.
        ([12, 2, 2, 0], ["12", "under 3", "under 3", "under 3"]),
        # Nothing is empty: the smallest of the others becomes a range.
        ([12, 5, 1], ["12", "4–6", "under 3"]),
        # Nothing else is there.
        ([2, 2], ["høyst 4", "høyst 4"]),
        ([1, 1], ["under 3", "under 3"]),
        # The total itself is small: nor is it told which it was.
        ([1, 0, 0], ["under 3", "under 3", "under 3"]),
        ([0, 0], ["0", "0"]),
        ([1], ["under 3"]),
    ],
)
def test_how_a_column_is_shown(numbers: list[int], shown: list[str]) -> None:
    assert texts(numbers) == shown


@pytest.mark.parametrize("below", [2, 3, 4])
@pytest.mark.parametrize("several", [False, True])
def test_of_a_masked_total_it_is_not_told_of_which_kind_they_were(below: int, several: bool) -> None:
    total = below - 1
    shown = {column(list(each), alone(total, below), below, several=several) for each in permutations([total, 0, 0, 0])}
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([8, 4], "8 av 12 (67 %)"),
        ([12, 0], "12 av 12 (100 %)"),
        ([0, 12], "0 av 12 (0 %)"),
        ([1, 11], "under 3 av 12 (under 25 %)"),
        ([10, 2], "10–12 av 12 (83–100 %)"),
        ([10, 2, 0], "10 av 12 (83 %)"),
        ([1, 1], "for få til å vises"),
        # A masked part that may be anything from none to all says nothing.
        ([1, 2], "for få til å vises"),
        ([2, 1, 0], "for få til å vises"),
        ([2, 2], "for få til å vises"),
        ([3, 0], "3 av 3 (100 %)"),
        ([1, 3], "under 3 av 4 (under 75 %)"),
        ([0, 0], "ingen"),
    ],
)
def test_absolute_numbers_stand_beside_every_per_cent(numbers: list[int], shown: str) -> None:
    assert str(shares(numbers, sum(numbers), THRESHOLD)[0]) == shown


def test_a_number_alone() -> None:
    assert [str(alone(number, THRESHOLD)) for number in range(4)] == ["0", "under 3", "under 3", "3"]
    assert str(added([exactly(5), alone(1, THRESHOLD)], exactly(15))) == "5–7"


def test_a_part_is_never_more_than_a_masked_total() -> None:
    total = alone(2, THRESHOLD)
    assert str(added(column([2, 0, 0, 0, 0, 0], total, THRESHOLD), total)) == "under 3"
    assert str(added(column([0, 0], exactly(0), THRESHOLD), exactly(0))) == "0"
    assert str(added([exactly(5), alone(1, THRESHOLD)], exactly(6))) == "5–6"
