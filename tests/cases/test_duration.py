"""The time a case takes and the addresses of its attachments, as people write them."""

import pytest

from handlers.cases.duration import duration, minutes_in
from handlers.cases.forms import parse_links
from storage.tables import AgendaItem
from tests.cases.steps import propose, to_how
from tests.surface import FakeSurface, errors, facts, form


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("20", 20), (" 20 ", 20), ("20 min", 20), ("20min", 20), ("20 min.", 20),
        ("20 minutter", 20), ("20 minuttar", 20),
        ("ca. 20 min", 20), ("ca 20", 20), ("om lag 20 minutt", 20), ("20 m", 20), ("1 t", 60), ("1t", 60),
        ("1 time", 60),
        ("2 timer", 120), ("2 timar", 120), ("1,5 time", 90), ("1.5 timer", 90), ("1,25 t", 75), ("1 t 30 min", 90),
        ("1 time og 15 minutter", 75), ("1t30", 90), ("1:30", 90), ("0:45", 45), ("en halvtime", 30),
        ("Ein halvtime", 30),
        ("halvtime", 30), ("en halv time", 30), ("et kvarter", 15), ("tre kvarter", 45), ("en time", 60),
        ("halvannen time", 90),
        ("0", 0), ("481", 481),
    ],
)  # fmt: skip
def test_minutes(written: str, minutes: int) -> None:
    assert minutes_in(written) == minutes


@pytest.mark.parametrize(
    "written", ["", "lenge", "20-30", "-5", "20 sek", "12345", "1,5", "halv tre", "x" * 10_000, "1 " * 5000]
)
def test_what_is_no_length_of_time(written: str) -> None:
    assert minutes_in(written) is None


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("www.eksempel.no", "https://www.eksempel.no"),
        ("WWW.Eksempel.no/sak?a=1&b=2", "https://WWW.Eksempel.no/sak?a=1&b=2"),
        ("eksempel.no/vedlegg.pdf", "https://eksempel.no/vedlegg.pdf"),
        ("sak.eksempel.com", "https://sak.eksempel.com"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("https://example.org/a, https://example.org/b", "https://example.org/a\nhttps://example.org/b"),
        ("http://example.org", "http://example.org"),
        ("https://example.org/a\n\nwww.example.org", "https://example.org/a\nhttps://www.example.org"),
    ],
)
def test_addresses(written: str, taken: str) -> None:
    assert parse_links(written) == taken


@pytest.mark.parametrize(
    "written",
    [
        "vedlegg.pdf",
        "rapport.docx",
        "javascript:alert(1)",
        "ftp://eksempel.no",
        "eksempel",
        "på papir",
        "file:///etc",
        "//eksempel.no",
        "ola@eksempel.no",
        "www.",
        "a|www.eksempel.no",
    ],
)
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(ValueError, match="nettadresse"):
        parse_links(written)


@pytest.mark.parametrize(
    ("minutes", "said"), [(1, "1 min"), (59, "59 min"), (60, "1 t"), (61, "1 t 1 min"), (179, "2 t 59 min")]
)
def test_as_it_is_said(minutes: int, said: str) -> None:
    assert duration(minutes) == said
    assert minutes_in(said) == minutes


async def test_both_are_taken_and_stored_as_they_are_meant(surface: FakeSurface) -> None:
    receipt = await propose(surface, minutes="1,5 time", links="www.eksempel.no")
    assert facts(receipt)["Tid"] == "1 t 30 min"
    assert receipt.links[0].url == "https://www.eksempel.no"
    async with surface.world.database.transaction() as session:
        item = await session.get_one(AgendaItem, 1)
        assert (item.minutes, item.links) == (90, ["https://www.eksempel.no"])


async def test_more_than_a_day_s_meeting_is_refused_however_it_is_written(surface: FakeSurface) -> None:
    again = form(await surface.submit("member", await to_how(surface), {"minutes": "9 timer"}))
    assert "høyst 480" in errors(again)["minutes"]
