"""A round of written comments: who is asked, what they answer, who is reminded, and how it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from handlers.calendar.zone import local_day
from handlers.hearings.actions import Do
from handlers.hearings.moments import end_of, reminders
from handlers.people.roles import Role
from storage import joining
from storage.hearings import HISTORY
from storage.tables import (
    AgendaItem,
    Committee,
    Hearing,
    HearingRecipient,
    HearingStatus,
    ItemStatus,
    Membership,
    Organisation,
    Person,
    Reminder,
)
from tests.cases.steps import propose
from tests.hearings import steps
from tests.hearings.steps import TITLE, answered, asked, row, rows, seen, started, titles
from tests.surface import FakeSurface, errors, facts, form, labels, message, values
from tests.test_home import waits_for


async def _party(surface: FakeSurface, key: str = "municipality", contacts: tuple[str, ...] = ()) -> int:
    async with surface.world.database.transaction() as session:
        party = (await session.scalars(select(Organisation).where(col(Organisation.key) == key))).one()
        party.contacts = list(contacts)
        return party.id


# --- starting ----------------------------------------------------------------------------------------------


async def test_from_the_command_to_what_everybody_sees(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse", "clinician")
    assert shown.title == TITLE
    assert shown.text == "Høringen er sendt.\n\nHva mener dere om utkastet?"
    assert facts(shown) == {
        "Status": "Åpen for svar",
        "Frist": "tirsdag 22. september 2026",
        "Har svart": "0 av 2 har svart",
    }
    assert [section.title for section in shown.sections] == [
        "Eksempel Nurse, på vegne av Eksempel kommune",
        "Eksempel Clinician, på vegne av Eksempel sykehus",
    ]
    assert {section.text for section in shown.sections} == {"Har ikke svart."}
    got = await asked(surface, "nurse")
    assert got.text == "Hva mener dere om utkastet?"
    assert [link.url for link in got.links] == ["https://example.org/utkast"]
    assert facts(got) == {
        "Fra": "Faglig samarbeidsutvalg (FSU)",
        "Frist": "tirsdag 22. september 2026",
        "Svar på vegne av": "Eksempel kommune",
    }
    assert labels(got) == ["Svar", "Ingen merknader"]
    assert got.page is not None
    assert TITLE in await titles(surface, "deputy"), "the other secretary of the committee"
    assert await titles(surface, "member") == []
    assert await waits_for(surface, "nurse") == [
        "Høringen «Ny samhandlingsavtale» venter på svaret ditt (frist 22. sep. 2026)"
    ]


async def test_what_is_looked_over_before_it_is_sent(surface: FakeSurface) -> None:
    to = await steps.to_whom(surface, until="2026-09-20")
    look = form(await surface.submit("secretary", to, {"persons": [str(surface.world.people["nurse"])]}))
    assert facts(look) == {
        "Tittel": "Ny samhandlingsavtale",
        "Spørsmål": "Hva mener dere om utkastet?",
        "Lenker": "https://example.org/utkast",
        "Frist": "søndag 20. september 2026",
        "Om fristen": "Merk: søndag 20. september 2026 er ikke en arbeidsdag.",
        "Sendes til": "Eksempel Nurse (Eksempel kommune)",
    }
    assert await titles(surface, "nurse") == []


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-09-01", "Fristen må være i morgen eller senere."),
        ("2020-09-22", "Fristen må være i morgen eller senere."),
        ("2028-09-22", "Fristen kan være høyst ett år fram. Sjekk årstallet."),
        ("når det passer", "Skriv en dato, for eksempel 2026-12-03."),
    ],
)
async def test_a_deadline_that_cannot_be(surface: FakeSurface, until: str, said: str) -> None:
    assert errors(await steps.to_whom(surface, until=until)) == {"until": said}


async def test_somebody_has_to_be_asked(surface: FakeSurface) -> None:
    nobody = form(await surface.submit("secretary", await steps.to_whom(surface)))
    assert errors(nobody) == {"persons": "Velg minst én som skal svare. Flere kan legges til etterpå."}
    party = await _party(surface)
    forum = str(surface.world.committees["forum"])
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Membership)
            .where(col(Membership.committee_id) == surface.world.committees["forum"])
            .values(role=Role.OBSERVER)
        )
    empty = form(await surface.submit("secretary", nobody, {"parties": [str(party)], "bodies": [forum]}))
    assert errors(empty) == {
        "persons": "Det er ingen å spørre for Eksempel kommune, Samarbeidsforum rus og psykisk helse. "
        "Velg en person i stedet."
    }


async def test_only_a_secretariat_starts_one(surface: FakeSurface) -> None:
    refused = message(await surface.say("member", "horing ny"))
    assert refused.title == "Bare sekretariatet for et utvalg kan starte en høring."
    listed = message(await surface.say("member", "horing"))
    assert (listed.text, labels(listed)) == ("Det er ingen høringer som venter på deg.", [])


async def test_a_committee_is_its_members_or_its_contact(surface: FakeSurface) -> None:
    shown = await started(surface, bodies=("fsu",))
    names = [section.title.split(",")[0] for section in shown.sections]
    # Neither the observer nor whoever only stands in.
    assert names == ["Eksempel Colleague", "Eksempel Deputy", "Eksempel Member", "Eksempel Secretary"]
    assert (await rows(surface.world))["Eksempel Member"].row.on_behalf_of == "Faglig samarbeidsutvalg (FSU)"
    async with surface.world.database.transaction() as session:
        session.add(
            Membership(
                committee_id=surface.world.committees["au"],
                person_id=surface.world.people["manager"],
                role=Role.CONTACT,
            )
        )
    to = form(await surface.submit("secretary", await surface.open("secretary", "horing ny Nytt"), {
        **steps.ASK, "committee": str(surface.world.committees["au"]),
    }))  # fmt: skip
    look = form(await surface.submit("secretary", to, {"bodies": [str(surface.world.committees["au"])]}))
    assert facts(look)["Sendes til"] == "Eksempel Manager (Arbeidsutvalg (AU))"


async def test_a_party_is_its_contacts_and_who_is_asked_twice_is_asked_once(surface: FakeSurface) -> None:
    party = await _party(surface, "municipality", ("nurse@example.org", "nobody@example.org"))
    async with surface.world.database.reading() as session:
        nurse = await session.get_one(Person, surface.world.people["nurse"])
    async with surface.world.database.transaction() as session:
        (await session.get_one(Organisation, party)).contacts = [str(nurse.email)]
    await started(surface, "nurse", "member", bodies=("fsu",), parties=(party,))
    found = await rows(surface.world)
    assert len(found) == 5
    assert (found["Eksempel Nurse"].row.on_behalf_of, found["Eksempel Nurse"].organisation) == (
        "Eksempel kommune",
        "Eksempel kommune",
    )
    assert found["Eksempel Member"].row.on_behalf_of == "Eksempel sykehus"
    assert found["Eksempel Colleague"].row.on_behalf_of == "Faglig samarbeidsutvalg (FSU)"


# --- answering ---------------------------------------------------------------------------------------------


async def test_an_answer_in_own_words_on_behalf_of_a_party_and_changed(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician")
    done = await answered(surface, "nurse", "Vi støtter utkastet.", behalf="Helse og omsorg")
    assert done.title == "Svaret er sendt."
    assert facts(done)["Svaret ditt"] == "Vi støtter utkastet."
    assert done.small == "Du kan endre svaret til og med tirsdag 22. september 2026."
    got = await asked(surface, "nurse")
    assert labels(got) == ["Endre svaret"]
    assert await waits_for(surface, "nurse") == []
    change = form(await surface.press("nurse", got, "Endre svaret"))
    assert (values(change)["text"], values(change)["behalf"]) == ("Vi støtter utkastet.", "Helse og omsorg")
    await surface.submit("nurse", change, {"text": "Vi støtter utkastet, med endringer."})
    shown = await seen(surface)
    assert facts(shown)["Har svart"] == "1 av 2 har svart"
    section = next(each for each in shown.sections if "Nurse" in each.title)
    assert section.title == "Eksempel Nurse, på vegne av Helse og omsorg"
    assert section.text == "Svarte 1. sep. 2026 kl. 10.00.\nVi støtter utkastet, med endringer."
    whole = message(await surface.press("secretary", shown, "Les svaret"))
    assert whole.text == "Vi støtter utkastet, med endringer."
    # Nobody who is asked sees what another has answered.
    other = await asked(surface, "clinician")
    assert "støtter" not in other.model_dump_json()


async def test_no_remarks_is_an_answer_and_pressing_again_says_so(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician")
    done = message(await surface.press("nurse", await asked(surface, "nurse"), "Ingen merknader"))
    assert done.title == "Du har svart at du ikke har merknader."
    again = await surface.bot.press(surface.world.sender("nurse"), Do.NO_REMARKS, {"hearing": "1"})
    assert message(again).title == "Du har allerede svart at du ikke har merknader."
    await answered(surface, "nurse", "Likevel en ting.", "Endre svaret")
    again = await surface.bot.press(surface.world.sender("nurse"), Do.NO_REMARKS, {"hearing": "1"})
    assert message(again).title == "Du har svart på høringen. Vil du endre det, så trykk på «Endre svaret»."
    found = (await rows(surface.world))["Eksempel Nurse"].row
    assert (found.no_remarks, found.text) == (False, "Likevel en ting.")


async def test_a_long_answer_takes_two_fields_and_is_whole(surface: FakeSurface) -> None:
    await started(surface, "nurse")
    long = ("Et langt svar om avtalen. " * 110).strip()
    await answered(surface, "nurse", long, more=long)
    assert (await rows(surface.world))["Eksempel Nurse"].row.text == f"{long}\n{long}"
    change = form(await surface.press("nurse", await asked(surface, "nurse"), "Endre svaret"))
    assert len(str(values(change)["text"])) <= 3000
    assert f"{values(change)['text']} {values(change)['more']}".split() == f"{long} {long}".split()


async def test_the_secretariat_is_told_when_the_last_has_answered(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician")
    await answered(surface, "nurse", "Ja.")
    told = "Alle har svart på høringen «Ny samhandlingsavtale»"
    assert told not in await titles(surface, "secretary")
    await answered(surface, "clinician", "Nei.")
    for who in ("secretary", "deputy"):
        assert (await titles(surface, who)).count(told) == 1
    await answered(surface, "clinician", "Nei, og det er sikkert.", "Endre svaret")
    assert (await titles(surface, "secretary")).count(told) == 1
    (notice,) = [shown for shown in await surface.inbox("secretary") if shown.title == told]
    assert [each.file.document for each in notice.files] == ["horing.word"]


async def test_the_secretariat_writes_in_what_came_another_way(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse")
    opened = form(await surface.press("secretary", shown, "Skriv inn svar"))
    assert "Svar fra: Eksempel Nurse, på vegne av Eksempel kommune" in str(opened.fields[0].label)
    done = message(await surface.submit("secretary", opened, {"text": "Kom på papir."}))
    assert done.sections[0].text == ("Svarte 1. sep. 2026 kl. 10.00. Skrevet inn av Eksempel Secretary.\nKom på papir.")
    got = await asked(surface, "nurse")
    assert facts(got)["Svaret ditt"] == "Kom på papir."
    refused = await surface.bot.press(surface.world.sender("nurse"), Do.ANSWER, {"hearing": "1", "recipient": "1"})
    assert "Bare sekretariatet" in message(refused).title


async def test_two_write_the_same_answer_and_nothing_is_lost(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse")
    theirs = form(await surface.press("secretary", shown, "Skriv inn svar"))
    own = form(await surface.press("nurse", await asked(surface, "nurse"), "Svar"))
    await surface.submit("secretary", theirs, {"text": "Kom på papir."})
    back = form(await surface.submit("nurse", own, {"text": "Skrevet her."}))
    assert values(back)["text"] == "Skrevet her.\n\n[Eksempel Secretary skrev samtidig:]\nKom på papir."
    assert errors(back)["text"].startswith("Eksempel Secretary har skrevet i det samme svaret.")
    await surface.submit("nurse", back, {"text": "Skrevet her, og på papir."})
    assert (await rows(surface.world))["Eksempel Nurse"].row.text == "Skrevet her, og på papir."


# --- reminders and the end of the time ----------------------------------------------------------------------


def test_when_people_are_reminded() -> None:
    until = end_of(date(2026, 9, 22))
    assert until.isoformat() == "2026-09-22T21:59:59+00:00"
    first, last = reminders(until, (5, 1))
    assert (first.isoformat(), last.isoformat()) == ("2026-09-17T07:00:00+00:00", "2026-09-21T07:00:00+00:00")


async def _ticks(surface: FakeSurface, days: float) -> None:
    surface.clock.forward(timedelta(days=days))
    await surface.worker.do_chores()


async def test_only_those_who_have_not_answered_are_reminded_once_each_time(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician", "carer")
    await answered(surface, "nurse", "Ja.")
    await surface.press("carer", await asked(surface, "carer"), "Ingen merknader")
    await _ticks(surface, 16)
    await surface.worker.do_chores()
    husk = "Husk å svare på høringen «Ny samhandlingsavtale»: fristen er tirsdag 22. september 2026"
    assert (await titles(surface, "clinician")).count(husk) == 1
    for who in ("nurse", "carer", "secretary"):
        assert not any("Husk" in title for title in await titles(surface, who)), who
    await _ticks(surface, 4)
    assert (await titles(surface, "clinician")).count(husk) == 2
    await _ticks(surface, 2)
    over = "Fristen for å svare på høringen «Ny samhandlingsavtale» er ute"
    assert (await titles(surface, "clinician")).count(over) == 1
    assert over not in await titles(surface, "nurse")
    (told,) = [
        shown
        for shown in await surface.inbox("secretary")
        if shown.title == "Fristen for høringen «Ny samhandlingsavtale» er ute"
    ]
    assert told.text == "Disse har ikke svart: Eksempel Clinician, på vegne av Eksempel sykehus"
    assert (await row(surface.world)).clock_at is None
    await _ticks(surface, 5)
    assert (await titles(surface, "clinician")).count(over) == 1


async def test_the_committee_says_when_it_reminds_and_how_long_there_is(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.settings = {**committee.settings, "hearings": {"days": 10, "remind_days": [2]}}
    item = await _case(surface)
    opened = form(await surface.bot.press(surface.world.sender("secretary"), Do.BEGIN, {"item": str(item)}))
    assert values(opened)["until"] == "2026-09-11"
    await started(surface, "nurse")
    (laid,) = await _laid(surface)
    assert local_day(laid.due_at) == date(2026, 9, 20)
    assert (laid.person_id, laid.status) == (surface.world.people["nurse"], "pending")


async def test_reminders_are_laid_ahead_and_follow_the_round(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse", "clinician")
    laid = await _laid(surface)
    assert [(each.due_at.isoformat(), each.status) for each in laid] == [
        ("2026-09-17T07:00:00+00:00", "pending"),
        ("2026-09-17T07:00:00+00:00", "pending"),
        ("2026-09-21T07:00:00+00:00", "pending"),
        ("2026-09-21T07:00:00+00:00", "pending"),
    ]
    assert {each.expires_at for each in laid} == {(await row(surface.world)).clock_at}
    # Whoever answers has none any more.
    await answered(surface, "clinician", "Ja.")
    nurse = surface.world.people["nurse"]
    assert {each.person_id for each in await _laid(surface) if each.status == "pending"} == {nurse}
    # More time, from the day before the last: none of those that would have been before it.
    surface.clock.forward(timedelta(days=20))
    opened = form(await surface.press("secretary", shown, "Forleng fristen"))
    await surface.submit("secretary", opened, {"until": "2026-09-24"})
    coming = [each for each in await _laid(surface) if each.status == "pending"]
    assert [each.due_at.isoformat() for each in coming] == ["2026-09-23T07:00:00+00:00"]
    await surface.press("secretary", await seen(surface), "Trekk høringen")
    assert "pending" not in {each.status for each in await _laid(surface)}


async def test_a_round_that_was_open_before_reminders_were_laid_gets_those_that_are_left(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician")
    async with surface.world.database.transaction() as session:
        await session.execute(delete(Reminder))
        # The first was said by the clock itself, and the next look was to say the second.
        await session.execute(update(Hearing).values(clock_at=datetime(2026, 9, 21, 7, tzinfo=UTC)))
    await _ticks(surface, 19)
    assert await _laid(surface) == []
    await _ticks(surface, 1)
    husk = "Husk å svare på høringen «Ny samhandlingsavtale»: fristen er tirsdag 22. september 2026"
    assert (await titles(surface, "clinician")).count(husk) == 1
    assert len(await _laid(surface)) == 2
    await answered(surface, "nurse", "Ja.")
    await _ticks(surface, 0.1)
    assert (await titles(surface, "clinician")).count(husk) == 1


async def _laid(surface: FakeSurface) -> list[Reminder]:
    async with surface.world.database.reading() as session:
        of_kind = select(Reminder).where(col(Reminder.kind) == "horing.svarfrist")
        return list(await session.scalars(of_kind.order_by(col(Reminder.due_at), col(Reminder.id))))


async def test_a_late_answer_is_taken_and_marked_and_stands(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician")
    await answered(surface, "clinician", "I tide.")
    await _ticks(surface, 22)
    got = await asked(surface, "nurse")
    assert got.small == "Fristen er ute. Du kan fortsatt svare, og svaret merkes som kommet etter fristen."
    assert labels(await asked(surface, "clinician")) == []
    done = await answered(surface, "nurse", "For sent.")
    assert labels(done) == []
    shown = await seen(surface)
    said = {section.title.split(",")[0]: section.text for section in shown.sections}
    assert said["Eksempel Nurse"] == "Svarte 23. sep. 2026 kl. 10.00, etter fristen.\nFor sent."
    assert "etter fristen" not in said["Eksempel Clinician"]
    late = message(await surface.bot.press(surface.world.sender("clinician"), Do.ANSWER, {"hearing": "1"}))
    assert late.title.startswith("Fristen gikk ut tirsdag 22. september 2026, så svaret står som det er.")


async def test_more_time(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse", "clinician")
    await answered(surface, "clinician", "Ja.")
    opened = form(await surface.press("secretary", shown, "Forleng fristen"))
    wrong = form(await surface.submit("secretary", opened, {"until": "2026-09-15"}))
    assert errors(wrong) == {"until": "Fristen er tirsdag 22. september 2026. Velg en senere dag."}
    done = message(await surface.submit("secretary", wrong, {"until": "2026-10-01"}))
    assert facts(done)["Frist"] == "torsdag 1. oktober 2026"
    told = "Ny frist for å svare på høringen «Ny samhandlingsavtale»: torsdag 1. oktober 2026"
    assert told in await titles(surface, "nurse")
    assert told not in await titles(surface, "clinician")
    assert facts(await asked(surface, "clinician"))["Frist"] == "torsdag 1. oktober 2026"
    await _ticks(surface, 22)
    assert not any("er ute" in title for title in await titles(surface, "nurse"))
    await answered(surface, "nurse", "I tide likevel.")
    assert "etter fristen" not in (await seen(surface)).model_dump_json()


async def test_withdrawn_and_nobody_answers(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse", "clinician")
    await answered(surface, "clinician", "Ja.")
    form_open = form(await surface.press("nurse", await asked(surface, "nurse"), "Svar"))
    done = message(await surface.press("secretary", shown, "Trekk høringen"))
    assert facts(done)["Status"] == "Trukket"
    assert "Høringen «Ny samhandlingsavtale» er trukket" in await titles(surface, "nurse")
    assert "Høringen «Ny samhandlingsavtale» er trukket" not in await titles(surface, "clinician")
    stands = next(each for each in await surface.inbox("nurse") if each.title == f"Høringen er trukket: {TITLE[8:]}")
    assert labels(stands) == []
    closed = message(await surface.submit("nurse", form_open, {"text": "Skrevet forgjeves."}))
    assert closed.title == "Høringen er trukket, så det er ikke noe å svare på."
    assert facts(closed)["Svaret"] == "Skrevet forgjeves."
    again = message(await surface.press("deputy", shown, "Trekk høringen"))
    assert again.title == "Høringen er trukket, så det er ikke noe å svare på."
    await _ticks(surface, 30)
    assert not any("Husk" in title for title in await titles(surface, "nurse"))
    assert await waits_for(surface, "nurse") == []


async def test_closed_and_nobody_answers_any_more(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse")
    done = message(await surface.press("secretary", shown, "Avslutt høringen"))
    assert (facts(done)["Status"], labels(done)) == ("Avsluttet", [])
    late = message(await surface.bot.press(surface.world.sender("nurse"), Do.ANSWER, {"hearing": "1"}))
    assert late.title == "Høringen er avsluttet. Si fra til sekretariatet hvis du har mer å si."


# --- people ------------------------------------------------------------------------------------------------


async def test_one_more_by_name_by_email_and_on_paper(surface: FakeSurface) -> None:
    shown = await started(surface, "nurse")
    party = await _party(surface, "municipality")
    opened = form(await surface.press("secretary", shown, "Legg til mottaker"))
    wrong = form(await surface.submit("secretary", opened, {"called": "Eksempel Ordfører", "email": "ordfører"}))
    assert errors(wrong) == {
        "email": "«ordfører» er ingen e-postadresse.",
        "party": "Velg hvilken virksomhet den du sender e-post til, hører til.",
    }
    address = {"called": "Eksempel Ordfører", "email": "Ordforer@example.org", "party": str(party)}
    guarded = form(await surface.submit("secretary", wrong, address))
    assert "ser ut som en e-postadresse" in errors(guarded)["email"]
    done = message(await surface.submit("secretary", guarded, {"no_patient": "true"}))
    assert facts(done)["Har svart"] == "0 av 2 har svart"
    async with surface.world.database.reading() as session:
        person = (await session.scalars(select(Person).where(col(Person.email) == "ordforer@example.org"))).one()
    assert (person.name, person.organisation_id, person.listed) == ("Eksempel Ordfører", party, False)
    opened = form(await surface.press("secretary", done, "Legg til mottaker"))
    guarded = form(await surface.submit("secretary", opened, address))
    twice = form(await surface.submit("secretary", guarded, {"no_patient": "true"}))
    assert errors(twice) == {"person": "Eksempel Ordfører er allerede spurt i denne høringen."}
    paper = {"called": "Eksempel Brevskriver", "email": "", "party": ""}
    done = message(await surface.submit("secretary", twice, paper))
    assert "Eksempel Brevskriver" in [section.title for section in done.sections]
    assert (await rows(surface.world))["Eksempel Brevskriver"].row.person_id is None
    await surface.arrive()


async def test_who_left_is_not_waited_for_nor_reminded(surface: FakeSurface) -> None:
    await started(surface, "nurse", bodies=("au",))
    await answered(surface, "nurse", "Ja.")
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Membership)
            .where(col(Membership.person_id) == surface.world.people["colleague"])
            .values(valid_to=date(2026, 9, 2))
        )
    await _ticks(surface, 16)
    assert not any("Husk" in title for title in await titles(surface, "colleague"))
    refused = message(await surface.bot.press(surface.world.sender("colleague"), Do.SHOW, {"hearing": "1"}))
    assert refused.title == "Høringen er for dem den er sendt til."
    shown = await seen(surface)
    said = {section.title.split(",")[0]: section.text for section in shown.sections}
    assert said["Eksempel Colleague"] == "Er ikke lenger i utvalget, og blir ikke minnet på."
    # The secretary of AU is asked as its member, and was the last who was waited for.
    own = form(await surface.press("secretary", shown, "Svar"))
    await surface.submit("secretary", own, {"text": "Ja."})
    assert "Alle har svart på høringen «Ny samhandlingsavtale»" in await titles(surface, "deputy")


async def test_who_is_gone_altogether_is_said(surface: FakeSurface) -> None:
    await started(surface, "nurse", "clinician")
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["nurse"])).removed_at = surface.clock.now()
    said = {section.title.split(",")[0]: section.text for section in (await seen(surface)).sections}
    assert said["Eksempel Nurse"] == "Har sluttet, og blir ikke minnet på."


async def test_who_is_nowhere_to_be_reached_is_shown_with_the_reason(surface: FakeSurface) -> None:
    await started(surface, "mailbox", "nurse")
    await surface.arrive()
    said = {section.title.split(",")[0]: section.text for section in (await seen(surface)).sections}
    assert said["Eksempel Mailbox"] == (
        "Har ikke svart.\nIkke levert: er ikke på chat, og har ingen e-post vi når. Ta kontakt på en annen måte."
    )
    assert said["Eksempel Nurse"] == "Har ikke svart."


async def test_two_answers_from_the_same_party_are_pointed_out(surface: FakeSurface) -> None:
    await started(surface, "nurse", "carer", "clinician")
    for who in ("nurse", "carer", "clinician"):
        await answered(surface, who, f"Fra {who}.")
    assert facts(await seen(surface))["Flere svar fra samme part"] == "Eksempel kommune (2)"


# --- cases -------------------------------------------------------------------------------------------------


async def _case(surface: FakeSurface, **values: Any) -> int:
    await propose(surface)
    item = await steps.case_of(surface.world, "Felles opplæring i utskrivning")
    if values:
        async with surface.world.database.transaction() as session:
            row = await session.get_one(AgendaItem, item)
            for name, value in values.items():
                setattr(row, name, value)
    return item


async def test_about_a_case(surface: FakeSurface) -> None:
    item = await _case(surface)
    opened = form(await surface.bot.press(surface.world.sender("secretary"), Do.BEGIN, {"item": str(item)}))
    assert "Saken: Felles opplæring i utskrivning" in str(opened.fields[0].label)
    assert values(opened)["title"] == "Felles opplæring i utskrivning"
    to = form(await surface.submit("secretary", opened, {"question": "Hva mener dere?"}))
    look = form(await surface.submit("secretary", to, {"persons": [str(surface.world.people["nurse"])]}))
    shown = message(await surface.submit("secretary", look))
    assert facts(shown)["Sak"] == "Felles opplæring i utskrivning"
    refused = message(await surface.bot.press(surface.world.sender("member"), Do.BEGIN, {"item": str(item)}))
    assert "Bare sekretariatet" in refused.title


async def test_a_case_of_another_committee_is_refused(surface: FakeSurface) -> None:
    item = await _case(surface)
    au = str(surface.world.committees["au"])
    back = await steps.to_whom(surface, item=str(item), committee=au)
    assert errors(back) == {"item": "Saken er i Faglig samarbeidsutvalg (FSU). Velg det utvalget, eller en annen sak."}


async def test_what_a_closed_case_is_about_reaches_nobody_by_the_round(surface: FakeSurface) -> None:
    item = await _case(surface, closed_under="offl. § 13")
    opened = form(await surface.bot.press(surface.world.sender("secretary"), Do.BEGIN, {"item": str(item)}))
    assert values(opened)["title"] is None
    assert "skriv ikke mer enn de kan få vite" in str(opened.fields[0].label)
    await started(surface, "nurse", item=str(item), title="En sak i FSU")
    got = next(each for each in await surface.inbox("nurse") if each.title == "Høring: En sak i FSU")
    assert "opplæring" not in got.model_dump_json()
    shown = await seen(surface)
    assert facts(shown)["Om saken"].startswith("Saken er unntatt offentlighet.")


async def test_a_case_that_was_withdrawn_meanwhile_is_said(surface: FakeSurface) -> None:
    item = await _case(surface)
    await started(surface, "nurse", item=str(item))
    async with surface.world.database.transaction() as session:
        (await session.get_one(AgendaItem, item)).status = ItemStatus.WITHDRAWN
    assert facts(await seen(surface))["Om saken"] == "Saken er trukket, sendt tilbake eller tatt av sakslisten."


async def test_the_same_form_sent_twice_is_one_round(surface: FakeSurface) -> None:
    to = await steps.to_whom(surface)
    look = form(await surface.submit("secretary", to, {"persons": [str(surface.world.people["nurse"])]}))
    first = message(await surface.submit("secretary", look))
    again = message(await surface.submit("secretary", look))
    assert again.title == first.title
    async with surface.world.database.reading() as session:
        assert len((await session.scalars(select(Hearing))).all()) == 1
        assert len((await session.scalars(select(HearingRecipient))).all()) == 1
        assert [each.kind for each in await HISTORY.events(session, 1)] == ["created"]
    assert (await row(surface.world)).status == HearingStatus.OPEN


@pytest.mark.parametrize("both", [False, True])
async def test_who_turns_out_to_be_another_is_asked_once(surface: FakeSurface, both: bool) -> None:
    await started(surface, "nurse", "carer")
    await answered(surface, "nurse", "Fra den ene.")
    if both:
        await answered(surface, "carer", "Fra den andre.")
    people = surface.world.people
    async with surface.world.database.transaction() as session:
        await joining.join(session, people["nurse"], people["carer"], surface.clock.now(), keys={}, answers=())
    async with surface.world.database.reading() as session:
        found = (await session.scalars(select(HearingRecipient).order_by(col(HearingRecipient.id)))).all()
    given = {each.text: each.person_id for each in found}
    assert given == (
        {"Fra den ene.": None, "Fra den andre.": people["carer"]} if both else {"Fra den ene.": people["carer"]}
    )
    assert facts(await seen(surface))["Har svart"] == ("2 av 2 har svart" if both else "1 av 1 har svart")
