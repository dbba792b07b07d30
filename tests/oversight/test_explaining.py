"""Why somebody was reminded of something or was not, in plain words, as the command line says it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.messenger import Rejected
from handlers.capabilities import registry
from handlers.errors import BotError
from handlers.oversight.explaining import explain
from handlers.reminders.laying import relay_person
from handlers.reminders.when import send_at
from handlers.reminders.why import Why, why
from handlers.reminders.wishes import Wishes
from storage import reminders
from storage.tables import Membership, Person, Reminder, ReminderStatus
from tests.cases.steps import WHAT, propose
from tests.clock import FixedClock
from tests.oversight.test_oversight import Overseen, nowhere
from tests.world import World

DUE = datetime(2026, 9, 5, 10, 0, tzinfo=UTC)
"""Saturday, 12.00 in Oslo."""
LAID = DUE - timedelta(days=30)
ENDS = DUE + timedelta(days=30)


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> Overseen:
    return Overseen(small_world, clock)


@pytest.fixture
def on_both(world: World, clock: FixedClock) -> Overseen:
    """On each kind of database, where it may make a difference."""
    return Overseen(world, clock)


async def explained(surface: Overseen, person: str, *, kind: str | None = None, days: int = 14) -> Sequence[str]:
    async with surface.world.database.reading() as session:
        return await explain(session, registry().reminders, person, surface.clock.now(), kind=kind, days=days)


def part(lines: Sequence[str], begins: str) -> list[str]:
    """The lines about the first reminder that begins so."""
    start = next(number for number, line in enumerate(lines) if line.startswith(begins))
    end = next((number for number in range(start, len(lines)) if not lines[number]), len(lines))
    return list(lines[start:end])


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, Why.DUE),
        ({"weekdays": (0, 1, 2, 3, 4)}, Why.WEEKDAY),
        ({"quiet_from": time(9), "quiet_until": time(15)}, Why.QUIET),
        ({"gather_at": time(18)}, Why.GATHERED),
        ({"paused_from": DUE.date(), "paused_until": DUE.date() + timedelta(days=3)}, Why.PAUSED),
    ],
)
def test_the_wish_that_makes_it_another_moment_is_named(wishes: dict[str, object], expected: Why) -> None:
    chosen = Wishes.model_validate(wishes)
    at = send_at(DUE, ENDS, chosen, LAID)
    assert why("x", DUE, at, ENDS, LAID, chosen) is expected
    # They have changed their mind since.
    if expected is not Why.DUE:
        assert why("x", DUE, at, ENDS, LAID, Wishes()) is Why.OTHERWISE


def test_what_comes_early_late_or_was_put_off_is_named() -> None:
    day = timedelta(days=1)
    pause = Wishes(paused_from=DUE.date() - day, paused_until=DUE.date() + 60 * day)
    early = send_at(DUE, ENDS, pause, LAID)
    assert early < DUE
    assert why("x", DUE, early, ENDS, LAID, pause) is Why.EARLIER
    assert why("x~morgen", DUE, DUE + day, ENDS, LAID, Wishes()) is Why.SNOOZED
    assert why("x", DUE, DUE + day, ENDS, DUE + day, Wishes()) is Why.NOT_BEFORE
    monday = Wishes(weekdays=(0, 1, 2, 3, 4))
    midnight = datetime(2026, 9, 6, 22, 30, tzinfo=UTC)
    assert why("x", midnight, send_at(midnight, ENDS, monday, LAID), ENDS, LAID, monday) is Why.MORNING


async def test_it_says_what_was_sent_what_is_to_come_and_where(on_both: Overseen) -> None:
    await on_both.tick()
    lines = await explained(on_both, "member@example.org")
    assert lines[0].startswith("Eksempel Member, ")
    assert lines[1].startswith("Nås på: Den lokale siden")
    first = part(lines, "Frist for å melde saker (mote.frist): møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026")
    assert first[1:] == [
        "  Forfaller mandag 31. august 2026 kl. 09.00",
        "  Sendt tirsdag 1. september 2026 kl. 10.00, på Den lokale siden",
        "  Tiden: den ble lagt inn da tiden var kommet",
    ]
    assert any(line.startswith("  Sendes ") for line in lines)
    only = await explained(on_both, "Eksempel Member", kind="mote.mote", days=60)
    assert any("(mote.mote)" in line for line in only)
    assert not any("(mote.frist)" in line for line in only)


async def test_it_says_why_one_is_not_sent_or_comes_at_another_time(surface: Overseen) -> None:
    surface.refuse(Rejected("user_is_restricted"), "colleague")
    await nowhere(surface, "observer")
    await surface.tick()
    await surface.tick()
    assert "  Ikke levert: meldingen ble avvist der den skulle leveres (referanse " in "\n".join(
        await explained(surface, "colleague@example.org")
    )
    await propose(surface)
    person = surface.world.people["member"]
    quiet = Wishes(gather_at=time(18), off=("mote.mote",))
    async with surface.world.database.transaction() as session:
        await reminders.wish(session, person, quiet.model_dump(mode="json"), surface.clock.now())
        await relay_person(session, person, quiet, surface.clock.now())
    lines = await explained(surface, str(person), days=30)
    assert "Samlet i én melding kl. 18.00" in lines
    assert "Slått av: Møte" in lines
    said = "\n".join(lines)
    assert "slik det står nå: har slått av slike påminnelser" in said
    assert "slik det står nå: har gjort det" in said
    assert "  Tiden: personen får alt samlet i én melding kl. 18.00" in lines
    # Nothing of what anybody has written.
    assert str(WHAT["title"]) not in said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("over", "Ikke sendt: det var for sent"),
        ("newer", "Ikke sendt: en senere påminnelse om det samme sa det"),
        ("not_theirs", "Tatt tilbake før den ble sendt: det gjelder ikke personen lenger"),
    ],
)
async def test_each_reason_is_said(surface: Overseen, reason: str, said: str) -> None:
    await surface.tick()
    became = ReminderStatus.WITHDRAWN if reason == "not_theirs" else ReminderStatus.SKIPPED
    async with surface.world.database.transaction() as session:
        mine = col(Reminder.person_id) == surface.world.people["member"]
        await session.execute(update(Reminder).where(mine).values(status=became, reason=reason))
    assert f"  {said}" in await explained(surface, "member@example.org")


async def test_somebody_without_any_is_told_of_with_the_reason(surface: Overseen) -> None:
    await surface.tick()
    lines = await explained(surface, "clinician@example.org")
    assert lines[-1] == "  Ingen. Personen har ingen rolle i noe utvalg i dag."
    async with surface.world.database.transaction() as session:
        fsu, person = surface.world.committees["au"], surface.world.people["clinician"]
        session.add(Membership(committee_id=fsu, person_id=person, role="gjest"))
    assert (await explained(surface, "clinician@example.org"))[-1].startswith("  Ingen. Det er ingenting å minne om")
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["clinician"])).removed_at = surface.clock.now()
    lines = await explained(surface, "clinician@example.org")
    assert lines[-1] == "  Ingen. Personen er ikke med i samarbeidet lenger."
    assert "Tatt ut av samarbeidet 1. sep. 2026, og får ingen påminnelser." in lines
    mailbox = await explained(surface, "Eksempel Mailbox")
    assert mailbox[1:3] == ["Nås på: ikke møtt på noen chat ennå", "Har e-postadresse"]


async def test_nobody_or_several_or_no_such_kind_is_a_sentence(on_both: Overseen) -> None:
    for nobody in ("Ingen Her", "ingen@example.org", "999999", "9" * 30, "", "%", "\\"):
        with pytest.raises(BotError, match=r"^Fant ingen som heter «"):
            await explained(on_both, nobody)
    with pytest.raises(BotError, match=r"^Flere passer med «eksempel»") as several:
        await explained(on_both, "eksempel")
    assert f"  {on_both.world.people['carer']}: Eksempel Carer, " in str(several.value)
    assert str(several.value).endswith("\n  og flere")
    with pytest.raises(BotError, match=r"«mote.fest».*\n(?s:.*)mote.frist: Frist for å melde saker"):
        await explained(on_both, "member@example.org", kind="mote.fest")


@pytest.mark.parametrize(
    ("kind", "subject", "said"),
    [
        ("avvik.frist", "deviation-due:7", "avvik 7"),
        ("oppfolging.frist", "follow:12", "oppfølging 12"),
        ("horing.paaminnelse", "hearing:3", "høring 3"),
        ("avstemning.paaminnelse", "poll:4:9", "avstemning 4"),
        ("referatrunde.kommentarfrist", "minutes:5", "Faglig samarbeidsutvalg (FSU), referat 5"),
        ("plikt.paaminnelse", "committee:1:duty:arsmelding:2026", "Faglig samarbeidsutvalg (FSU)"),
        ("periode.gaar-ut", "committee:1:terms:2026-12-31", "Faglig samarbeidsutvalg (FSU)"),
    ],
)
async def test_what_a_reminder_is_about_is_said_in_words(surface: Overseen, kind: str, subject: str, said: str) -> None:
    """Not with the key that it is stored under; nor with what anybody wrote."""
    world, now = surface.world, surface.clock.now()
    of_committee = subject.startswith(("minutes", "committee"))
    async with world.database.transaction() as session:
        session.add(
            Reminder(
                kind=kind,
                occurrence="1",
                person_id=world.people["member"],
                subject=subject,
                committee_id=world.committees["fsu"] if of_committee else None,
                due_at=now,
                send_at=now,
                status=ReminderStatus.PENDING,
                created_at=now,
            )
        )
    lines = await explained(surface, "member@example.org")
    (line,) = [each for each in lines if f"({kind})" in each]
    assert line.endswith(f"({kind}): {said}")
