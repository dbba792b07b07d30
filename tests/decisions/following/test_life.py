"""The life of a follow-up, as whoever has it lives it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.decisions.following.clock import FOLLOW
from handlers.decisions.following_case import NEWS
from handlers.meetings import due_meetings
from handlers.meetings.follow_up_actions import Do
from handlers.messages.message import Message
from handlers.people.roles import Role
from storage import looks, minutes
from storage.tables import (
    AgendaItem,
    Committee,
    Delivery,
    FollowUp,
    FollowUpStatus,
    Meeting,
    Membership,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Organisation,
    Person,
)
from storage.watched import EVERYTHING
from tests.chores import done
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.steps import Decided, decide, put_paper
from tests.kept_world import kept
from tests.meetings.convocation.steps import change
from tests.surface import FakeSurface, errors, facts, form, labels, message
from tests.test_home import waits_for
from tests.world import World

TO_DO = "Lage en felles plan for opplæringen."
TITLE = "Oppfølging til deg: Lage en felles plan for opplæringen."


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


@kept
async def made(surface: FakeSurface, *, owner: str = "surgeon", due_in: int = 30, **more: Any) -> Decided:
    """FSU has decided that they make a plan."""
    due = (surface.clock.now() + timedelta(days=due_in)).date()
    who = {"owner_id": surface.world.people[owner]} if owner else {}
    return await decide(surface, "Felles opplæring", "Planen vedtas.", to_do=TO_DO, **{"due_on": due, **who, **more})


async def told(surface: FakeSurface, who: str) -> list[Message]:
    await surface.worker.do_chores()
    return [each for each in await surface.inbox(who) if "ppfølging" in each.title or "lan for" in each.title]


async def row(world: World, follow_up_id: int) -> FollowUp:
    return (await cast.task(world, follow_up_id)).row


# --- who is told --------------------------------------------------------------------------------------------


async def test_the_owner_is_told_once_when_the_minutes_are_published(surface: FakeSurface) -> None:
    await made(surface)
    (shown,) = await told(surface, "surgeon")
    assert shown.title == TITLE
    assert facts(shown)["Sak"] == "1/2026 Felles opplæring"
    assert labels(shown) == ["Mottatt", "Tar ansvar", "Gjort", "Trenger mer tid", "Flere valg"]
    updates, sends = surface.messenger.updates, surface.messenger.sends
    surface.clock.forward(timedelta(minutes=30))
    await told(surface, "surgeon")
    assert (surface.messenger.updates, surface.messenger.sends) == (updates, sends)


@pytest.mark.parametrize("status", [MinutesStatus.DRAFT, MinutesStatus.COMMENTS, MinutesStatus.ADJUSTED])
async def test_a_draft_tells_nobody(surface: FakeSurface, status: MinutesStatus) -> None:
    found = await made(surface, status=status)
    assert await told(surface, "surgeon") == []
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.PUBLISHED))
    assert len(await told(surface, "surgeon")) == 1
    assert (await row(surface.world, found.follow)).status == FollowUpStatus.OPEN


async def test_what_ends_just_before_everything_is_looked_at_is_seen_to(surface: FakeSurface) -> None:
    """As once a day, when what has changed since the last tick is looked at together with all the rest."""
    await made(surface)
    await told(surface, "surgeon")
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.REFUSED))
        await looks.note_changed(session, FOLLOW.name, EVERYTHING)
    surface.clock.forward(timedelta(minutes=1))
    (shown,) = await told(surface, "surgeon")
    assert shown.title == f"Referatet rettes: {TO_DO}"


async def test_minutes_that_are_refused_take_it_back_until_they_are_in_force_again(surface: FakeSurface) -> None:
    found = await made(surface)
    (before,) = await told(surface, "surgeon")
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.REFUSED))
    (shown,) = await told(surface, "surgeon")
    assert shown.title == f"Referatet rettes: {TO_DO}"
    answer = await surface.bot.press(surface.world.sender("surgeon"), "oppfolging.gjort", {"follow": str(found.follow)})
    assert "trukket tilbake" in message(answer).title
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.PUBLISHED))
        await session.execute(update(FollowUp).values(text="Lage to planer."))
    (shown,) = await told(surface, "surgeon")
    assert shown.title == "Oppfølging til deg: Lage to planer."
    assert labels(shown) == labels(before)


async def test_one_that_is_taken_out_of_the_minutes_is_taken_back(surface: FakeSurface) -> None:
    found = await made(surface)
    await told(surface, "surgeon")
    async with surface.world.database.transaction() as session:
        await session.delete(await session.get_one(FollowUp, found.follow))
    await surface.worker.do_chores()
    (shown,) = await surface.inbox("surgeon")
    assert shown.title == "En oppfølging er tatt bort fra referatet"
    assert labels(shown) == []
    answer = await surface.bot.press(surface.world.sender("surgeon"), "oppfolging.gjort", {"follow": str(found.follow)})
    assert message(answer).title == "Oppfølgingen er tatt bort fra referatet."


async def test_a_committees_goes_to_its_secretariat(surface: FakeSurface) -> None:
    await made(surface, owner="", owner_committee_id=surface.world.committees["fsu"])
    (shown,) = await told(surface, "secretary")
    assert "Faglig samarbeidsutvalg (FSU) har fått dette" in shown.text
    assert await told(surface, "colleague") == []


async def test_another_committee_gets_it_as_a_case_and_is_only_reminded(
    surface: FakeSurface, clock: FixedClock
) -> None:
    await made(surface, owner="", owner_committee_id=surface.world.committees["au"], due_in=10)
    assert [each.title for each in await told(surface, "secretary") if "til deg" in each.title] == []
    waits = [each for each in await waits_for(surface, "secretary") if "ikke bekreftet" in each]
    assert waits == [], "it waits as a case"
    clock.forward(timedelta(days=3, hours=3))
    (shown,) = await reminders(surface, "secretary")
    assert [each.title for each in shown.sections] == [f"Frist snart: {TO_DO}"]


async def test_what_became_a_case_of_another_committee_stays_with_it(surface: FakeSurface) -> None:
    found = await made(surface, owner="", owner_committee_id=surface.world.committees["forum"])
    await told(surface, "deputy")
    answer = await surface.bot.press(surface.world.sender("secretary"), Do.CHANGE, {"follow": str(found.follow)})
    assert message(answer).title.startswith("Dette er en sak i Samarbeidsforum rus og psykisk helse.")
    page = message(await surface.bot.press(surface.world.sender("secretary"), Do.SHOW, {"follow": str(found.follow)}))
    assert labels(page)[:3] == ["Gjort", "Se hvor det står", "Skal ikke gjøres"]


async def test_an_organisations_goes_to_those_who_answer_for_it(surface: FakeSurface) -> None:
    world = surface.world
    async with world.database.transaction() as session:
        organisation = await session.scalar(select(Organisation).where(col(Organisation.key) == "municipality"))
        assert organisation is not None
        organisation.contacts = ["manager@example.org"]
    await made(surface, owner="", owner_organisation_id=organisation.id)
    (shown,) = await told(surface, "manager")
    assert "Eksempel kommune har fått dette" in shown.text
    mine = message(await surface.say("manager", "vedtak mine"))
    assert [each.title for each in mine.sections] == [TO_DO]
    assert "Notert som gjort" in message(await surface.press("manager", shown, "Gjort")).text


async def test_an_organisation_that_names_nobody_has_those_with_the_role_who_work_there(surface: FakeSurface) -> None:
    world = surface.world
    async with world.database.transaction() as session:
        organisation = await session.scalar(select(Organisation.id).where(col(Organisation.key) == "municipality"))
        session.add(Membership(committee_id=world.committees["au"], person_id=world.people["carer"], role=Role.CONTACT))
    await made(surface, owner="", owner_organisation_id=organisation)
    (shown,) = await told(surface, "carer")
    assert "Eksempel kommune har fått dette" in shown.text
    assert len(message(await surface.say("carer", "vedtak mine")).sections) == 1
    assert "Notert som gjort" in message(await surface.press("carer", shown, "Gjort")).text


async def test_an_organisation_without_contacts_falls_to_the_secretariat(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        organisation = await session.scalar(select(Organisation.id).where(col(Organisation.key) == "municipality"))
    await made(surface, owner="", owner_organisation_id=organisation)
    (shown,) = await told(surface, "secretary")
    assert "ingen kontaktperson" in shown.text
    assert labels(shown) == ["Velg eier og frist", "Flere valg"]


async def test_an_owner_in_words_is_for_the_secretariat_to_find(surface: FakeSurface) -> None:
    await made(surface, owner="", owner_text="kommunene")
    (shown,) = await told(surface, "secretary")
    assert "Ansvarlig er bare nevnt med ord: «kommunene»" in shown.text
    assert await told(surface, "surgeon") == []
    page = message(await surface.press("secretary", shown, "Flere valg"))
    assert labels(page)[:3] == ["Velg eier og frist", "Gjort", "Skal ikke gjøres"], "nothing to answer as an owner does"
    asked = form(await surface.press("secretary", shown, "Velg eier og frist"))
    await surface.submit("secretary", asked, {"owner": str(surface.world.people["surgeon"])})
    assert [each.title for each in await told(surface, "surgeon")] == [TITLE]
    assert "Ikke lenger hos deg" in (await told(surface, "secretary"))[0].title


async def test_what_somebody_has_who_leaves_falls_to_the_secretariat_with_the_reason(surface: FakeSurface) -> None:
    await made(surface)
    await told(surface, "surgeon")
    await change(surface.world, Person, surface.world.people["surgeon"], removed_at=surface.clock.now())
    (shown,) = await told(surface, "secretary")
    assert shown.text.startswith("Eksempel Surgeon er ikke lenger med. Velg hvem som skal ta over.")
    assert facts(shown)["Ansvarlig"] == "Eksempel Surgeon (ikke lenger med)"
    assert shown.title == f"Mangler eier: {TO_DO}"
    assert labels(shown) == ["Velg eier og frist", "Flere valg"]
    surface.clock.forward(timedelta(days=30, hours=3))
    # A part of what the secretary is reminded of that day.
    await surface.worker.do_chores()
    (part,) = [each for told in await surface.inbox("secretary") for each in told.sections if TO_DO in each.title]
    assert part.title == f"Frist i dag: {TO_DO}"
    assert [each.label for each in part.buttons] == ["Velg eier og frist", "Gjort", "Flere valg", "Minn meg senere"]


async def test_the_secretariat_hears_of_an_owner_who_is_in_no_chat(surface: FakeSurface) -> None:
    await made(surface, owner="mailbox")
    assert await told(surface, "secretary") == []
    surface.clock.forward(timedelta(minutes=11))
    (shown,) = await told(surface, "secretary")
    assert shown.title == "Ikke nådd: Eksempel Mailbox har ikke fått en oppfølging"
    assert "ikke i noen chat" in shown.text
    assert labels(shown) == ["Endre eier og frist", "Vis oppfølgingen"]
    surface.clock.forward(timedelta(days=1))
    assert len(await told(surface, "secretary")) == 1


async def test_an_old_paper_tells_nobody_of_what_was_long_due(surface: FakeSurface, clock: FixedClock) -> None:
    await made(surface, due_in=-400, status=MinutesStatus.DRAFT)
    paper = await put_paper(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.APPROVED, paper_id=paper))
    assert await told(surface, "surgeon") == []
    async with surface.world.database.transaction() as session:
        await session.execute(update(FollowUp).values(due_on=clock.now().date() + timedelta(days=20)))
    assert len(await told(surface, "surgeon")) == 1


# --- what they answer ---------------------------------------------------------------------------------------


async def test_received_taken_done(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    for label, status in (("Mottatt", "received"), ("Tar ansvar", "taken"), ("Gjort", "done")):
        await surface.press("surgeon", shown, label)
        assert (await row(surface.world, found.follow)).status == status
    (shown,) = await told(surface, "surgeon")
    assert shown.title == f"Gjort: {TO_DO}"
    assert labels(shown) == []
    page = message(
        await surface.bot.press(surface.world.sender("secretary"), "oppfolging.vis", {"follow": str(found.follow)})
    )
    assert page.sections[0].text.count("•") == 3
    assert labels(page)[:1] == ["Åpne igjen"]


@pytest.mark.parametrize("label", ["Mottatt", "Tar ansvar", "Gjort"])
async def test_a_second_click_changes_nothing_and_says_so(surface: FakeSurface, label: str) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    await surface.press("surgeon", shown, label)
    before = (await row(surface.world, found.follow)).revision
    answer = message(await surface.press("surgeon", shown, label))
    assert "Eksempel Surgeon" in answer.title
    assert (await row(surface.world, found.follow)).revision == before


async def test_of_two_of_a_committee_who_take_it_the_second_hears_who_was_first(surface: FakeSurface) -> None:
    fsu = surface.world.committees["fsu"]
    await made(surface, owner="", owner_committee_id=fsu)
    ((first,), (second,)) = await told(surface, "secretary"), await told(surface, "deputy")
    await surface.press("secretary", first, "Tar ansvar")
    answer = message(await surface.press("deputy", second, "Tar ansvar"))
    assert answer.title.startswith("Det er notert allerede. Eksempel Secretary tok ansvar")


async def test_nobody_else_may_answer(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    for who in ("member", "nurse"):
        answer = message(await surface.press(who, shown, "Gjort"))
        assert "ansvaret" in answer.title
    assert (await row(surface.world, found.follow)).status == FollowUpStatus.OPEN


async def test_more_time_with_a_reason_the_secretariat_may_say_no(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    before = (await row(surface.world, found.follow)).due_on
    assert before is not None
    asked = form(await surface.press("surgeon", shown, "Trenger mer tid"))
    again = form(await surface.submit("surgeon", asked, {"until": str(before), "why": "Vi venter på kommunen."}))
    assert "senere dag" in errors(again)["until"]
    later = before + timedelta(days=14)
    reply = message(await surface.submit("surgeon", again, {"until": str(later), "why": "Vi venter på kommunen."}))
    assert "Sekretariatet får beskjed" in reply.text
    assert (await row(surface.world, found.follow)).due_on == later
    news = next(each for each in await told(surface, "secretary") if "trenger mer tid" in each.title)
    assert facts(news)["Hvorfor"] == "Vi venter på kommunen."
    await surface.press("secretary", news, "Si nei til mer tid")
    assert (await row(surface.world, found.follow)).due_on == before
    assert any(each.title == f"Ikke mer tid: {TO_DO}" for each in await told(surface, "surgeon"))
    # Nobody says no twice.
    answer = message(await surface.press("deputy", news, "Si nei til mer tid"))
    assert answer.title.startswith("Det har skjedd noe siden: Eksempel Secretary sa nei")


async def test_what_the_minutes_say_stays_as_it_was(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    before = (await row(surface.world, found.follow)).due_text
    asked = form(await surface.press("surgeon", shown, "Trenger mer tid"))
    day = surface.clock.now().date() + timedelta(days=60)
    await surface.submit("surgeon", asked, {"until": str(day), "why": "Sykdom."})
    page = message(
        await surface.bot.press(surface.world.sender("surgeon"), "oppfolging.vis", {"follow": str(found.follow)})
    )
    handed = form(await surface.press("surgeon", page, "Gi videre"))
    await surface.submit("surgeon", handed, {"person": str(surface.world.people["chief"])})
    async with surface.world.database.transaction() as session:
        written = await minutes.minutes(session, surface.world.meetings["fsu-1"])
        assert written is not None
        entry = next(each for each in (await minutes.entries(session, written.id)).values() if each.follow_ups)
        said = entry.follow_ups[0]
    assert (said.owner, said.due_text) == ("Eksempel Surgeon", before)
    assert said.row.owner_id == surface.world.people["chief"]


async def test_whoever_had_it_does_not_read_what_is_reported_of_it_since(surface: FakeSurface) -> None:
    found = await made(surface)
    page = message(await surface.press("surgeon", (await told(surface, "surgeon"))[0], "Flere valg"))
    asked = form(await surface.press("surgeon", page, "Gi videre"))
    await surface.submit("surgeon", asked, {"person": str(surface.world.people["chief"]), "note": "Du kan dette."})
    said = "Har snakket med en navngitt leder."
    report = form(
        await surface.bot.press(surface.world.sender("chief"), "oppfolging.status", {"follow": str(found.follow)})
    )
    await surface.submit("chief", report, {"text": said})
    surface.clock.forward(timedelta(minutes=1))
    await surface.bot.press(surface.world.sender("secretary"), "oppfolging.vis", {"follow": str(found.follow)})
    await surface.worker.do_chores()
    (before,) = await told(surface, "surgeon")
    assert said not in repr(before)
    shown = message(
        await surface.bot.press(surface.world.sender("chief"), "oppfolging.vis", {"follow": str(found.follow)})
    )
    assert said in repr(shown)


async def test_passed_on_to_somebody_who_says_that_it_is_not_theirs(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    page = message(await surface.press("surgeon", shown, "Flere valg"))
    asked = form(await surface.press("surgeon", page, "Gi videre"))
    reply = message(
        await surface.submit(
            "surgeon", asked, {"person": str(surface.world.people["chief"]), "note": "Du kjenner dette best."}
        )
    )
    assert reply.title == "Gitt videre til Eksempel Chief"
    (theirs,) = await told(surface, "chief")
    assert theirs.title == TITLE
    (mine,) = await told(surface, "surgeon")
    assert mine.title == f"Ikke lenger hos deg: {TO_DO}"
    page = message(await surface.press("chief", theirs, "Flere valg"))
    asked = form(await surface.press("chief", page, "Ikke min"))
    await surface.submit("chief", asked, {"why": "Det er kommunen som gjør dette."})
    assert (await row(surface.world, found.follow)).owner_id is None
    news = next(each for each in await told(surface, "secretary") if each.title.startswith("Mangler eier"))
    assert "Det er kommunen som gjør dette." in news.text


async def test_a_form_about_what_has_changed_since_closes_itself(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    asked = form(await surface.press("surgeon", shown, "Trenger mer tid"))
    page = message(
        await surface.bot.press(surface.world.sender("secretary"), "oppfolging.vis", {"follow": str(found.follow)})
    )
    tended = form(await surface.press("secretary", page, "Endre eier og frist"))
    day = surface.clock.now().date() + timedelta(days=90)
    await surface.submit("secretary", tended, {"due": str(day)})
    reply = message(
        await surface.submit("surgeon", asked, {"until": str(day + timedelta(days=1)), "why": "Min grunn."})
    )
    assert "endret siden du åpnet skjemaet" in reply.title
    assert "Min grunn." in repr(reply)
    assert (await row(surface.world, found.follow)).due_on == day


async def test_the_secretariat_drops_it_and_takes_that_back(surface: FakeSurface) -> None:
    found = await made(surface)
    await told(surface, "surgeon")
    page = message(
        await surface.bot.press(surface.world.sender("secretary"), "oppfolging.vis", {"follow": str(found.follow)})
    )
    after = message(await surface.press("secretary", page, "Skal ikke gjøres"))
    assert (await told(surface, "surgeon"))[0].title == f"Bortfalt: {TO_DO}"
    await surface.press("secretary", after, "Åpne igjen")
    assert (await told(surface, "surgeon"))[0].title == TITLE


# --- how it goes --------------------------------------------------------------------------------------------


async def test_a_rhythm_is_asked_about_answered_in_a_line_and_seen_in_the_register(
    surface: FakeSurface, clock: FixedClock
) -> None:
    found = await made(surface, due_in=200)
    (shown,) = await told(surface, "surgeon")
    page = message(await surface.press("surgeon", shown, "Flere valg"))
    await surface.submit(
        "surgeon", form(await surface.press("surgeon", page, "Meld status jevnlig")), {"rhythm": "month"}
    )
    assert (await row(surface.world, found.follow)).report_on == date(2026, 10, 1)
    clock.forward(timedelta(days=30))
    asked = next(each for each in await told(surface, "surgeon") if "venter på deg" in each.title)
    assert asked.sections[0].title == f"Hvordan går det?: {TO_DO}"
    report = form(await surface.press("surgeon", asked, "Meld status"))
    reply = message(await surface.submit("surgeon", report, {"text": "Halvparten er gjort."}))
    assert "Du blir spurt igjen" in reply.text
    page = message(
        await surface.bot.press(surface.world.sender("member"), "oppfolging.vis", {"follow": str(found.follow)})
    )
    assert "Halvparten er gjort." in page.sections[0].text
    assert facts(page)["Melder status"] == "Hver måned"


# --- reminders ----------------------------------------------------------------------------------------------


async def reminders(surface: FakeSurface, who: str) -> list[Message]:
    return [each for each in await told(surface, who) if "venter på deg" in each.title]


async def test_reminders_are_gathered_per_person_and_stop_when_it_is_done(
    surface: FakeSurface, clock: FixedClock
) -> None:
    await made(surface, due_in=10)
    due = clock.now().date() + timedelta(days=10)
    second = await decide(
        surface,
        "En annen sak",
        "Vedtas.",
        number=2,
        to_do="Skrive et brev.",
        owner_id=surface.world.people["surgeon"],
        due_on=due,
    )
    await told(surface, "surgeon")
    clock.forward(timedelta(days=2))
    assert await reminders(surface, "surgeon") == []
    clock.forward(timedelta(days=1, hours=3))
    (shown,) = await reminders(surface, "surgeon")
    assert shown.title == "2 oppfølginger venter på deg"
    assert [each.title for each in shown.sections] == [f"Frist snart: {TO_DO}", "Frist snart: Skrive et brev."]
    # Twice gives nothing new, and what is done is gone from it.
    assert len(await reminders(surface, "surgeon")) == 1
    await surface.press("surgeon", shown, "Gjort")
    (shown,) = await reminders(surface, "surgeon")
    assert [each.title for each in shown.sections] == ["Frist snart: Skrive et brev."]
    clock.forward(timedelta(days=7))
    today = (await reminders(surface, "surgeon"))[-1]
    assert [each.title for each in today.sections] == ["Frist i dag: Skrive et brev."]
    clock.forward(timedelta(days=1))
    assert [each.title for each in (await reminders(surface, "surgeon"))[-1].sections] == ["Forfalt: Skrive et brev."]
    await surface.bot.press(surface.world.sender("surgeon"), "oppfolging.gjort", {"follow": str(second.follow)})
    count = len(await reminders(surface, "surgeon"))
    for _week in range(3):
        clock.forward(timedelta(days=7))
        assert len(await reminders(surface, "surgeon")) == count


async def test_the_committee_says_when(surface: FakeSurface, clock: FixedClock) -> None:
    async with surface.world.database.transaction() as session:
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.settings = {**committee.settings, "follow_up": {"days_before": [3], "overdue_every": 2}}
    await made(surface, due_in=5)
    await told(surface, "surgeon")
    clock.forward(timedelta(days=2, hours=3))
    assert len(await reminders(surface, "surgeon")) == 1
    clock.forward(timedelta(days=3))
    assert len(await reminders(surface, "surgeon")) == 2
    for day, count in ((1, 3), (1, 3), (1, 4)):
        clock.forward(timedelta(days=day))
        assert len(await reminders(surface, "surgeon")) == count


async def test_nothing_is_reminded_of_once_the_minutes_are_refused(surface: FakeSurface, clock: FixedClock) -> None:
    await made(surface, due_in=10)
    await told(surface, "surgeon")
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.REFUSED))
    clock.forward(timedelta(days=12))
    assert await reminders(surface, "surgeon") == []


async def test_what_is_due_at_a_meeting_is_reminded_of_by_its_new_day(surface: FakeSurface, clock: FixedClock) -> None:
    world = surface.world
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-2"])
        meeting.starts_at = clock.now() + timedelta(days=10)
    await made(surface, due_in=10, due_meeting_id=world.meetings["fsu-2"], due_text="neste møte")
    await told(surface, "surgeon")
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-2"])
        meeting.starts_at = clock.now() + timedelta(days=40)
        await due_meetings.follow(session, world.committees["fsu"], clock.now())
    clock.forward(timedelta(days=12))
    assert await reminders(surface, "surgeon") == []
    clock.forward(timedelta(days=28, hours=3))
    assert [each.sections[0].title for each in await reminders(surface, "surgeon")][-1] == f"Frist i dag: {TO_DO}"


async def test_the_owner_is_told_nothing_of_a_case_that_is_closed_later(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    assert facts(shown)["Sak"] == "1/2026 Felles opplæring"
    await change(surface.world, AgendaItem, found.item, closed_under="offl. § 13")
    (shown,) = await told(surface, "surgeon")
    assert facts(shown)["Sak"] == "1/2026 Unntatt offentlighet (offl. § 13)"


async def test_many_at_once_cost_one_message_each_and_no_more(surface: FakeSurface) -> None:
    for number in range(1, 4):
        await decide(
            surface,
            f"Sak nummer {number}",
            "Vedtas.",
            number=number,
            to_do=f"Gjøre nummer {number}.",
            owner_id=surface.world.people["surgeon"],
        )
    assert len(await told(surface, "surgeon")) == 3
    async with surface.world.database.transaction() as session:
        count = await session.scalar(
            select(func.count()).select_from(Delivery).where(col(Delivery.subject).like("follow:%"))
        )
    assert count == 3


async def test_a_tick_with_nothing_due_costs_one_statement_each(surface: FakeSurface) -> None:
    for number in range(1, 6):
        due = surface.clock.now().date() + timedelta(days=60)
        owner = surface.world.people["surgeon"]
        await decide(surface, f"Sak {number}", "Vedtas.", number=number, to_do="Gjøre noe.", owner_id=owner, due_on=due)
    await told(surface, "surgeon")
    surface.clock.forward(timedelta(minutes=20))
    await told(surface, "surgeon")
    count = 0

    def counted(*_arguments: object) -> None:
        nonlocal count
        count += 1

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", counted)
    for chore in (FOLLOW, NEWS):
        assert await done(chore, surface.world.database, surface.clock) == 0
    event.remove(engine, "before_cursor_execute", counted)
    assert count == 2


async def test_refused_minutes_may_be_written_without_what_was_answered_before(surface: FakeSurface) -> None:
    found = await made(surface)
    (shown,) = await told(surface, "surgeon")
    await surface.press("surgeon", shown, "Tar ansvar")
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.REFUSED))
        entry = await session.get_one(MinutesEntry, found.entry)
    meeting, who = str(surface.world.meetings["fsu-1"]), surface.world.sender("secretary")
    line = {"meeting": meeting, "slot": str(entry.slot_id)}
    written = form(await surface.bot.press(who, "referat.skriv", line))
    await surface.submit("secretary", written, {"discussion": "Drøftet på nytt.", "conclusions": ""})
    after = message(await surface.bot.press(who, "referat.fjern", {**line, "follow": str(found.follow)}))
    assert "Tatt bort" in after.text
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.PUBLISHED))
        kept = await minutes.minutes(session, surface.world.meetings["fsu-1"])
        assert kept is not None
        assert not any(each.follow_ups for each in (await minutes.entries(session, kept.id)).values())
    (shown,) = await told(surface, "surgeon")
    assert shown.title == f"Bortfalt: {TO_DO}"
    listed = message(await surface.say("member", "vedtak"))
    assert listed.sections == ()
