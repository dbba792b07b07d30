"""What all rows have in common."""

from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - fills the registry
from storage.tables.row import Row


def test_no_table_makes_a_checker_that_nothing_uses() -> None:
    mapped = {mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    assert mapped
    assert not {each.__name__ for each in mapped if not issubclass(each, Row)}
