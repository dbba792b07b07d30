"""Finding a date: times are proposed, people say which suit them, and one of them becomes the meeting."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from config.school_holidays import school_holidays as listed_holidays
from handlers import admission
from handlers.calendar import school_holidays
from handlers.people.roles import Role
from handlers.polls.reminding import REMIND
from handlers.polls.watching import WATCH
from storage import joining, polls
from storage.tables import Committee, Meeting, MeetingSource, Membership, Person, PollStatus, Reminder
from tests.chores import reminded
from tests.polls import steps
from tests.polls.steps import asked, presses, seen, started, texts, titles
from tests.surface import FakeSurface, errors, facts, form, labels, message, values
from tests.test_home import waits_for

ONE, TWO, THREE = (
    "1. onsdag 16. september 2026 kl. 09.00–11.00",
    "2. torsdag 17. september 2026 kl. 12.00–14.00",
    "3. lørdag 19. september 2026 kl. 09.00–11.00",
)


async def _press(surface: FakeSurface, who: str, action: str, **arguments: Any) -> Any:
    carried = {"poll": "1", **{name: str(value) for name, value in arguments.items()}}
    return await surface.bot.press(surface.world.sender(who), action, carried)


async def test_the_list_of_meetings_leads_whoever_may_there(stored: FakeSurface) -> None:
    shown = message(await stored.say("secretary", "mote"))
    assert form(await stored.press("secretary", shown, "Finn en dato")).title == "Finn en dato"
    assert "Finn en dato" not in labels(message(await stored.say("member", "mote")))


# --- asking ------------------------------------------------------------------------------------------------


async def test_from_the_command_to_what_everybody_sees(stored: FakeSurface) -> None:
    shown = await started(stored, subject="Ny avtale", place="Eksempelsalen")
    assert shown.title == "Datovalg: møte i Faglig samarbeidsutvalg (FSU)"
    assert shown.text == "Datovalget er sendt til 5 personer.\nIngen har svart ennå."
    assert facts(shown) == {
        "Status": "Åpent for svar",
        "Svarfrist": "tirsdag 8. september 2026 kl. 15.00",
        "Har svart": "0 av 5 har svart",
        "Gjelder": "Ny avtale",
        "Sted": "Eksempelsalen",
    }
    assert [section.title for section in shown.sections] == [ONE, TWO, THREE]
    silent = "Passer for 0, om nødvendig for 0, passer ikke for 0. Ikke svart: 5."
    votes = "Med stemmerett: 0 kan, 0 til om nødvendig."
    # The one who asked learns how many are busy, and not who.
    assert texts(shown) == {
        ONE: [silent, votes, "2 av de spurte har et annet møte samtidig."],
        TWO: [silent, votes],
        THREE: [silent, votes, "Merk: helg."],
    }
    got = await asked(stored, "colleague")
    assert got.text == "Ny avtale\nDu har svart på 0 av 3 tider."
    assert texts(got) == {
        ONE: ["Merk: du har møte i Arbeidsutvalg (AU) kl. 10.00–13.00.", "Svaret ditt: ikke svart."],
        TWO: ["Svaret ditt: ikke svart."],
        THREE: ["Merk: helg.", "Svaret ditt: ikke svart."],
    }
    assert labels(got)[:2] + labels(got)[-3:] == [
        "Alle tidene passer",
        "Ingen av tidene passer",
        "3 passer",
        "3 om nødvendig",
        "3 passer ikke",
    ]
    assert got.page is not None
    assert texts(await asked(stored, "member"))[ONE] == ["Svaret ditt: ikke svart."], "it is not in AU"
    assert await titles(stored, "clinician") == []
    assert await waits_for(stored, "observer") == [
        "Svar når det passer med møte i Faglig samarbeidsutvalg (FSU) (innen 8. sep. 2026)"
    ]


@pytest.mark.usefixtures("customary_known")
async def test_a_day_that_most_are_off_by_custom(surface: FakeSurface) -> None:
    look = form(await surface.submit("secretary", await steps.whom(surface, times="24.12. kl. 9–11\n16.9. kl. 9–11")))
    assert "kl. 09.00–11.00. Merk: på julaften, da de fleste har fri." in facts(look)["Tider"]


async def test_what_is_looked_over_before_it_is_sent(surface: FakeSurface) -> None:
    second = await steps.whom(surface, times="4.9. kl. 9\n25.12. kl. 9–11\n16.9. kl. 9–11")
    chosen = {"asks": "voting", "persons": [str(surface.world.people["nurse"])], "until": "2026-09-03"}
    look = form(await surface.submit("secretary", second, chosen))
    assert facts(look) == {
        "Utvalg": "Faglig samarbeidsutvalg (FSU)",
        "Tider": "1. fredag 4. september 2026 kl. 09.00–12.00. Fristen for å melde saker er da allerede ute.\n"
        "2. onsdag 16. september 2026 kl. 09.00–11.00. 1 har et annet møte da.\n"
        "3. fredag 25. desember 2026 kl. 09.00–11.00. "
        "Merk: helligdag (første juledag).",
        "Svarfrist": "torsdag 3. september 2026 kl. 15.00",
        "Spørres": "3: Eksempel Colleague, Eksempel Member, Eksempel Nurse",
    }
    assert await titles(surface, "nurse") == []


async def test_a_school_holiday_in_a_county_that_the_committee_minds(surface: FakeSurface) -> None:
    """In what is looked over, in what is asked, and where the time is chosen."""
    school_holidays.install(listed_holidays)
    try:
        world = surface.world
        async with world.database.transaction() as session:
            fsu = await session.get_one(Committee, world.committees["fsu"])
            fsu.settings = {**fsu.settings, "plan": {"counties": ["Vestfold", "innlandet"]}}
        times = "24.2.2027 kl. 9–11\n11.3.2027 kl. 9–11"
        look = form(await surface.submit("secretary", await steps.whom(surface, times=times)))
        holiday = "Merk: i vinterferien i Vestfold, Innlandet."
        assert facts(look)["Tider"].splitlines() == [
            f"1. onsdag 24. februar 2027 kl. 09.00–11.00. {holiday}",
            "2. torsdag 11. mars 2027 kl. 09.00–11.00.",
        ]
        shown = message(await surface.submit("secretary", look))
        assert [holiday in section.text for section in shown.sections] == [True, False]
        assert [holiday in section.text for section in (await asked(surface, "member")).sections] == [True, False]
        choosing = form(await surface.press("secretary", shown, "Velg 1"))
        assert holiday in str(choosing)
    finally:
        school_holidays.install(school_holidays.SchoolHolidays)


async def test_lines_that_are_no_times_are_named_and_kept(surface: FakeSurface) -> None:
    lines = "16.9. kl. 9–11\n31.2. kl. 9\nkanskje fredag"
    again = await steps.whom(surface, times=lines)
    assert errors(again)["times"].splitlines() == [
        "Linje 2 («31.2. kl. 9»): 31.2. finnes ikke i 2026. Rett datoen.",
        "Linje 3 («kanskje fredag»): skriv både dag og klokkeslett, for eksempel 12.3. kl. 9–11.",
    ]
    assert values(again)["times"] == lines
    for times, said in (
        ("", "Foreslå minst én tid, for eksempel 12.3. kl. 9–11."),
        ("1.9. kl. 9", "tirsdag 1. september 2026 kl. 09.00 er passert. Foreslå en tid som kommer."),
        ("1.9.2028 kl. 9", "fredag 1. september 2028 kl. 09.00 er mer enn ett år fram. Sjekk årstallet."),
        (
            "28.3. kl. 2.30–4",
            "Klokka 02.30 finnes ikke 28. mars 2027: da stilles klokka en time fram. Velg et annet klokkeslett.",
        ),
    ):
        assert errors(form(await surface.submit("secretary", again, {"times": times}))) == {"times": said}
    many = "\n".join(f"{day}.10. kl. 9" for day in range(1, 22))
    assert errors(form(await surface.submit("secretary", again, {"times": many}))) == {
        "times": "Du har foreslått 21 tider, og det er plass til 20. Ta bort noen."
    }
    wrong = form(await surface.submit("secretary", again, {"times": "", "length": "lenge", "day1": "2026-09-16"}))
    assert errors(wrong) == {"length": "Skriv hvor lenge møtet varer, for eksempel «2 timer» eller «90 min»."}
    half = form(await surface.submit("secretary", wrong, {"length": "90 min", "from2": "09:00", "from3": ""}))
    assert errors(half) == {
        "from1": "Velg når møtet begynner, eller ta bort dagen.",
        "day2": "Velg dagen også, eller ta bort klokkeslettet.",
    }


async def test_times_can_be_picked(surface: FakeSurface) -> None:
    shown = await started(surface, times="17.9. kl. 9–10")
    assert len(shown.sections) == 1
    picks = {"times": "17.9. kl. 9–10", "length": "1 time", "day2": "2026-09-16", "from2": "13:00"}
    second = form(await surface.submit("secretary", await surface.open("secretary", "mote finn FSU"), picks))
    look = form(await surface.submit("secretary", second))
    assert facts(look)["Tider"].splitlines() == [
        "1. onsdag 16. september 2026 kl. 13.00–14.00.",
        "2. torsdag 17. september 2026 kl. 09.00–10.00.",
    ]


async def test_a_deadline_that_cannot_be_and_nobody_to_ask(surface: FakeSurface) -> None:
    second = await steps.whom(surface)
    for until, said in (
        ("2026-08-31", "Svarfristen er passert. Velg en senere."),
        ("2026-09-16", "Svarfristen må være før onsdag 16. september 2026 kl. 09.00."),
    ):
        assert errors(form(await surface.submit("secretary", second, {"until": until}))) == {"until": said}
    nobody = form(await surface.submit("secretary", second, {"asks": "named"}))
    assert errors(nobody) == {"asks": "Det er ingen å spørre. Velg noen under «Andre som skal spørres»."}


async def test_who_may_find_a_date(surface: FakeSurface) -> None:
    refused = message(await surface.say("member", "mote finn FSU"))
    assert refused.title.startswith("Bare sekretariatet og møtelederen for Faglig samarbeidsutvalg (FSU)")
    nothing = message(await surface.say("member", "mote finn"))
    assert (nothing.text, labels(nothing)) == ("Det er ingen datovalg som venter på deg.", [])
    unknown = message(await surface.say("secretary", "mote finn XYZ"))
    assert unknown.title == "Jeg finner ikke utvalget «XYZ»"
    async with surface.world.database.transaction() as session:
        session.add(
            Membership(
                committee_id=surface.world.committees["fsu"],
                person_id=surface.world.people["colleague"],
                role=Role.CHAIR,
            )
        )
    shown = await started(surface, "colleague")
    assert shown.text.startswith("Datovalget er sendt til 5 personer.")
    assert "Datovalg: møte i Faglig samarbeidsutvalg (FSU)" in await titles(surface, "colleague")
    assert "Datovalg: møte i Faglig samarbeidsutvalg (FSU)" not in await titles(surface, "secretary")


async def test_what_somebody_owes_until_they_have_answered(surface: FakeSurface) -> None:
    await started(surface)
    title = "Svar når det passer med møte i Faglig samarbeidsutvalg (FSU)"
    owed = message(await surface.say("observer", "frister"))
    mine = next(each for each in owed.sections if each.title == title)
    assert "8. september 2026" in mine.text
    assert [button.label for button in mine.buttons] == [
        "Svar på hver tid",
        "Alle tidene passer",
        "Ingen av tidene passer",
    ]
    assert message(await surface.press("observer", owed, "Alle tidene passer")).text.startswith("Lagret:")
    owed = message(await surface.say("observer", "frister"))
    assert title not in [each.title for each in owed.sections]


async def test_what_stands_in_the_list(surface: FakeSurface) -> None:
    # Who plans several committees chooses among them.
    first = await surface.open("secretary", "mote finn")
    assert "committee" in values(first)
    await started(surface)
    listed = message(await surface.say("secretary", "mote finn"))
    assert [section.title for section in listed.sections] == ["Møte i Faglig samarbeidsutvalg (FSU)"]
    assert labels(listed) == ["Finn en dato", "Se datovalget"]
    own = message(await surface.say("member", "mote finn"))
    assert [(section.title, section.text) for section in own.sections] == [(steps.TITLE, "Venter på svaret ditt.")]
    await presses(surface, "member", "Ingen av tidene passer")
    assert message(await surface.say("member", "mote datovalg")).sections[0].text == "Du har svart."
    assert await waits_for(surface, "member") == []


# --- answering ---------------------------------------------------------------------------------------------


async def test_one_press_for_each_time_and_another_changes_it(stored: FakeSurface) -> None:
    await started(stored)
    shown = await presses(stored, "member", "2 passer")
    assert shown.replace
    assert shown.text == "Lagret: 2 passer.\nDu har svart på 1 av 3 tider."
    assert texts(shown)[TWO] == ["Svaret ditt: passer."]
    await presses(stored, "member", "2 om nødvendig")
    got = await asked(stored, "member")
    assert got.text == "Du har svart på 1 av 3 tider."
    assert texts(got)[TWO] == ["Svaret ditt: passer om nødvendig."]
    assert facts(await seen(stored))["Har svart"] == "0 av 5 har svart"
    await presses(stored, "member", "Ingen av tidene passer")
    await presses(stored, "member", "1 passer")
    shown = await presses(stored, "member", "1 passer")
    assert shown.text == "Lagret: 1 passer.\nDu har svart på alle tidene."
    assert texts(await asked(stored, "member")) == {
        ONE: ["Svaret ditt: passer."],
        TWO: ["Svaret ditt: passer ikke."],
        THREE: ["Merk: helg.", "Svaret ditt: passer ikke."],
    }
    counted = next(each for each in await stored.inbox("secretary") if each.title.startswith("Datovalg:"))
    assert facts(counted)["Har svart"] == "1 av 5 har svart"
    async with stored.world.database.reading() as session:
        said = (await polls.said(session, [1]))[1]
    assert list(said) == [stored.world.people["member"]], "nobody else's is touched"


async def test_the_last_to_answer_and_the_best_first(surface: FakeSurface) -> None:
    await started(surface)
    for who in ("member", "colleague", "secretary", "observer"):
        await presses(surface, who, "2 passer")
    for who in ("member", "colleague", "secretary"):
        await presses(surface, who, "1 om nødvendig")
        await presses(surface, who, "3 passer ikke")
    await presses(surface, "observer", "Alle tidene passer")
    assert not any(title.startswith("Alle har svart") for title in await titles(surface, "secretary"))
    await presses(surface, "deputy", "Ingen av tidene passer")
    told = next(each for each in await surface.inbox("secretary") if each.title.startswith("Alle har svart"))
    assert told.title == "Alle har svart om møte i Faglig samarbeidsutvalg (FSU): velg tidspunkt"
    assert told.text.splitlines() == [
        "Disse passer best:",
        f"{TWO}: passer for 4, om nødvendig for 0.",
        f"{ONE}: passer for 1, om nødvendig for 3.",
        f"{THREE}: passer for 1, om nødvendig for 0.",
    ]
    await presses(surface, "deputy", "3 passer")
    assert sum(title.startswith("Alle har svart") for title in await titles(surface, "secretary")) == 1
    shown = await seen(surface)
    assert [section.title for section in shown.sections] == [TWO, ONE, THREE]
    assert texts(shown)[TWO][:3] == [
        "Passer best så langt.",
        "Passer for 4, om nødvendig for 0, passer ikke for 1. Ikke svart: 0.",
        "Med stemmerett: 2 kan, 0 til om nødvendig.",
    ]
    people = message(await surface.press("secretary", shown, "Hvem kan 1"))
    assert people.title == ONE
    assert people.text.splitlines() == [
        "Eksempel Observer: passer",
        "Eksempel Colleague (stemmerett): passer om nødvendig",
        "Eksempel Member (stemmerett): passer om nødvendig",
        "Eksempel Secretary: passer om nødvendig",
        "Eksempel Deputy: passer ikke",
    ]


async def test_quorum_by_the_committees_rule(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        fsu = await session.get_one(Committee, surface.world.committees["fsu"])
        fsu.settings = {**fsu.settings, "attendance": [{"quorum": {"share": "1"}}]}
    unanswered = await started(surface)
    assert "vedtaksført" not in unanswered.model_dump_json(), "nobody has answered yet"
    await presses(surface, "member", "1 passer")
    await presses(surface, "member", "2 passer")
    await presses(surface, "colleague", "2 om nødvendig")
    shown = await seen(surface)
    assert [section.title for section in shown.sections] == [TWO, ONE, THREE]
    assert texts(shown)[TWO][3] == ("Utvalget blir vedtaksført bare når de som kan om nødvendig, kommer (2 må møte).")
    assert texts(shown)[ONE][2] == "Utvalget blir ikke vedtaksført med disse svarene (2 må møte)."
    await presses(surface, "colleague", "1 passer")
    best = (await seen(surface)).sections[0]
    assert best.title == ONE
    assert "Utvalget blir vedtaksført (2 må møte)." in best.text


async def test_a_substitute_who_is_asked_counts_for_the_member_who_cannot(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        session.add(
            Membership(
                committee_id=surface.world.committees["fsu"],
                person_id=surface.world.people["carer"],
                role=Role.SUBSTITUTE,
                substitute_for_id=surface.world.people["colleague"],
            )
        )
    await started(surface, substitutes="true")
    await presses(surface, "carer", "1 passer")
    await presses(surface, "member", "1 passer")
    votes = "Med stemmerett: {} kan, 0 til om nødvendig."
    assert votes.format(2) in texts(await seen(surface))[ONE]
    await presses(surface, "colleague", "1 passer")
    assert votes.format(2) in texts(await seen(surface))[ONE]


async def test_everybody_presses_at_once(stored: FakeSurface) -> None:
    await started(stored)
    everybody = ("member", "colleague", "secretary", "deputy", "observer")
    each_has = [await asked(stored, who) for who in everybody]
    pressed = [stored.press(who, shown, "Alle tidene passer") for who, shown in zip(everybody, each_has, strict=True)]
    again = stored.press("member", each_has[0], "2 passer ikke")
    shown = [message(each) for each in await asyncio.gather(*pressed, again)]
    assert all(each.text.startswith("Lagret:") for each in shown)
    assert facts(await seen(stored))["Har svart"] == "5 av 5 har svart"
    assert sum(title.startswith("Alle har svart") for title in await titles(stored, "secretary")) == 1


async def test_who_is_not_asked_and_what_is_no_answer(surface: FakeSurface) -> None:
    await started(surface)
    for who in ("clinician", "nurse"):
        for action in ("datovalg.passer", "datovalg.alle", "datovalg.vis", "datovalg.mitt"):
            refused = message(await _press(surface, who, action, time=1, suits="yes"))
            assert refused.title == "Datovalget er for dem som er spurt."
    for wrong in ({"time": 99, "suits": "yes"}, {"time": 1, "suits": "maybe"}, {"time": 1}):
        gone = message(await _press(surface, "member", "datovalg.passer", **wrong))
        assert gone.title == "Tiden er ikke med i datovalget lenger."
    assert message(await _press(surface, "member", "datovalg.passer", poll=7, time=1, suits="yes")).title == (
        "Datovalget finnes ikke lenger."
    )
    async with surface.world.database.reading() as session:
        assert (await polls.said(session, [1]))[1] == {}


# --- time goes by ------------------------------------------------------------------------------------------


async def test_on_the_closing_day_the_one_who_asked_is_told(stored: FakeSurface) -> None:
    await started(stored)
    await presses(stored, "member", "2 passer")
    old = await asked(stored, "colleague")
    assert await steps.look(stored) == 1
    assert await steps.look(stored) == 0
    stored.clock.go_to((await steps.row(stored)).closes_at)
    await steps.look(stored)
    news = "Svarfristen for møte i Faglig samarbeidsutvalg (FSU) er ute: velg tidspunkt"
    told = next(each for each in await stored.inbox("secretary") if each.title == news)
    assert told.text.splitlines() == ["Disse passer best:", f"{TWO}: passer for 1, om nødvendig for 0."]
    assert labels(told) == ["Velg 2", "Se datovalget", "Endre svarfristen", "Spør flere", "Avlys datovalget"]
    over = next(each for each in await stored.inbox("member") if each.title.startswith("Svarfristen"))
    assert over.title == "Svarfristen for møte i Faglig samarbeidsutvalg (FSU) er ute"
    assert (f"{TWO}: passer" in over.text.splitlines(), labels(over)) == (True, [])
    late = message(await stored.press("colleague", old, "Alle tidene passer"))
    assert late.title == (
        "Svarfristen gikk ut tirsdag 8. september 2026 kl. 15.00, så svarene står som de er. "
        "Si fra til sekretariatet hvis noe er endret."
    )
    assert await steps.look(stored) == 0
    assert (await titles(stored, "secretary")).count(news) == 1
    assert await waits_for(stored, "secretary") == ["Velg tidspunkt for møte i Faglig samarbeidsutvalg (FSU)"]
    owed = message(await stored.say("secretary", "frister"))
    assert "Velg tidspunkt for møte i Faglig samarbeidsutvalg (FSU)" in [each.title for each in owed.sections]
    assert await waits_for(stored, "colleague") == []


async def test_nobody_answers(surface: FakeSurface) -> None:
    await started(surface)
    surface.clock.go_to((await steps.row(surface)).closes_at)
    await steps.look(surface)
    told = (await surface.inbox("secretary"))[-1]
    assert told.text == "Ingen har svart ennå."
    extend = form(await surface.press("secretary", told, "Endre svarfristen"))
    assert errors(form(await surface.submit("secretary", extend))) == {
        "until": "Svarfristen er passert. Velg en senere."
    }
    shown = message(await surface.submit("secretary", extend, {"until": "2026-09-16", "clock": "08:00"}))
    assert shown.text.startswith("Svarfristen er onsdag 16. september 2026 kl. 08.00.")
    assert "Alle tidene passer" in labels(await asked(surface, "member")), "it can be answered again"
    news = (await surface.inbox("member"))[-1]
    assert news.title == ("Ny svarfrist for møte i Faglig samarbeidsutvalg (FSU): onsdag 16. september 2026 kl. 08.00")
    answered = message(await surface.press("member", news, "Alle tidene passer"))
    assert answered.text.startswith("Lagret: alle tidene passer.")
    surface.clock.go_to((await steps.row(surface)).closes_at)
    await steps.look(surface)
    assert [title.startswith("Svarfristen") for title in await titles(surface, "secretary")].count(True) >= 2


async def test_a_time_that_has_passed(surface: FakeSurface) -> None:
    await started(surface)
    extend = form(await _press(surface, "secretary", "datovalg.forleng"))
    await surface.submit("secretary", extend, {"until": "2026-09-18", "clock": "12:00"})
    surface.clock.go_to((await steps.time_of(surface, 2)).starts_at)
    shown = message(await _press(surface, "member", "datovalg.vis"))
    assert texts(shown)[ONE][0] == "Har vært."
    assert labels(shown) == [
        "Alle tidene passer",
        "Ingen av tidene passer",
        "3 passer",
        "3 om nødvendig",
        "3 passer ikke",
    ]
    past = message(await _press(surface, "member", "datovalg.passer", time=2, suits="yes"))
    assert past.title == "torsdag 17. september 2026 kl. 12.00–14.00 har vært, så det er ikke noe å svare på."
    done = await presses(surface, "member", "Alle tidene passer")
    assert "Du har svart på alle tidene." in done.text
    async with surface.world.database.reading() as session:
        assert list((await polls.said(session, [1]))[1][surface.world.people["member"]]) == [3]
    run = await seen(surface)
    assert [section.title for section in run.sections] == [THREE, ONE, TWO]
    assert "Velg 1" not in labels(run)
    never = message(await _press(surface, "secretary", "datovalg.velg", time=1))
    assert never.title == "onsdag 16. september 2026 kl. 09.00–11.00 har vært, og kan ikke velges."


# --- choosing ----------------------------------------------------------------------------------------------


async def _chosen(surface: FakeSurface, number: int = 2, who: str = "secretary", **raw: Any) -> Any:
    opened = form(await surface.press(who, await seen(surface, who), f"Velg {number}"))
    return await surface.submit(who, opened, raw)


async def test_the_chosen_time_becomes_the_meeting_and_everybody_hears_once(stored: FakeSurface) -> None:
    nurse = stored.world.people["nurse"]
    await started(stored, persons=[str(nurse)], place="Eksempelsalen", extraordinary="true")
    await presses(stored, "member", "2 passer")
    old = await asked(stored, "colleague")
    before = {who: len(await stored.inbox(who)) for who in ("member", "observer", "nurse", "secretary")}
    opened = form(await stored.press("secretary", await seen(stored), "Velg 2"))
    assert values(opened)["place"] == "Eksempelsalen"
    said = next(field.label for field in opened.fields if field.name == "what")
    assert said.splitlines() == [
        "Datovalget: møte i Faglig samarbeidsutvalg (FSU).",
        TWO,
        "Passer for 1, om nødvendig for 0, passer ikke for 0. Ikke svart: 5.",
        "Med stemmerett: 1 kan, 0 til om nødvendig.",
        "Fristen for å melde saker blir torsdag 3. september 2026 kl. 12.00.",
    ]
    done = message(await stored.submit("secretary", opened))
    assert done.text == "Møtet er laget, og de det gjelder, får beskjed."
    assert labels(done) == ["Se møtet", "Se datovalget"]
    async with stored.world.database.reading() as session:
        row = await polls.poll(session, 1)
        assert row is not None
        meeting = await session.get_one(Meeting, row.row.meeting_id)
    assert (meeting.starts_at, meeting.ends_at) == (
        (await steps.time_of(stored, 2)).starts_at,
        (await steps.time_of(stored, 2)).ends_at,
    )
    assert (meeting.place, meeting.source, meeting.extraordinary) == ("Eksempelsalen", MeetingSource.CHAT, True)
    # One new message each: the meeting's own, or for whoever is not of the committee, that it is decided.
    after = {who: await titles(stored, who) for who in before}
    assert {who: len(after[who]) - count for who, count in before.items()} == dict.fromkeys(before, 1)
    assert after["member"][-1] == "Ekstraordinært møte i Faglig samarbeidsutvalg (FSU)"
    blir = "Møtet i Faglig samarbeidsutvalg (FSU) blir torsdag 17. september 2026 kl. 12.00–14.00"
    assert after["nurse"] == [blir, blir], "the message in which they were asked says so too"
    closed = next(each for each in await stored.inbox("member") if each.title == blir)
    assert (closed.text, labels(closed)) == ("Svaret ditt: passer.", [])
    late = message(await stored.press("colleague", old, "1 passer"))
    assert late.title == f"Eksempel Secretary har valgt {TWO[3:]}. Møtet er laget."
    assert [label for label in labels(await seen(stored)) if label.startswith(("Velg", "Avlys", "Svar"))] == []
    page = message(await stored.press("secretary", done, "Se møtet"))
    assert facts(page)["Datovalg"] == "Valgt blant 3 tider. 0 av 6 har svart."
    assert message(await stored.press("secretary", page, "Se datovalget")).title.startswith("Datovalg:")
    assert "Datovalg" not in facts(message(await stored.bot.press(
        stored.world.sender("member"), "mote.side", {"meeting": str(meeting.id)}
    )))  # fmt: skip


async def test_a_deadline_that_would_be_past_is_said_and_another_can_be_set(surface: FakeSurface) -> None:
    await started(surface, times="10.9. kl. 9–11\n11.9. kl. 9–11")
    opened = form(await surface.press("secretary", await seen(surface), "Velg 1"))
    said = next(field.label for field in opened.fields if field.name == "what").splitlines()
    assert said[-1] == (
        "Fristen for å melde saker, torsdag 27. august 2026 kl. 12.00, er allerede ute. "
        "Sett en annen her hvis noen skal kunne melde saker."
    )
    wrong = form(await surface.submit("secretary", opened, {"deadline": "2026-09-12"}))
    assert errors(wrong) == {"deadline": "Fristen for å melde saker er etter at møtet begynner. Rett fristen."}
    assert errors(form(await surface.submit("secretary", wrong, {"deadline": "", "clock": "09:00"}))) == {
        "deadline": "Velg dagen også, eller ta bort klokkeslettet."
    }
    await surface.submit("secretary", wrong, {"deadline": "2026-09-08", "clock": "10:00"})
    async with surface.world.database.reading() as session:
        meeting = (await session.scalars(select(Meeting).order_by(col(Meeting.id).desc()).limit(1))).one()
    assert f"{meeting.deadline_at:%d.%m. %H}" == "08.09. 08"


async def test_the_committee_has_a_meeting_then_already(surface: FakeSurface) -> None:
    await started(surface, times="21.9. kl. 11–12")
    again = form(await _chosen(surface, 1))
    assert again.errors == (
        "Faglig samarbeidsutvalg (FSU) har allerede møte mandag 21. september 2026 kl. 10.00–13.00. "
        "Velg et annet tidspunkt.",
    )
    assert (await steps.row(surface)).status == PollStatus.OPEN


async def test_two_who_choose_at_once(stored: FakeSurface) -> None:
    await started(stored)
    first = form(await stored.press("secretary", await seen(stored), "Velg 1"))
    second = form(await stored.press("deputy", await seen(stored, "deputy"), "Velg 2"))
    both = await asyncio.gather(stored.submit("secretary", first), stored.submit("deputy", second))
    titles_of = {message(each).title for each in both}
    assert titles_of in (
        {"Datovalg: møte i Faglig samarbeidsutvalg (FSU)", f"Eksempel Secretary har valgt {ONE[3:]}. Møtet er laget."},
        {"Datovalg: møte i Faglig samarbeidsutvalg (FSU)", f"Eksempel Deputy har valgt {TWO[3:]}. Møtet er laget."},
    )
    async with stored.world.database.reading() as session:
        found = await session.scalars(select(Meeting).where(col(Meeting.source) == MeetingSource.CHAT))
        assert len(found.all()) == 1


async def test_the_poll_is_cancelled(surface: FakeSurface) -> None:
    await started(surface)
    await presses(surface, "member", "Alle tidene passer")
    shown = message(await surface.press("secretary", await seen(surface), "Avlys datovalget"))
    assert shown.text.startswith("Datovalget er avlyst. De som er spurt, får beskjed.")
    news = "Datovalget for møte i Faglig samarbeidsutvalg (FSU) er avlyst"
    for who in ("member", "colleague"):
        assert await titles(surface, who) == [news, news]
        assert all(labels(each) == [] for each in await surface.inbox(who))
    again = message(await _press(surface, "deputy", "datovalg.avlys"))
    assert again.title == "Eksempel Secretary har avlyst datovalget."
    surface.clock.forward(timedelta(days=30))
    await steps.look(surface)
    assert await titles(surface, "member") == [news, news]
    assert await waits_for(surface, "secretary") == []


# --- who comes and goes ------------------------------------------------------------------------------------


async def test_whoever_joins_is_asked_and_whoever_leaves_is_not_any_more(stored: FakeSurface) -> None:
    world = stored.world
    await started(stored, persons=[str(world.people["nurse"])])
    await steps.look(stored)
    fsu = world.committees["fsu"]
    async with world.database.transaction() as session:
        session.add(Membership(committee_id=fsu, person_id=world.people["manager"], role=Role.MEMBER))
        await session.execute(
            delete(Membership).where(
                col(Membership.committee_id) == fsu, col(Membership.person_id) == world.people["observer"]
            )
        )
        await session.execute(
            update(Person).where(col(Person.id) == world.people["colleague"]).values(removed_at=stored.clock.now())
        )
    await steps.look(stored)
    assert "Alle tidene passer" in labels(await asked(stored, "manager"))
    gone = (await stored.inbox("observer"))[0]
    assert (gone.title, labels(gone)) == ("Du er ikke lenger spurt om møte i Faglig samarbeidsutvalg (FSU)", [])
    refused = message(await _press(stored, "observer", "datovalg.alle"))
    assert refused.title == "Du er ikke med i utvalget lenger, så du er ikke spurt."
    assert "Alle tidene passer" in labels(await asked(stored, "nurse")), "asked by name"
    assert facts(await seen(stored))["Har svart"] == "0 av 5 har svart"
    async with world.database.transaction() as session:
        session.add(Membership(committee_id=fsu, person_id=world.people["observer"], role=Role.MEMBER))
    await steps.look(stored)
    assert "Alle tidene passer" in labels(await asked(stored, "observer"))


async def test_more_people_are_asked(surface: FakeSurface) -> None:
    await started(surface)
    people = [str(surface.world.people[each]) for each in ("member", "nurse")]
    opened = form(await surface.press("secretary", await seen(surface), "Spør flere"))
    shown = message(await surface.submit("secretary", opened, {"persons": people}))
    assert shown.text.startswith("1 person til er spurt.")
    await presses(surface, "nurse", "Alle tidene passer")
    opened = form(await surface.press("secretary", await seen(surface), "Spør flere"))
    assert errors(form(await surface.submit("secretary", opened, {"persons": people}))) == {
        "persons": "De du har valgt, er allerede spurt. Velg noen andre."
    }
    who = message(await surface.press("secretary", await seen(surface), "Hvem har svart"))
    assert who.text.splitlines()[-1] == "Eksempel Nurse: har svart"


async def test_who_asked_leaves_and_the_secretariat_hears_instead(surface: FakeSurface) -> None:
    await started(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(
            delete(Membership).where(
                col(Membership.committee_id) == surface.world.committees["fsu"],
                col(Membership.person_id) == surface.world.people["secretary"],
            )
        )
    surface.clock.go_to((await steps.row(surface)).closes_at)
    await steps.look(surface)
    assert "Svarfristen for møte i Faglig samarbeidsutvalg (FSU) er ute: velg tidspunkt" in await titles(
        surface, "deputy"
    )


async def test_an_answer_is_everybodys_own_and_whoever_they_turn_out_to_be(surface: FakeSurface) -> None:
    world = surface.world
    await started(surface, persons=[str(world.people["nurse"]), str(world.people["carer"])])
    await presses(surface, "nurse", "Alle tidene passer")
    async with world.database.transaction() as session:
        await joining.join(
            session, world.people["nurse"], world.people["carer"], surface.clock.now(), keys={}, answers=[]
        )
    who = message(await surface.press("secretary", await seen(surface), "Hvem har svart"))
    assert who.text.splitlines()[-1] == "Eksempel Carer: har svart"


async def test_whoever_somebody_turns_out_to_be_has_one_message_that_goes_on_and_is_reminded_once(
    stored: FakeSurface,
) -> None:
    world = stored.world
    await started(stored, asks="named", persons=[str(world.people["nurse"])])
    await steps.look(stored)
    await presses(stored, "nurse", "1 passer")
    async with world.database.transaction() as session:
        people = [await session.get_one(Person, world.people[name]) for name in ("nurse", "carer")]
        await admission.join(session, *people, stored.clock.now())
    await steps.look(stored)
    # They go on where they were.
    shown = await asked(stored, "nurse")
    assert message(await stored.press("carer", shown, "2 passer")).text.startswith("Lagret:")
    assert [each.title for each in await stored.inbox("carer")].count(steps.TITLE) == 0
    assert (await asked(stored, "nurse")).text.splitlines()[-1] == "Du har svart på 2 av 3 tider."
    for _again in range(2):
        await _reminded(stored, datetime(2026, 9, 7, 7, tzinfo=UTC))
    assert [*await titles(stored, "carer"), *await titles(stored, "nurse")].count(REMINDER) == 1
    assert facts(await seen(stored))["Har svart"] == "0 av 1 har svart"


# --- reminders ---------------------------------------------------------------------------------------------

REMINDER = (
    "Husk å svare når det passer med møte i Faglig samarbeidsutvalg (FSU) (innen tirsdag 8. september 2026 kl. 15.00)"
)


async def _reminded(surface: FakeSurface, at: datetime) -> None:
    surface.clock.go_to(at)
    await reminded(WATCH, surface.world.database, surface.clock)


async def test_who_has_not_answered_is_reminded_and_nobody_else(stored: FakeSurface) -> None:
    await started(stored)
    await steps.look(stored)
    await presses(stored, "member", "Alle tidene passer")
    await presses(stored, "colleague", "2 passer")
    # Three days before the last one, at 09.00 in Oslo.
    await _reminded(stored, datetime(2026, 9, 5, 6, 59, tzinfo=UTC))
    assert REMINDER not in await titles(stored, "colleague")
    for _again in range(2):
        await _reminded(stored, datetime(2026, 9, 5, 7, tzinfo=UTC))
    assert (await titles(stored, "colleague")).count(REMINDER) == 1
    assert REMINDER not in await titles(stored, "member")
    said = next(each for each in await stored.inbox("colleague") if each.title == REMINDER)
    assert said.text == "Du har svart på 1 av 3 tider."
    whole = message(await stored.press("colleague", said, "Svar på hver tid"))
    assert [section.title for section in whole.sections] == [ONE, TWO, THREE]
    assert message(await stored.press("colleague", said, "Ingen av tidene passer")).text.startswith("Lagret:")
    await _reminded(stored, datetime(2026, 9, 7, 7, tzinfo=UTC))
    assert (await titles(stored, "colleague")).count(REMINDER) == 1, "they have answered"
    assert (await titles(stored, "observer")).count(REMINDER) == 2


async def test_reminders_follow_the_deadline_and_the_committee_and_end_with_the_poll(surface: FakeSurface) -> None:
    world = surface.world
    await started(surface)
    await steps.look(surface)

    async def pending() -> dict[int, list[datetime]]:
        found: dict[int, list[datetime]] = {}
        async with world.database.reading() as session:
            rows = select(Reminder).where(col(Reminder.kind) == REMIND.name, col(Reminder.status) == "pending")
            for each in await session.scalars(rows.order_by(col(Reminder.due_at))):
                found.setdefault(each.person_id, []).append(each.due_at)
        return found

    first = [datetime(2026, 9, day, 7, tzinfo=UTC) for day in (5, 7)]
    five = {world.people[each] for each in ("member", "colleague", "secretary", "deputy", "observer")}
    assert await pending() == dict.fromkeys(five, first)
    extend = form(await _press(surface, "secretary", "datovalg.forleng"))
    await surface.submit("secretary", extend, {"until": "2026-09-10"})
    later = [datetime(2026, 9, day, 7, tzinfo=UTC) for day in (7, 9)]
    assert await pending() == dict.fromkeys(five, later)
    async with world.database.transaction() as session:
        await session.execute(delete(Membership).where(col(Membership.person_id) == world.people["observer"]))
    await steps.look(surface)
    assert await pending() == dict.fromkeys(five - {world.people["observer"]}, later)
    await _chosen(surface)
    assert await pending() == {}


async def test_a_longer_deadline_reminds_of_no_moment_before_it_was_set(surface: FakeSurface) -> None:
    await started(surface)
    await steps.look(surface)
    surface.clock.go_to(datetime(2026, 9, 6, 8, tzinfo=UTC))
    extend = form(await _press(surface, "secretary", "datovalg.forleng"))
    await surface.submit("secretary", extend, {"until": "2026-09-09"})
    async with surface.world.database.reading() as session:
        rows = select(Reminder.due_at).where(col(Reminder.kind) == REMIND.name, col(Reminder.status) == "pending")
        due = set(await session.scalars(rows))
    assert due == {datetime(2026, 9, 8, 7, tzinfo=UTC)}


async def test_a_reminder_whose_moment_was_before_the_question_is_none(surface: FakeSurface) -> None:
    second = await steps.whom(surface)
    look = form(await surface.submit("secretary", second, {"until": "2026-09-02"}))
    await surface.submit("secretary", look)
    await _reminded(surface, surface.clock.now())
    assert not any(title.startswith("Husk") for title in await titles(surface, "member"))
