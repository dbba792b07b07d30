"""The contract that forbids circles finds them, and nothing else."""

import pytest

from tests.acyclic_modules import circles_in


@pytest.mark.parametrize(
    ("imports", "circles"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b", "c"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        # However far around, and beside what only leads to it or from it.
        ({"x": {"a"}, "a": {"b"}, "b": {"c"}, "c": {"a", "y"}, "y": set()}, [["a", "b", "c"]]),
        ({"a": {"b"}, "b": {"a"}, "c": {"a", "d"}, "d": {"c"}}, [["a", "b"], ["c", "d"]]),
    ],
    ids=["line", "two ways", "pair", "far around", "two circles"],
)
def test_circles_are_found(imports: dict[str, set[str]], circles: list[list[str]]) -> None:
    assert sorted(circles_in(imports)) == circles
