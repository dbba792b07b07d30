"""Whatever stands in the file, it is either a partnership or told what is wrong, in words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.partnership.check import check
from tests.config import test_partnership_file, test_units_in_the_file
from tests.config.test_partnership_file import TODAY

FILES: list[dict[str, Any]] = [
    yaml.load(module.LINES, yaml.BaseLoader) for module in (test_partnership_file, test_units_in_the_file)
]
JUNK = st.recursive(
    st.sampled_from(
        ["", "x", "1", "{n}", "+3d", "24/9", "12.00-13.00", "14d", "[]", "sekretar@example.org", "FSU", "kommunen"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["key", "name", "date", "x", ""]), inner)
    ),
    max_leaves=5,
)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from places(child, (*place, key))


def put(value: Any, place: tuple[Any, ...], junk: Any) -> Any:
    """A copy of `value` with `junk` at `place`."""
    if not place:
        return junk
    first, rest = place[0], place[1:]
    if isinstance(value, dict):
        return {**value, first: put(value[first], rest, junk)}
    return [put(child, rest, junk) if position == first else child for position, child in enumerate(value)]


PLACES = [(number, place) for number, file in enumerate(FILES) for place in places(file)]


def test_the_files_themselves_are_right() -> None:
    assert [check(file, TODAY).problems for file in FILES] == [[], []]


@given(st.sampled_from(PLACES), JUNK, st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_anything_anywhere(at: tuple[int, tuple[Any, ...]], junk: Any, today: date) -> None:
    number, place = at
    found = check(put(FILES[number], place, junk), today)
    assert bool(found.problems) is (found.partnership is None)
    assert all(note.text for note in found.problems)


@given(st.sampled_from([(number, place) for number, place in PLACES if place and isinstance(place[-1], str)]))
def test_whatever_is_left_out(at: tuple[int, tuple[Any, ...]]) -> None:
    number, place = at
    raw: Any = FILES[number]
    for step in place[:-1]:
        raw = raw[step]
    without = {key: value for key, value in raw.items() if key != place[-1]}
    found = check(put(FILES[number], place[:-1], without), TODAY)
    assert bool(found.problems) is (found.partnership is None)
