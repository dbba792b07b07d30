"""What is different between an agenda as it was and as it is, in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.meetings.agenda import difference
from handlers.meetings.agenda.difference import between, facts

ZONE = "Europe/Oslo"


def agenda(*lines: str | dict[str, Any]) -> dict[str, Any]:
    """A snapshot with these lines: a title alone, or what there is of it."""
    written = [{"title": line} if isinstance(line, str) else line for line in lines]
    return {"zone": ZONE, "lines": [{"key": each["title"].split()[-1], **each} for each in written]}


def said(before: dict[str, Any], after: dict[str, Any], *, closed: bool = True) -> dict[str, str]:
    return {fact.label: fact.value for fact in facts(between(before, after), closed=closed)}


def test_the_same_is_no_difference() -> None:
    assert not between(agenda("Sak A", "Sak B"), agenda("Sak A", "Sak B"))
    assert said(agenda(), agenda()) == {}


def test_what_came_and_what_went() -> None:
    before, after = agenda("Sak A", "Sak B", "Sak C"), agenda("Sak A", "Sak D", "Sak C")
    assert said(before, after) == {"Nytt": "Sak D", "Utgår": "Sak B"}


@pytest.mark.parametrize(
    ("order", "moved"),
    [
        ("BCDA", "Sak A: står nå etter Sak D"),
        ("DABC", "Sak D: står nå først"),
        ("ACBD", "Sak B: står nå etter Sak C"),
        ("BADC", "Sak A: står nå etter Sak B\nSak C: står nå etter Sak D"),
    ],
)
def test_as_few_lines_are_moved_as_it_takes(order: str, moved: str) -> None:
    before, after = agenda(*(f"Sak {each}" for each in "ABCD")), agenda(*(f"Sak {each}" for each in order))
    found = said(before, after)
    # Of two neighbours either may be said to have passed the other.
    assert list(found) == ["Flyttet"]
    assert len(found["Flyttet"].splitlines()) == len(moved.splitlines())
    if order in ("BCDA", "DABC"):
        assert found == {"Flyttet": moved}


def test_what_is_left_out_moves_nothing_else() -> None:
    assert list(said(agenda("Sak A", "Sak B", "Sak C"), agenda("Sak B", "Sak C"))) == ["Utgår"]


def test_a_new_title_and_a_new_number() -> None:
    before = agenda({"key": "c1", "title": "Felles kurs", "number": "1/2026"})
    after = agenda({"key": "c1", "title": "Felles opplæring", "number": "1/2026"})
    assert said(before, after) == {"Endret": "1/2026 Felles kurs → 1/2026 Felles opplæring"}


def test_times() -> None:
    at = datetime(2026, 9, 21, 11, 30, tzinfo=UTC).isoformat()
    before, after = agenda({"title": "Sak A", "minutes": 20}), agenda({"title": "Sak A", "minutes": 1, "starts_at": at})
    assert said(before, after) == {"Endret tid": "Sak A: 20 min → kl. 13.30, 1 min"}
    assert said(after, agenda("Sak A")) == {"Endret tid": "Sak A: kl. 13.30, 1 min → ikke satt"}


def test_together_and_apart() -> None:
    apart = agenda("Sak A", "Sak B", "Sak C")
    together = agenda("Sak A", {"title": "Sak C", "follows": "A"}, "Sak B")
    joined = said(apart, together)
    assert joined["Behandles sammen"] == "Sak C sammen med Sak A"
    assert said(together, agenda("Sak A", "Sak C", "Sak B")) == {"Behandles hver for seg": "Sak C"}


def test_a_withdrawn_case() -> None:
    assert said(agenda("Sak A"), agenda({"title": "Sak A", "withdrawn": True})) == {"Trukket": "Sak A"}


def test_a_closed_case_is_named_to_members_only() -> None:
    before, after = agenda(), agenda({"key": "c1", "number": "2/2026", "title": "Om en ansatt", "closed": True})
    assert said(before, after) == {"Nytt": "2/2026 Om en ansatt"}
    assert said(before, after, closed=False) == {"Nytt": "2/2026 Sak unntatt offentlighet"}


def test_of_many_some_are_named_and_the_rest_counted() -> None:
    found = said(agenda(), agenda(*(f"Sak {number}" for number in range(60))))
    assert found["Nytt"].splitlines()[-1] == "… og 48 til"
    assert len(found["Nytt"].splitlines()) == 13


def test_what_another_version_wrote_is_read() -> None:
    assert difference.lines_of({"lines": [{"key": "c1", "title": "Sak", "colour": "red"}]})[0].title == "Sak"
    assert difference.lines_of({}) == []


def test_the_same_time_of_another_day_is_no_other_time() -> None:
    """A meeting that moves takes its fixed times along, and that it moved was told of."""
    at = datetime(2026, 9, 21, 11, 30, tzinfo=UTC)
    before, after = (agenda({"title": "Pause", "starts_at": day.isoformat()}) for day in (at, at + timedelta(days=7)))
    assert said(before, after) == {}
