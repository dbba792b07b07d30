"""Which of many have something to do, told by one statement: so nothing to do costs as much for twenty as for one."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import exists, select, union_all

from storage.direct import Question
from storage.statements import written_out


def which(questions: Mapping[str, Question]) -> Question:
    """Asks for the names (`name`) of those whose question finds any row. Values of the same name are the same value."""
    values: dict[str, Any] = {}
    for each in questions.values():
        values |= each.values
    return Question(_which(tuple((name, each.statement) for name, each in questions.items())), values)


@cache
def _which(parts: tuple[tuple[str, Any], ...]) -> Any:
    return union_all(*(select(written_out(name).label("name")).where(exists(found)) for name, found in parts))
