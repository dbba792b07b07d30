"""A failure with a reference: the person reads it, the log has it, and neither has what somebody wrote."""

import logging
import re
from collections.abc import Callable

import pytest

from handlers import faults
from handlers.errors import BotError, Busy, NotSetUp, NotShown, PlatformBusy, Unexpected
from storage.database import DatabaseUnavailable, Fault


def _unexpected() -> Unexpected:
    try:
        raise ValueError("det som sto i skjemaet")
    except ValueError as error:
        return faults.unexpected(error)


@pytest.mark.parametrize(
    ("made", "kind", "level", "again"),
    [
        (_unexpected, Unexpected, logging.ERROR, True),
        (lambda: faults.busy(DatabaseUnavailable("OperationalError")), Busy, logging.WARNING, True),
        (lambda: faults.busy(DatabaseUnavailable("OperationalError", Fault.FULL)), Busy, logging.ERROR, True),
        (lambda: faults.platform_busy("Teams", "HTTP 503"), PlatformBusy, logging.WARNING, True),
        (lambda: faults.not_set_up("Slack", "missing_scope"), NotSetUp, logging.ERROR, False),
        (lambda: faults.not_shown("Teams", "too large"), NotShown, logging.ERROR, False),
    ],
)
def test_the_log_has_the_reference_that_is_read(
    made: Callable[[], BotError], kind: type[BotError], level: int, again: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    found = made()
    assert type(found) is kind
    assert found.again is again
    (record,) = caplog.records
    assert record.levelno == level
    reference = re.search(r"reference ([A-Z0-9]{6})$", record.getMessage())
    assert reference is not None
    assert reference[1] in str(found)


def test_what_an_exception_says_is_not_logged_but_where_it_came_from(caplog: pytest.LogCaptureFixture) -> None:
    found = _unexpected()
    assert "det som sto" not in caplog.text + str(found)
    assert re.search(r"unexpected ValueError at \S+test_faults\.py:\d+, reference", caplog.text)


def test_what_nobody_is_told_of_has_a_reference_too(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("det som sto i skjemaet")
    except ValueError as error:
        faults.untold(logging.getLogger("et.sted"), error, "delivery %d failed", 7)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("et.sted", logging.ERROR)
    said = r"delivery 7 failed, reference [A-Z0-9]{6}: ValueError at \S+test_faults\.py:\d+"
    assert re.fullmatch(said, record.getMessage())
