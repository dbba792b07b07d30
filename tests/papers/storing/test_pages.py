"""Old papers in chat and on pages: handed in, looked over, put right, stored, thrown away, taken back."""

import io
import json
import random
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sqlalchemy import update
from sqlmodel import col

from handlers import capabilities
from handlers.capabilities import registry
from handlers.capability import Capability, Handed, Intake
from handlers.dialogs.dialog import Form
from handlers.messages.message import Does, Message
from handlers.papers.actions import Do
from handlers.papers.closing import UNKNOWN, closed_under
from handlers.papers.record import CaseRead, FollowUpRead, PaperKind, Suspected
from handlers.registry import Registry
from storage.tables import (
    AgendaItem,
    Committee,
    CommitteeAlias,
    Conclusion,
    FollowUp,
    FollowUpStatus,
    Membership,
    Minutes,
    Paper,
    PaperStatus,
)
from tests import chores
from tests.clock import FixedClock
from tests.identity_numbers import KINDS
from tests.meetings.convocation import steps
from tests.meetings.steps import accepted
from tests.papers.reading.pdf_files import Page, pdf
from tests.papers.reading.word_files import docx, p
from tests.papers.storing.papers import DAY, minutes, rows, stored, waiting
from tests.people.links.conftest import Served, serve
from tests.surface import FakeSurface, facts, form, labels, message
from tests.web import conftest as web_page
from tests.web.conftest import answered
from tests.world import World

SYNTHETIC = KINDS["fødselsnummer"](random.Random(51))
TEXT = f"""\
Referat fra møte i Faglig samarbeidsutvalg (FSU)

Dato: 12.03.2019 kl. 12.30–15.00
Sted: Eksempelsalen
Til stede: Eksempel Member, Eksempel Vara
Forfall: Eksempel Colleague

Sak 4/2019 Felles rutine for utskrivning
Utvalget drøftet meldingene.
Vedtak: Rutinen godkjennes.

Sak 5/2019 Opplæring i legemidler
En henvendelse fra {SYNTHETIC} ble nevnt.
Vedtak: Saken tas til orientering.
"""


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return steps.surface_with_links(world, clock)


async def _handed(
    surface: FakeSurface, content: bytes, name: str = "referat.txt", who: str = "secretary", committee: str = "fsu"
) -> Message:
    arguments = {"committee": str(surface.world.committees[committee])}
    return message(await surface.bot.hand_in(surface.world.sender(who), Do.HAND_IN, arguments, Handed(name, content)))


async def _shown(surface: FakeSurface, paper_id: int, who: str = "secretary") -> Message:
    arguments = {"committee": str(surface.world.committees["fsu"]), "paper": str(paper_id)}
    return message(await surface.bot.press(surface.world.sender(who), Do.SHOW, arguments))


async def test_a_number_that_is_asked_about_is_not_said_to_be_the_same_case(surface: FakeSurface) -> None:
    await accepted(surface, "Felles opplæring i utskrivning")
    text = TEXT.replace("2019", "2026").replace("Sak 4/2026", "Sak 1/2026")
    read = await _handed(surface, text.encode())
    asked = next(each for each in read.sections if each.title == "Saksnumre som finnes med en annen tittel")
    assert "registeret har «Felles opplæring i utskrivning»" in asked.text
    assert "Saker som er i boten fra før" not in [each.title for each in read.sections]
    same = await _handed(surface, text.replace("Felles rutine for", "Felles opplæring i").encode(), "samme.txt")
    assert "Saker som er i boten fra før" in [each.title for each in same.sections]


async def test_from_the_command_to_the_minutes_where_people_look(surface: FakeSurface) -> None:
    world = surface.world
    page = message(await surface.say("secretary", "papirer FSU"))
    assert page.title == "Gamle papirer i Faglig samarbeidsutvalg (FSU)"
    assert page.upload is not None
    assert [each.label for each in page.addresses()] == ["Last opp på nettsiden"]
    read = await _handed(surface, TEXT.encode())
    assert read.title == "referat.txt: Referat"
    shown = facts(read)
    assert (shown["Utvalg"], shown["Dato"], shown["Tid"]) == (
        "Faglig samarbeidsutvalg (FSU)",
        "12. mars 2019",
        "12.30–15.00",
    )
    assert "Eksempel Member" in shown["Til stede"]
    assert shown["Dekning"].startswith("lest ")
    assert [each.title for each in read.sections][-2:] == [
        "4/2019 Felles rutine for utskrivning",
        "5/2019 Opplæring i legemidler",
    ]
    assert read.sections[-2].text == "Vedtak: Rutinen godkjennes."
    assert await rows(world, Minutes) == []
    done = message(await surface.press("secretary", read, "Lagre"))
    assert done.text.startswith("Lagret: 2 saker, 2 vedtak.")
    assert "Lagre" not in labels(done)
    # Whoever reads the committee's minutes finds it there.
    meeting = message(await surface.press("secretary", done, "Vis møtet"))
    assert facts(meeting)["Referat"] == "Lest inn fra et gammelt papir"
    assert facts(meeting)["Tid"].endswith("kl. 12.30–15.00")
    minutes_page = message(await surface.say("member", "referat FSU 12.3.2019"))
    assert facts(minutes_page)["Kilde"] == "referat.txt, lest inn 1. sep. 2026 av Eksempel Secretary"
    assert facts(minutes_page)["Status"] == "Lest inn fra et gammelt papir"
    assert [each.title for each in minutes_page.sections] == [
        "4/2019 Felles rutine for utskrivning",
        "5/2019 Opplæring i legemidler",
    ]
    writers = message(await surface.say("secretary", "referat FSU 12.3.2019"))
    assert not {"Send til kommentar", "Publiser", "Skriv en rettelse", "Skriv", "Møteleder og referent"} & {
        *labels(writers),
        *labels(minutes_page),
    }
    onward = message(await surface.press("secretary", writers, "Videre med referatet"))
    assert not {"Send til kommentar", "Publiser", "Skriv en rettelse"} & set(labels(onward))
    decisions = message(await surface.say("member", "vedtak FSU"))
    assert "Rutinen godkjennes." in decisions.model_dump_json()
    case = message(await surface.say("member", "4/2019"))
    assert "Felles rutine for utskrivning" in case.title


async def test_no_identity_number_is_stored_and_its_place_is_told(surface: FakeSurface) -> None:
    read = await _handed(surface, TEXT.encode(), f"referat {SYNTHETIC}.txt")
    taken = next(each for each in read.sections if each.title == "Tatt bort")
    assert taken.text == "1 tall som kan være et fødselsnummer, er tatt bort: sak 5/2019, kommentarer."
    assert SYNTHETIC not in read.model_dump_json()
    (paper,) = await rows(surface.world, Paper)
    assert SYNTHETIC not in json.dumps(paper.read) + paper.name
    assert paper.taken_out == 1
    await surface.press("secretary", read, "Lagre")
    everything = [*(await rows(surface.world, AgendaItem)), *(await rows(surface.world, Conclusion))]
    assert SYNTHETIC not in repr(everything)


async def test_what_may_be_a_patient_and_what_is_suspected_are_shown(surface: FakeSurface) -> None:
    case = CaseRead(number="4/2019", title="En sak", discussion="Pasienten Eksempel Navn lå lenge.", decisions=["Ja."])
    suspected = Suspected("Rutinen vedtas.", "avsnitt 12", "tekst som ser ut som et vedtak, men står utenfor en sak")
    paper_id = await waiting(
        surface.world,
        minutes(cases=[case], suspected=[suspected], warnings=["weekday_date_conflict"]),
        who="secretary",
    )
    page = await _shown(surface, paper_id)
    text = next(each.text for each in page.sections if each.title == "Se på dette")
    assert text.splitlines() == [
        "• Ukedagen passer ikke til datoen. Sjekk datoen.",
        "• avsnitt 12: «Rutinen vedtas.» – tekst som ser ut som et vedtak, men står utenfor en sak",
        "• Kan handle om en pasient: sak 4/2019, kommentarer: «Pasienten Eksempel Navn»",
    ]


async def test_the_same_file_again_is_told(surface: FakeSurface) -> None:
    read = await _handed(surface, TEXT.encode())
    again = await _handed(surface, TEXT.encode(), "kopi.txt")
    assert (again.title, again.text) == (
        "«kopi.txt» er ikke lagret",
        "«referat.txt» er lest inn fra før, og venter på at noen bekrefter det.",
    )
    await surface.press("secretary", read, "Lagre")
    again = await _handed(surface, TEXT.encode(), "kopi.txt")
    assert again.text == "Finnes fra før: det er lest inn som «referat.txt»."
    word = docx("".join(p(line) for line in TEXT.splitlines()))
    other_format = await _handed(surface, word, "referat.docx")
    assert other_format.text == "Finnes fra før: det er lest inn som «referat.txt»."
    assert len(await rows(surface.world, Paper)) == 1


async def test_a_pdf_is_read_and_one_without_text_says_so(surface: FakeSurface) -> None:
    read = await _handed(surface, pdf(Page().lines(60, 60, *TEXT.splitlines())), "referat.pdf")
    assert [each.title for each in read.sections][-2:] == [
        "4/2019 Felles rutine for utskrivning",
        "5/2019 Opplæring i legemidler",
    ]
    scanned = await _handed(surface, pdf(Page().picture()), "skannet.pdf")
    assert scanned.title
    assert scanned.sections == ()
    assert len(await rows(surface.world, Paper)) == 1


async def test_what_is_no_minutes_is_refused_with_what_to_do(surface: FakeSurface) -> None:
    empty = await _handed(surface, b"", "tom.docx")
    assert empty.title.startswith("Filen er tom.")
    leaflet = await _handed(surface, "Velkommen til oss. Her er åpningstidene.".encode(), "brosjyre.txt")
    assert leaflet.title == "«brosjyre.txt» er ikke lagret"
    assert leaflet.text
    assert await rows(surface.world, Paper) == []


async def test_whose_it_is_and_when_are_put_right(surface: FakeSurface) -> None:
    world = surface.world
    text = TEXT.replace("Faglig samarbeidsutvalg (FSU)", "Det gamle utvalget").replace("12.03.2019 kl. 12.30–15.00", "")
    read = await _handed(surface, text.encode())
    assert read.text == "Jeg finner ingen dato i papiret. Legg den inn."
    assert "Lagre" not in labels(read)
    right = form(await surface.press("secretary", read, "Legg inn utvalg og dato"))
    wrong = form(await surface.submit("secretary", right, {"day": "2030-01-01"}))
    assert "fram i tid" in str([each.error for each in wrong.fields])
    au = str(world.committees["au"])
    put = {"day": "2019-03-12", "begins": "09:00", "ends": "10:00", "of": au}
    done = message(await surface.submit("secretary", wrong, put))
    assert facts(done)["Utvalg"] == "Arbeidsutvalg (AU)"
    stored_page = message(await surface.press("secretary", done, "Lagre"))
    assert stored_page.text.startswith("Lagret: ")
    (paper,) = await rows(world, Paper)
    assert (paper.committee_id, paper.status) == (world.committees["au"], PaperStatus.STORED)


async def test_an_old_name_is_known_in_its_time(surface: FakeSurface) -> None:
    world = surface.world
    async with world.database.transaction() as session:
        session.add(
            CommitteeAlias(
                committee_id=world.committees["au"],
                alias="Det gamle utvalget",
                valid_from=DAY.replace(year=2015),
                valid_to=DAY.replace(year=2020),
            )
        )
    text = TEXT.replace("Faglig samarbeidsutvalg (FSU)", "Det gamle utvalget")
    read = await _handed(surface, text.encode())
    assert facts(read)["Utvalg"] == "Arbeidsutvalg (AU)"
    later = await _handed(surface, text.replace("2019", "2023").encode(), "senere.txt")
    assert facts(later)["Utvalg"] == "Faglig samarbeidsutvalg (FSU)"
    assert "Papiret er fra «Det gamle utvalget»" in next(
        each.text for each in later.sections if each.title == "Se på dette"
    )


async def test_the_paper_of_a_committee_that_somebody_is_not_the_secretariat_of(surface: FakeSurface) -> None:
    text = TEXT.replace("Faglig samarbeidsutvalg (FSU)", "Samarbeidsforum rus og psykisk helse")
    refused = await _handed(surface, text.encode())
    assert refused.text == (
        "Papiret er fra Samarbeidsforum rus og psykisk helse. Bare sekretariatet der kan lese det inn."
    )
    assert await rows(surface.world, Paper) == []


async def test_old_follow_ups_are_asked_about(surface: FakeSurface) -> None:
    paper_id = await waiting(surface.world, minutes(), who="secretary")
    asked = await surface.press("secretary", await _shown(surface, paper_id), "Lagre")
    assert isinstance(asked, Form)
    assert "2 oppfølginger fra 2019 skulle vært gjort innen nå. Skal de følges opp?" in repr(asked)
    done = message(await surface.submit("secretary", asked))
    assert "2 oppfølginger står som historikk, og ingen blir minnet om dem." in done.text
    assert {each.status for each in await rows(surface.world, FollowUp)} == {FollowUpStatus.HISTORY}
    overdue = message(await surface.say("member", "vedtak forfalt"))
    assert "Sende ut rutinen" not in overdue.model_dump_json()
    other = await waiting(surface.world, minutes(date=DAY.replace(year=2018)), "eldre.docx", who="secretary")
    asked = form(await surface.press("secretary", await _shown(surface, other), "Lagre"))
    await surface.submit("secretary", asked, {"follow": "true"})
    assert FollowUpStatus.OPEN in {each.status for each in await rows(surface.world, FollowUp)}
    overdue = message(await surface.say("member", "vedtak forfalt"))
    assert "Sende ut rutinen" in overdue.model_dump_json()
    for chore in registry().chores:
        await chores.done(chore, surface.world.database, surface.clock)
    told = "".join(each.model_dump_json() for each in await surface.inbox("member"))
    assert "Sende ut rutinen" in told


async def test_a_later_version_shows_what_is_different_and_one_of_two_who_store_it_is_told(
    surface: FakeSurface,
) -> None:
    await stored(surface.world, minutes(draft=True), "utkast.docx")
    cases = [*minutes().cases[:1], CaseRead(number="5/2019", title="Orientering om legemidler", decisions=["Avvises."])]
    paper_id = await waiting(surface.world, minutes(cases=cases, draft=False), "endelig.docx", who="secretary")
    page = await _shown(surface, paper_id)
    changed = next(each for each in page.sections if each.title.startswith("Ny utgave av «utkast.docx»"))
    assert "5/2019 Orientering om legemidler: " in changed.text
    both = page
    asked = form(await surface.press("secretary", page, "Erstatt den forrige utgaven"))
    done = message(await surface.submit("secretary", asked))
    assert done.text.startswith("Lagret: ")
    second = message(await surface.press("deputy", both, "Erstatt den forrige utgaven"))
    assert second.title == "Papiret «endelig.docx» er allerede behandlet."


async def test_thrown_away_and_taken_back(surface: FakeSurface) -> None:
    read = await _handed(surface, TEXT.encode())
    listed = message(await surface.press("secretary", read, "Forkast"))
    assert listed.text.startswith("«referat.txt» er forkastet.")
    (paper,) = await rows(surface.world, Paper)
    assert (paper.status, paper.read) == (PaperStatus.THROWN, {"kind": "referat"})
    read = await _handed(surface, TEXT.encode())
    done = message(await surface.press("secretary", read, "Lagre"))
    back = message(await surface.press("secretary", done, "Ta tilbake"))
    assert back.text.startswith("Tatt tilbake.")
    assert await rows(surface.world, AgendaItem) == []
    again = message(await surface.press("secretary", done, "Ta tilbake"))
    assert again.title == "«referat.txt» er ikke lagret, så det er ingenting å ta tilbake."


async def test_a_case_that_the_paper_says_is_closed_is_seen_by_members_alone(surface: FakeSurface) -> None:
    secret = CaseRead(
        number="6/2019",
        year=2019,
        title="Tilsetting av leder (unntatt offentlighet, jf. § 25)",
        discussion="Søkerne ble drøftet.",
        decisions=["Innstillingen vedtas."],
    )
    paper_id = await waiting(surface.world, minutes(cases=[*minutes().cases[1:2], secret]), who="secretary")
    page = await _shown(surface, paper_id)
    assert "Bare medlemmene ser hva den gjelder." in page.model_dump_json()
    await surface.press("secretary", page, "Lagre")
    assert [each.closed_under for each in await rows(surface.world, AgendaItem)] == ["", "jf. § 25"]
    for who, sees in (("member", True), ("observer", False)):
        for line in ("referat FSU 12.3.2019", "vedtak FSU", "6/2019", "saksliste FSU 12.3.2019"):
            said = message(await surface.say(who, line)).model_dump_json()
            assert "Tilsetting" not in said or sees, (who, line)
            assert "Innstillingen" not in said or sees, (who, line)
    assert "Tilsetting" in message(await surface.say("member", "referat FSU 12.3.2019")).model_dump_json()


@pytest.mark.parametrize(
    ("text", "under"),
    [
        ("Personalsak. Unntatt offentlighet", UNKNOWN),
        ("Lønn (u.off. § 13)", "§ 13"),
        ("Sak unnateken offentlegheita, § 23", "§ 23"),
        ("Lukket møte: budsjett", UNKNOWN),
        ("Unntatt offentlighet, jf. eksempelloven § 13 første ledd", "jf. eksempelloven § 13 første ledd"),
        ("Unntatt offentlighet (offl. § 25)", "offl. § 25"),
        # What others read in its place tells nothing of what it is about.
        ("Unntatt offentlighet: klage fra Eksempel Kliniker, sak 3", UNKNOWN),
        ("Unntatt offentlighet, gjelder Eksempel 2", UNKNOWN),
        ("Lukket sak: oppsigelse i avdeling 4", UNKNOWN),
        ("Offentlighet og innsyn i journaler", ""),
        ("Møtet ble lukket kl. 15", ""),
    ],
)
def test_which_cases_are_closed(text: str, under: str) -> None:
    assert closed_under(CaseRead(title=text)) == under


async def test_many_cases_come_a_page_at_a_time(surface: FakeSurface) -> None:
    cases = [CaseRead(number=f"{n}/2019", year=2019, title=f"Sak nummer {n}", decisions=["Ja."]) for n in range(1, 31)]
    paper_id = await waiting(surface.world, minutes(cases=cases), who="secretary")
    page = await _shown(surface, paper_id)
    seen = [each.title for each in page.sections]
    while "Neste" in labels(page):
        page = message(await surface.press("secretary", page, "Neste"))
        seen += [each.title for each in page.sections]
    assert [each for each in seen if each.startswith(tuple("123456789"))] == [
        f"{n}/2019 Sak nummer {n}" for n in range(1, 31)
    ]


async def test_what_waits_stands_on_the_home_of_the_secretariat(surface: FakeSurface) -> None:
    await _handed(surface, TEXT.encode())
    for who, there in (("secretary", True), ("deputy", True), ("member", False)):
        shown = message(await surface.say(who, "hjelp"))
        assert isinstance(shown, Message)
        async with surface.world.database.transaction() as session:
            from handlers.people.context import Context
            from handlers.people.recognising import recognise

            found = await recognise(surface.world.database, surface.world.sender(who), surface.clock.now())
            assert found is not None
            waits = await registry().home(Context(session, found.actor, surface.clock.now()))
        assert any("1 papir venter på at noen bekrefter det" in each.text for each in waits) is there


# --- who may ------------------------------------------------------------------------------------------------

ALLOWED = {"secretary", "deputy"}


@pytest.mark.parametrize("who", ["secretary", "deputy", "member", "colleague", "observer", "clinician"])
async def test_only_the_secretariat_of_that_committee(surface: FakeSurface, who: str) -> None:
    world = surface.world
    paper_id = await waiting(world, minutes(), who="secretary")
    other_id = await stored(world, minutes(date=DAY.replace(month=5)), "mai.docx")
    known = next(each for each in registry().capabilities if each.name == "papirer")
    assert {str(each.name) for each in known.actions} | {str(each.name) for each in known.intakes} == {
        str(each) for each in Do
    }
    for do in Do:
        about = {"committee": str(world.committees["fsu"]), "paper": str(paper_id if do is not Do.UNDO else other_id)}
        if do is Do.HAND_IN:
            reply: Any = await surface.bot.hand_in(world.sender(who), do, about, Handed("a.txt", TEXT.encode()))
        elif do in (Do.STORE, Do.THROW, Do.UNDO) and who in ALLOWED:
            continue
        else:
            reply = await surface.bot.press(world.sender(who), do, about)
        refused = isinstance(reply, Message) and reply.title.startswith("Bare sekretariatet for")
        assert refused is (who not in ALLOWED), (do, reply)
    # A paper of another committee is not reached by naming one's own.
    about = {"committee": str(world.committees["au"]), "paper": str(paper_id)}
    reply = message(await surface.bot.press(world.sender("secretary"), Do.SHOW, about))
    assert reply.title == "Papiret finnes ikke lenger, eller er ført på et annet utvalg."
    told = message(await surface.say(who, "papirer"))
    assert (told.title == "Gamle papirer leses inn av sekretariatet") is (who not in ALLOWED)


async def test_a_closed_committee_takes_no_plan_and_removed_ones_keep_their_papers(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Committee).where(col(Committee.key) == "au").values(removed_at=surface.clock.now())
        )
        await session.execute(update(Membership).where(col(Membership.committee_id) == 0).values(role="medlem"))
    text = TEXT.replace("Faglig samarbeidsutvalg (FSU)", "Arbeidsutvalg (AU)")
    read = await _handed(surface, text.encode())
    assert facts(read)["Utvalg"] == "Arbeidsutvalg (AU)"
    assert "Lagre" in labels(read)


# --- on pages -----------------------------------------------------------------------------------------------


@pytest.fixture
async def served(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(small_world, clock, capabilities.registry()) as found:
        yield found


def _form(world: World, content: bytes, name: str, committee: str = "fsu") -> aiohttp.FormData:
    made = aiohttp.FormData(quote_fields=False)
    arguments = {"committee": str(world.committees[committee])}
    made.add_field("button", json.dumps({"action": Do.HAND_IN, "arguments": arguments}))
    made.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return made


async def test_on_a_linked_page_that_leads_to_no_other_committee(served: Served) -> None:
    world = served.world
    arguments = {"committee": str(world.committees["fsu"])}
    address = str(served.links.page(world.people["secretary"], Do.LIST, arguments))
    page = await (await served.http.get(address)).text()
    assert 'type="file"' in page
    word = docx("".join(p(line) for line in TEXT.splitlines()))
    shown = await (await served.http.post(address, data=_form(world, word, "referat.docx"))).text()
    assert "Felles rutine for utskrivning" in shown
    assert ">Lagre<" in shown
    (paper,) = await rows(world, Paper)
    assert paper.status == PaperStatus.WAITING
    other = await (await served.http.post(address, data=_form(world, word, "au.docx", "au"))).text()
    assert "Felles rutine for utskrivning" not in other
    assert len(await rows(world, Paper)) == 1
    # Nor does a paper that says itself that it is another's, though its person is the secretariat of that too.
    theirs = TEXT.replace("Faglig samarbeidsutvalg (FSU)", "Arbeidsutvalg (AU)").encode()
    said = await (await served.http.post(address, data=_form(world, theirs, "av-au.txt"))).text()
    assert "Papiret er fra Arbeidsutvalg (AU). Last det opp på siden for det utvalget." in said
    assert len(await rows(world, Paper)) == 1


async def test_on_the_local_page_from_upload_to_stored(small_world: World, clock: FixedClock) -> None:
    world = small_world
    async with web_page.serve(world.database, world, clock, registry=capabilities.registry()) as site:
        window = site.window("secretary")
        arguments = json.dumps({"committee": str(world.committees["fsu"])})
        shown = answered(
            await window.post("press", [("entry", "1"), ("action", Do.LIST.value), ("arguments", arguments)])
        )
        upload = next(iter(shown.all("form")))
        assert (upload["action"], upload["enctype"]) == (f"{window.person_id}/upload", "multipart/form-data")
        word = docx("".join(p(line) for line in TEXT.splitlines()))
        headers = {"Origin": site.base}
        async with site.http.post(
            f"{window.path}/upload", data=_form(world, word, "referat.docx"), headers=headers
        ) as answer:
            assert answer.status == 200
            assert "Felles rutine for utskrivning" in await answer.text()
        (paper,) = await rows(world, Paper)
        about = json.dumps({"committee": str(world.committees["fsu"]), "paper": str(paper.id)})
        pressed = [("entry", "2"), ("action", Do.STORE.value), ("arguments", about)]
        await window.post("press", pressed)
        assert [each.number for each in await rows(world, AgendaItem)] == ["4/2019", "5/2019"]


async def test_a_draft_and_a_plan_say_what_they_are(surface: FakeSurface) -> None:
    draft = await waiting(surface.world, minutes(draft=True), who="secretary")
    assert (await _shown(surface, draft)).title == "referat.docx: Referat (utkast)"
    to_do = FollowUpRead("Rapportere", "AU", None, "snarest")
    kept = await waiting(
        surface.world,
        minutes(kind=PaperKind.PROTOCOL, followups=[to_do], date=DAY.replace(month=7)),
        "protokoll.docx",
        who="secretary",
    )
    asked = form(await surface.press("secretary", await _shown(surface, kept), "Lagre"))
    done = message(await surface.submit("secretary", asked))
    assert "3 oppfølginger" in done.text


class _OwnDo(Does):
    HAND_IN = "prove.inn"


def _breaks(_arguments: Any, file: Handed) -> Any:
    raise ValueError(file.content.decode())


async def _anybody(_context: Any, _arguments: Any) -> None:
    """It may be handed in."""


async def test_a_file_that_breaks_the_reading_is_told_of_by_a_reference_and_the_log_has_nothing_of_it(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def take(_context: Any, _arguments: Any, _looked: Any) -> Any:
        raise AssertionError("nothing was read")

    own = Capability(name="prove", does=_OwnDo, intakes=[Intake(_OwnDo.HAND_IN, 1000, _anybody, _breaks, take)])
    surface = FakeSurface(world, clock, Registry([*registry().capabilities, own]))
    said = message(
        await surface.bot.hand_in(
            world.sender("secretary"), _OwnDo.HAND_IN, {}, Handed(f"{SYNTHETIC}.txt", f"hemmelig {SYNTHETIC}".encode())
        )
    )
    reference = re.search(r"(?<=referansen )[A-Z0-9]{6}", said.title)
    assert reference is not None, said.title
    assert reference[0] in caplog.text
    assert "ValueError" in caplog.text
    for hidden in ("hemmelig", SYNTHETIC):
        assert hidden not in said.model_dump_json() + caplog.text
