"""`/paminnelser`: what somebody is reminded of, and how they want to be; putting off what they were reminded of."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.reminders.later import Later, moments, with_button, with_buttons
from handlers.reminders.laying import wishes_of
from handlers.reminders.wishes import Wishes
from storage import reminders
from storage.tables import Reminder, ReminderStatus
from tests.cases.steps import propose
from tests.chores import done
from tests.clock import FixedClock
from tests.surface import FakeSurface, button_called, form, labels, message
from tests.world import World

TITLE = "Frist for å melde saker til Faglig samarbeidsutvalg (FSU): mandag 7. september 2026 kl. 10.00"
DAY = timedelta(days=1)


@pytest.fixture
async def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    """Everybody's reminders are laid: of the deadline of FSU on Monday 7 September, among others."""
    surface = FakeSurface(small_world, clock, registry())
    await tick(surface)
    return surface


@pytest.fixture
async def on_both(world: World, clock: FixedClock) -> FakeSurface:
    """The same on SQLite and on PostgreSQL."""
    surface = FakeSurface(world, clock, registry())
    await tick(surface)
    return surface


async def tick(surface: FakeSurface) -> None:
    """What the clock does."""
    for chore in registry().chores:
        await done(chore, surface.world.database, surface.clock)


async def shown_to(surface: FakeSurface, who: str = "member", line: str = "paminnelser") -> Message:
    return message(await surface.say(who, line))


def facts(shown: Message) -> dict[str, str]:
    return {fact.label: fact.value for fact in shown.facts}


def lines(shown: Message) -> list[str]:
    return [line for section in shown.sections for line in section.text.splitlines()]


async def chosen_by(surface: FakeSurface, who: str = "member") -> Wishes:
    async with surface.world.database.transaction() as session:
        person_id = surface.world.people[who]
        return (await wishes_of(session, [person_id]))[person_id]


async def of_deadline(surface: FakeSurface, who: str = "member") -> list[Reminder]:
    async with surface.world.database.transaction() as session:
        mine = col(Reminder.person_id) == surface.world.people[who], col(Reminder.kind) == "mote.frist"
        return list(await session.scalars(select(Reminder).where(*mine).order_by(col(Reminder.send_at))))


async def change(surface: FakeSurface, who: str = "member", **given: Any) -> Message | Form | None:
    opened = form(await surface.say(who, "paminnelser endre"))
    return await surface.submit(who, opened, given)


# --- what is shown ---------------------------------------------------------------------------------------------


async def test_what_is_to_come_is_grouped_by_day_with_how_it_comes(surface: FakeSurface) -> None:
    shown = await shown_to(surface)
    assert shown.title == "Påminnelsene dine"
    assert facts(shown) == {"Stille timer": "ingen", "Dager": "alle", "Samlet i én melding": "nei"}
    assert labels(shown)[:2] == ["Endre", "Ta en pause"]
    assert any(line.endswith(TITLE) for line in lines(shown))
    days = [section.title for section in shown.sections]
    assert len(days) == len(set(days))


async def test_what_is_done_is_not_among_it(surface: FakeSurface) -> None:
    await propose(surface)
    assert not any(line.endswith(TITLE) for line in lines(await shown_to(surface)))


async def test_somebody_in_no_committee_is_told_why_nothing_comes(surface: FakeSurface) -> None:
    shown = await shown_to(surface, "clinician")
    assert not shown.sections
    assert "Du er ikke med i noe utvalg" in shown.text


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("påminnelser", "Påminnelsene dine"),
        ("påminnelsene mine", "Påminnelsene dine"),
        ("skru av påminnelser", "Påminnelser til deg"),
        ("stille timer", "Påminnelser til deg"),
    ],
)
async def test_how_people_ask_for_it(surface: FakeSurface, line: str, title: str) -> None:
    reply = await surface.say("member", line)
    if isinstance(reply, Message) and reply.title != title:
        reply = await surface.press("member", reply, reply.buttons[0].label)
    assert isinstance(reply, Message | Form)
    assert reply.title == title


# --- settings --------------------------------------------------------------------------------------------------


async def test_what_is_chosen_holds_and_moves_what_is_pending(on_both: FakeSurface) -> None:
    surface = on_both
    (before, *_more) = await of_deadline(surface)
    local = before.send_at.astimezone(UTC)
    saved = message(
        await change(
            surface, quiet_from="22:00", quiet_until="08:00", weekdays=["0", "1", "2", "3", "4"], gather_at="15:30"
        )
    )
    assert saved.text.startswith("Lagret.")
    assert facts(saved) == {
        "Stille timer": "22.00–08.00",
        "Dager": "mandag, tirsdag, onsdag, torsdag, fredag",
        "Samlet i én melding": "kl. 15.30",
    }
    chosen = await chosen_by(surface)
    assert chosen == Wishes(quiet_from=time(22), quiet_until=time(8), weekdays=(0, 1, 2, 3, 4), gather_at=time(15, 30))
    (after, *_more) = await of_deadline(surface)
    assert (after.id, after.due_at) == (before.id, before.due_at)
    assert after.send_at != before.send_at or local.time() == time(13, 30)
    # The form begins with what was chosen, and what is emptied is gone.
    again = form(await surface.say("member", "paminnelser endre"))
    values = {field.name: field.value for field in again.fields}
    assert (values["quiet_from"], values["gather_at"]) == ("22:00", "15:30")
    await surface.submit("member", again, {"quiet_from": "", "quiet_until": "", "gather_at": ""})
    assert await chosen_by(surface) == Wishes(weekdays=(0, 1, 2, 3, 4))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"quiet_from": "08:00", "quiet_until": "08:00"}, "hele døgnet"),
        ({"quiet_from": "08:00"}, "både når"),
        ({"weekdays": []}, "minst én dag"),
    ],
)
async def test_what_leaves_no_moment_is_refused_where_it_stands(
    surface: FakeSurface, given: dict[str, Any], says: str
) -> None:
    refused = form(await change(surface, **given))
    assert any(says in field.error for field in refused.fields)
    assert await chosen_by(surface) == Wishes()


async def test_a_kind_that_is_turned_off_is_not_sent(surface: FakeSurface) -> None:
    opened = form(await surface.say("member", "paminnelser endre"))
    (kinds,) = (field for field in opened.fields if field.name == "kinds")
    assert isinstance(kinds.value, list)
    kept = [each for each in kinds.value if each != "mote.frist"]
    saved = message(await surface.submit("member", opened, {"kinds": kept}))
    assert facts(saved)["Slått av"] == "Frist for å melde saker"
    assert not any(line.endswith(TITLE) for line in lines(saved))


async def test_where_they_are_reached_is_chosen_among_what_is_on(surface: FakeSurface) -> None:
    opened = form(await surface.say("member", "paminnelser endre"))
    (first, then) = (field for field in opened.fields if field.name in ("first", "then"))
    assert [option.label for option in first.options] == ["Der jeg skrev sist", "Slack", "Den lokale siden", "E-post"]
    assert first.label == "Hvor vil du ha meldingene mine?"
    saved = message(await surface.submit("member", opened, {"first": "mail", "then": "slack"}))
    assert facts(saved)["Meldingene kommer først"] == "E-post, Slack"
    assert (await chosen_by(surface)).channels == ("mail", "slack")
    assert then.value == "sist"


async def test_where_there_is_one_place_only_nobody_is_asked_where(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry(), channels=("local",))
    opened = form(await surface.say("member", "paminnelser endre"))
    assert {field.name for field in opened.fields}.isdisjoint({"first", "then", "invitations"})
    person_id = small_world.people["member"]
    async with small_world.database.transaction() as session:
        await reminders.wish(session, person_id, {"channels": ["mail"], "invitations": True}, clock.now())
    await surface.submit("member", opened, {"quiet_from": "22:00", "quiet_until": "07:00"})
    kept = Wishes(quiet_from=time(22), quiet_until=time(7), channels=("mail",), invitations=True)
    assert await chosen_by(surface) == kept


async def test_invitations_by_e_mail_are_chosen_where_there_is_e_mail(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry(), channels=("local", "mail"))
    label = "Invitasjoner til møter på e-post"
    opened = form(await surface.say("member", "paminnelser endre"))
    asked = next(field for field in opened.fields if field.name == "invitations")
    assert (asked.label, asked.value) == (label, "utvalg")
    assert label not in facts(await shown_to(surface))
    for value, wanted, said in (("ja", True, "ja"), ("nei", False, "nei"), ("utvalg", None, None)):
        shown = message(await change(surface, invitations=value))
        assert (await chosen_by(surface)).invitations is wanted
        assert facts(shown).get(label) == said
    await change(surface, invitations="ja")
    without = FakeSurface(small_world, clock, registry(), channels=("local",))
    opened = form(await without.say("member", "paminnelser endre"))
    # Where they are not asked, what they have chosen stays.
    assert not [field for field in opened.fields if field.label == label]
    await change(without, gather_at="08:00")
    assert (await chosen_by(surface)).invitations is True


# --- a pause ---------------------------------------------------------------------------------------------------


async def test_a_pause_is_written_in_a_line_and_ended_by_a_button(surface: FakeSurface) -> None:
    shown = await shown_to(surface, line="paminnelser pause til mandag")
    assert "Du har pause nå." in shown.text
    assert facts(shown)["Pause"] == "til mandag 7. september 2026"
    assert (await chosen_by(surface)).paused_until == date(2026, 9, 7)
    resumed = message(await surface.press("member", shown, "Avslutt pausen"))
    assert "Pausen er over." in resumed.text
    assert await chosen_by(surface) == Wishes()
    # Twice is as once.
    assert "Du har ingen pause." in message(await surface.press("member", shown, "Avslutt pausen")).text


async def test_a_pause_that_cannot_be_is_refused_with_what_to_write(surface: FakeSurface) -> None:
    for line in ("paminnelser pause til i går", "paminnelser pause til 31. februar", "paminnelser pause til bananas"):
        refused = message(await surface.say("member", line))
        assert "paminnelser pause til mandag" in str(refused) or "etter i dag" in str(refused)
    assert await chosen_by(surface) == Wishes()


async def test_a_pause_by_form(surface: FakeSurface) -> None:
    opened = form(await surface.press("member", await shown_to(surface), "Ta en pause"))
    assert {field.name: field.value for field in opened.fields} == {
        "paused_from": "2026-09-01",
        "paused_until": "2026-09-07",
    }
    wrong = form(await surface.submit("member", opened, {"paused_until": "2026-09-01"}))
    assert any("slutte etter" in field.error for field in wrong.fields)
    later = message(await surface.submit("member", wrong, {"paused_from": "2026-09-03", "paused_until": "2026-09-10"}))
    assert facts(later)["Pause"] == "fra 3. september 2026 til torsdag 10. september 2026"


# --- putting off -----------------------------------------------------------------------------------------------


async def reminded(surface: FakeSurface, who: str = "member") -> Message:
    """The reminder of the deadline, as it is said when it is first due."""
    (first, *_more) = [each for each in await of_deadline(surface, who) if each.status == ReminderStatus.PENDING]
    surface.clock.go_to(max(surface.clock.now(), first.send_at))
    await tick(surface)
    return next(each for each in await surface.inbox(who) if each.title == TITLE)


async def test_a_reminder_is_put_off_until_tomorrow_once(surface: FakeSurface) -> None:
    said = await reminded(surface)
    assert "Minn meg i morgen" in labels(said)
    answer = message(await surface.press("member", said, "Minn meg i morgen"))
    tomorrow = surface.clock.now().astimezone(UTC).date() + DAY
    assert answer.title.startswith("Jeg minner deg ")
    assert answer.title.endswith("kl. 08.00")
    again = message(await surface.press("member", said, "Minn meg i morgen"))
    assert again.title == answer.title
    put_off = [each for each in await of_deadline(surface) if "~" in each.occurrence]
    assert len(put_off) == 1
    assert put_off[0].due_at == datetime.combine(tomorrow, time(6), UTC)
    surface.clock.go_to(put_off[0].send_at)
    await tick(surface)
    assert [each.title for each in await surface.inbox("member")].count(TITLE) >= 2


async def test_another_moment_is_meant_instead_of_the_first(on_both: FakeSurface) -> None:
    surface = on_both
    said = await reminded(surface)
    offered = [label for label in labels(said) if label.startswith("Minn meg")]
    for label in offered[:2]:
        await surface.press("member", said, label)
    pending = [
        each for each in await of_deadline(surface) if "~" in each.occurrence and each.status == ReminderStatus.PENDING
    ]
    assert len(pending) == 1


async def test_what_is_done_or_over_is_not_put_off(surface: FakeSurface) -> None:
    said = await reminded(surface)
    await propose(surface)
    assert "gjort" in message(await surface.press("member", said, "Minn meg i morgen")).title
    surface.clock.go_to(datetime(2026, 9, 7, 8, 1, tzinfo=UTC))
    assert "Fristen er ute" in message(await surface.press("member", said, "Minn meg i morgen")).title


async def test_past_the_deadline_an_hour_before_it_is_offered(surface: FakeSurface) -> None:
    said = await reminded(surface)
    surface.clock.go_to(datetime(2026, 9, 6, 18, tzinfo=UTC))
    late = message(
        await surface.press(
            "member", said, "Minn meg mandag" if "Minn meg mandag" in labels(said) else "Minn meg i morgen"
        )
    )
    assert late.title.startswith("Jeg minner deg mandag 7. september 2026 kl. 08.00")
    surface.clock.go_to(datetime(2026, 9, 7, 6, 30, tzinfo=UTC))
    offered = message(await surface.press("member", said, "Minn meg i morgen"))
    assert offered.title == "Når skal jeg minne deg?"
    assert labels(offered) == ["Minn meg en time før"]
    assert message(await surface.press("member", offered, "Minn meg en time før")).title.endswith("kl. 09.00")
    surface.clock.go_to(datetime(2026, 9, 7, 7, 30, tzinfo=UTC))
    assert message(await surface.press("member", said, "Minn meg i morgen")).title == "Det er for sent å utsette dette"


async def test_somebody_else_s_reminder_is_not_there(surface: FakeSurface) -> None:
    said = await reminded(surface)
    gone = "Påminnelsen er ikke her lenger."
    assert gone in str(await surface.press("colleague", said, "Minn meg i morgen"))
    button = button_called(said, "Minn meg i morgen")
    for wrong in ("", "x", "0", "9" * 30):
        assert gone in str(await surface.bot.press(surface.world.sender("member"), button.action, {"reminder": wrong}))


# --- the buttons -----------------------------------------------------------------------------------------------

_TUESDAY = datetime(2026, 9, 1, 8, tzinfo=UTC)


def test_the_moments_that_can_be_chosen() -> None:
    tomorrow, monday = datetime(2026, 9, 2, 6, tzinfo=UTC), datetime(2026, 9, 7, 6, tzinfo=UTC)
    assert moments(None, _TUESDAY) == {Later.TOMORROW: tomorrow, Later.MONDAY: monday}
    assert moments(None, _TUESDAY - DAY * 2) == {Later.TOMORROW: datetime(2026, 8, 31, 6, tzinfo=UTC)}
    over = datetime(2026, 9, 4, 10, tzinfo=UTC)
    assert moments(over, _TUESDAY) == {Later.TOMORROW: tomorrow, Later.BEFORE: over - timedelta(hours=1)}
    assert moments(_TUESDAY + timedelta(minutes=30), _TUESDAY) == {}
    assert moments(None, _TUESDAY, time(15, 30))[Later.TOMORROW] == datetime(2026, 9, 2, 13, 30, tzinfo=UTC)


def test_they_stand_beside_its_own_buttons_where_there_is_room() -> None:
    bare = Message(title="Frist")
    assert labels(with_buttons(bare, 7, None, _TUESDAY)) == ["Minn meg i morgen", "Minn meg mandag"]
    full = with_button(with_button(with_button(with_button(bare, 1), 2), 3), 4)
    assert labels(with_buttons(full, 7, None, _TUESDAY))[4:] == ["Minn meg senere"]
    assert len(labels(with_button(bare, 7))) == 1


async def test_later_offers_the_moments(surface: FakeSurface) -> None:
    said = await reminded(surface)
    put = button_called(said, "Minn meg i morgen")
    later = await surface.bot.press(
        surface.world.sender("member"), "paminnelser.senere", {"reminder": put.arguments["reminder"]}
    )
    assert labels(message(later)) == [label for label in labels(said) if label.startswith("Minn meg")]
