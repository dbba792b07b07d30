"""A meeting is made, whoever says when it is: what it comes to, and who hears of it."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.capabilities import registry
from handlers.errors import BadInput
from handlers.meetings import life, making
from handlers.meetings.life import By
from handlers.meetings.making import NewMeeting
from handlers.meetings.settings import CommitteeSettings
from storage import agenda
from storage.tables import Committee, Meeting, MeetingSource
from tests.clock import FixedClock
from tests.surface import FakeSurface, facts, labels
from tests.world import World

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
FSU = Committee(
    id=1,
    key="fsu",
    name="FSU",
    number_template="{n}/{yy}",
    settings=CommitteeSettings(deadline="14d 12:00").model_dump(mode="json"),
)


def _wanted(starts: datetime, hours: float = 2, deadline: datetime | None = None) -> NewMeeting:
    return NewMeeting(FSU, starts, starts + timedelta(hours=hours), MeetingSource.CHAT, deadline=deadline)


def test_the_deadline_is_by_the_committees_rule() -> None:
    found = making.times(_wanted(datetime(2026, 11, 12, 13)), NOW)
    assert found == (
        datetime(2026, 11, 12, 12, tzinfo=UTC),
        datetime(2026, 11, 12, 14, tzinfo=UTC),
        # In summer time still.
        datetime(2026, 10, 29, 11, tzinfo=UTC),
        (),
    )


@pytest.mark.parametrize(
    ("wanted", "field", "sentence"),
    [
        (_wanted(datetime(2026, 11, 12, 13), -1), "ends", "Møtet må slutte etter at det har begynt. Rett tidene."),
        (_wanted(datetime(2026, 11, 12, 13), 0), "ends", "Møtet må slutte etter at det har begynt. Rett tidene."),
        (
            _wanted(datetime(2026, 8, 31, 13)),
            "starts",
            "mandag 31. august 2026 kl. 13.00 er passert. Velg et tidspunkt som kommer.",
        ),
        (
            _wanted(datetime(2027, 3, 28, 2, 30)),
            "starts",
            "Klokka 02.30 finnes ikke 28. mars 2027: da stilles klokka en time fram. Velg et annet klokkeslett.",
        ),
        (
            _wanted(datetime(2026, 11, 12, 13), deadline=datetime(2026, 11, 12, 14)),
            "deadline",
            "Fristen for å melde saker er etter at møtet begynner. Rett fristen.",
        ),
    ],
)
def test_what_cannot_be_is_said(wanted: NewMeeting, field: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        making.times(wanted, NOW)
    assert refused.value.fields == {field: sentence}


def test_a_time_that_comes_twice_is_the_first_and_it_says_so() -> None:
    found = making.times(_wanted(datetime(2026, 10, 25, 2, 30)), NOW)
    assert found.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # Half past four is in winter time: the meeting lasts three hours.
    assert found.ends_at == datetime(2026, 10, 25, 3, 30, tzinfo=UTC)
    assert found.remarks == (
        "Klokka 02.30 er to ganger 25. oktober 2026, fordi klokka stilles tilbake. Det er den første, sommertid, som "
        "gjelder.",
    )


def test_a_deadline_that_has_passed_is_said() -> None:
    found = making.times(_wanted(datetime(2026, 9, 10, 13)), NOW)
    assert found.remarks == ("Fristen for å melde saker, torsdag 27. august 2026 kl. 12.00, er allerede ute.",)
    own = making.times(_wanted(datetime(2026, 9, 10, 13), deadline=datetime(2026, 9, 8, 12)), NOW)
    assert (own.deadline_at, own.remarks) == (datetime(2026, 9, 8, 10, tzinfo=UTC), ())


async def _make(world: World, clock: FixedClock, starts: datetime, **more: object) -> Meeting:
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["fsu"])
        wanted = NewMeeting(committee, starts, starts + timedelta(hours=2), MeetingSource.CHAT, **more)  # type: ignore[arg-type]
        made = await making.make(session, wanted, clock.now(), By(world.people["secretary"]))
        return made.meeting


async def test_those_concerned_hear_of_it_and_are_asked(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    meeting = await _make(world, clock, datetime(2026, 11, 12, 13), place="Lillesalen", extraordinary=True)
    (told,) = await surface.inbox("member")
    assert told.title == "Ekstraordinært møte i Faglig samarbeidsutvalg (FSU)"
    assert facts(told)["Møte"] == "torsdag 12. november 2026 kl. 13.00–15.00, Lillesalen"
    assert labels(told) == ["Kommer", "Forfall", "Stedfortreder"]
    assert await surface.inbox("clinician") == []
    assert (meeting.source, meeting.sequence, meeting.extraordinary) == (MeetingSource.CHAT, 0, True)
    async with world.database.transaction() as session:
        event = await agenda.HISTORY.last(session, meeting.id)
    assert event is not None
    assert (event.kind, event.actor_id) == (life.MADE, world.people["secretary"])


async def test_the_same_meeting_is_not_made_twice(world: World, clock: FixedClock) -> None:
    starts = datetime(2026, 11, 12, 13)
    first = await _make(world, clock, starts)
    with pytest.raises(BadInput) as refused:
        await _make(world, clock, starts + timedelta(hours=1))
    assert refused.value.fields == {
        "starts": "Faglig samarbeidsutvalg (FSU) har allerede møte torsdag 12. november 2026 kl. 13.00–15.00. "
        "Velg et annet tidspunkt."
    }
    # Right after it is another one; and where the first was cancelled, there may be one in its place.
    await _make(world, clock, starts + timedelta(hours=2))
    async with world.database.transaction() as session:
        (await session.get_one(Meeting, first.id)).cancelled_at = clock.now()
    again = await _make(world, clock, starts)
    assert again.key != first.key
