"""What the secretariat decides, who hears of it, and two who press at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from storage.database import Database
from storage.tables import AgendaItem, AgendaItemEvent, ItemStatus, Meeting, Person
from tests.cases.steps import propose, too_late_to_undo
from tests.clock import FixedClock
from tests.surface import FakeSurface, errors, facts, form, labels, message, values
from tests.world import build

ACCEPT = "Sett på sakslisten"


async def test_accepting_issues_the_number_and_tells_everybody(surface: FakeSurface) -> None:
    await propose(surface, presenters=[str(surface.world.people["colleague"])], minutes="20")
    (notice,) = await surface.inbox("secretary")
    done = message(await surface.press("secretary", notice, ACCEPT))
    assert "satte saken på sakslisten som 1/2026 (O/D)" in done.text
    for secretary in ("secretary", "deputy"):
        (now,) = await surface.inbox(secretary)
        assert now.title == "1/2026 (O/D) Felles opplæring i utskrivning"
        assert labels(now) == [
            "Flytt til et annet møte",
            "Send til annet utvalg",
            "Ta av sakslisten",
            "Endre teksten",
            "Innsyn og arkiv",
        ]
        assert now.small.startswith("Eksempel Secretary satte saken på sakslisten")
    too_late_to_undo(surface)
    news, receipt = sorted(await surface.inbox("member"), key=lambda item: item.title)
    assert facts(news)["Saksnummer"] == "1/2026 (O/D)"
    assert facts(receipt)["Status"] == "På sakslisten som 1/2026 (O/D), møtet 21. sep. 2026"
    (asked,) = await surface.inbox("colleague")
    assert asked.title == "Du er satt opp til å legge fram en sak"


async def test_the_second_secretary_sees_who_did_what(surface: FakeSurface) -> None:
    await propose(surface)
    (first,), (second,) = await surface.inbox("secretary"), await surface.inbox("deputy")
    await surface.press("secretary", first, ACCEPT)
    late = message(await surface.press("deputy", second, ACCEPT))
    assert late.title.startswith("Saken er allerede behandlet. Eksempel Secretary satte saken på sakslisten som 1/2026")
    assert [item.number for item in await _items(surface)] == ["1/2026 (O/D)"]


async def test_two_secretaries_at_the_same_moment(surface: FakeSurface) -> None:
    await propose(surface)
    (first,), (second,) = await surface.inbox("secretary"), await surface.inbox("deputy")
    replies = await asyncio.gather(surface.press("secretary", first, ACCEPT), surface.press("deputy", second, ACCEPT))
    already = [message(reply) for reply in replies if "allerede behandlet" in message(reply).title]
    assert len(already) == 1
    assert len([kind for kind in await _kinds(surface) if kind == "accepted"]) == 1


@pytest.mark.parametrize("label", [ACCEPT, "Be om mer", "Ta senere", "Send til annet utvalg", "Send tilbake"])
async def test_nobody_else_can_press_the_secretariats_buttons(surface: FakeSurface, label: str) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    for somebody in ("member", "colleague", "clinician"):
        refused = message(await surface.press(somebody, notice, label))
        assert refused.title.startswith("Bare sekretariatet for Faglig samarbeidsutvalg (FSU)")
    assert await _kinds(surface) == ["proposed"]


async def test_a_question_is_asked_and_answered(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    asked = form(await surface.press("secretary", notice, "Be om mer"))
    empty = form(await surface.submit("secretary", asked, {"question": " "}))
    assert errors(empty)["question"].startswith("Fyll ut")
    await surface.submit("secretary", empty, {"question": "Hvem skal delta?"})
    surface.clock.forward(timedelta(seconds=20))
    news = next(item for item in await surface.inbox("member") if item.title.startswith("Sekretariatet spør"))
    assert news.text == "Hvem skal delta?"
    reply = form(await surface.press("member", news, "Svar"))
    refused = message(await surface.press("colleague", news, "Svar"))
    assert refused.title == "Bare den som meldte saken, kan gjøre dette."
    await surface.submit("member", reply, {"answer": "Begge sider."})
    for secretary in ("secretary", "deputy"):
        notice, told = await surface.inbox(secretary)
        assert facts(notice)["Status"] == "Venter på sekretariatet"
        assert ACCEPT in labels(notice)
        assert told.text == "Begge sider."
    late = message(await surface.press("member", news, "Svar"))
    assert late.title.startswith("Spørsmålet er ikke lenger åpent")
    # Nobody is offered it any more: not in the receipt, and not in the news of the question.
    assert not any("Svar" in labels(item) for item in await surface.inbox("member"))


async def test_sending_back_takes_a_reason_and_can_be_mended(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    asked = form(await surface.press("secretary", notice, "Send tilbake"))
    await surface.submit("secretary", asked, {"reason": "Mangler faktagrunnlag."})
    too_late_to_undo(surface)
    news = next(item for item in await surface.inbox("member") if "sendt tilbake" in item.title)
    assert news.text == "Mangler faktagrunnlag."
    shown = form(await surface.press("member", news, "Rett opp og send på nytt"))
    shown = form(await surface.submit("member", shown, {"purpose": "Med fakta"}))
    await surface.submit("member", form(await surface.submit("member", shown)))
    # The message that changed in place rings no bell; the news does, and opens the case with its buttons.
    for secretary in ("secretary", "deputy"):
        notice, told = await surface.inbox(secretary)
        assert facts(notice)["Hensikt"] == "Med fakta"
        assert ACCEPT in labels(notice)
        assert told.title == "Saken er sendt inn på nytt: Felles opplæring i utskrivning"
        assert ACCEPT in labels(message(await surface.press(secretary, told, "Vis saken")))
    assert await _kinds(surface) == ["proposed", "returned", "resubmitted"]


async def test_taking_it_later(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    shown = form(await surface.press("secretary", notice, "Ta senere"))
    assert [option.value for option in shown.fields[1].options] == [str(surface.world.meetings["fsu-2"])]
    await surface.submit("secretary", shown)
    (notice,) = await surface.inbox("deputy")
    assert facts(notice)["Status"] == "Tas i et senere møte, møtet 31. okt. 2026"
    await surface.press("deputy", notice, ACCEPT)
    (item,) = await _items(surface)
    assert item.meeting_id == surface.world.meetings["fsu-2"]


async def test_sending_it_to_another_committee(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("deputy")
    shown = form(await surface.press("deputy", notice, "Send til annet utvalg"))
    await surface.submit("deputy", shown, {"committee": str(surface.world.committees["au"]), "note": "Hører til AU"})
    (left,) = await surface.inbox("deputy")
    assert left.title.startswith("Sendt videre")
    assert labels(left) == []
    too_late_to_undo(surface)
    _left, arrived = await surface.inbox("secretary")
    assert facts(arrived)["Utvalg"] == "Arbeidsutvalg (AU)"
    await surface.press("secretary", arrived, ACCEPT)
    (item,) = await _items(surface)
    assert item.number == "2026.1"
    # An old message, on a surface that has not caught up: the first committee's secretary reads who did what.
    old = message(await surface.press("deputy", notice, ACCEPT))
    assert old.title.startswith("Saken er allerede behandlet. Eksempel Deputy sendte saken fra Faglig samarbeidsutvalg")


async def test_a_button_on_an_old_message(surface: FakeSurface) -> None:
    await propose(surface)
    (old,) = await surface.inbox("secretary")
    receipt = next(item for item in [await propose(surface)])
    await surface.press("member", receipt, "Trekk saken")
    shown = form(await surface.press("secretary", old, "Be om mer"))
    await surface.press("deputy", old, ACCEPT)
    # The form was open while somebody else decided: it closes, says why, and what was typed can be copied.
    closed = message(await surface.submit("secretary", shown, {"question": "Hva mener dere?"}))
    assert closed.title.startswith("Saken er allerede behandlet. Eksempel Deputy satte saken på sakslisten")
    assert facts(closed) == {"Hva trenger dere å vite?": "Hva mener dere?"}
    assert labels(closed) == ["Vis saken"]
    # A second press says the same; what was typed is kept nowhere.
    assert message(await surface.submit("secretary", shown)).facts == ()


async def test_a_number_never_changes_and_is_never_used_again(surface: FakeSurface) -> None:
    first = await propose(surface)
    await _accept_newest(surface)
    await surface.press("member", first, "Trekk saken")
    await propose(surface)
    await _accept_newest(surface)
    assert sorted(item.number or "" for item in await _items(surface)) == ["1/2026 (O/D)", "2/2026 (O/D)"]


async def test_the_series_starts_again_with_the_meetings_year(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-2"])
        meeting.starts_at = meeting.starts_at.replace(year=2027, month=1, day=14)
        meeting.ends_at = meeting.starts_at + timedelta(hours=3)
    await propose(surface)
    await _accept_newest(surface)
    await propose(surface, meeting=f"m{surface.world.meetings['fsu-2']}")
    await _accept_newest(surface)
    assert sorted(item.number or "" for item in await _items(surface)) == ["1/2026 (O/D)", "1/2027 (O/D)"]


async def test_fifty_accepted_at_once_get_fifty_numbers(postgresql: Database) -> None:
    clock = FixedClock()
    world = await build(postgresql, clock.now())
    async with postgresql.transaction() as session:
        for number in range(50):
            item = AgendaItem(
                draft_id=f"d{number}",
                committee_id=world.committees["fsu"],
                proposer_id=world.people["member"],
                title=f"Sak {number}",
                created_at=clock.now(),
                changed_at=clock.now(),
                types=["O"],
            )
            session.add(item)
            await session.flush()
            session.add(AgendaItemEvent(item_id=item.id, kind="proposed", actor_id=item.proposer_id, at=clock.now()))
    async with postgresql.transaction() as session:
        ids = list(await session.execute(select(col(AgendaItemEvent.item_id), col(AgendaItemEvent.id))))
    # Two processes, as it were: a pool of connections each.
    other = Database(postgresql.url.render_as_string(hide_password=False), patience=20)
    bots = [Bot(postgresql, registry(), clock), Bot(other, registry(), clock)]
    people = [world.sender("secretary"), world.sender("deputy")]
    await asyncio.gather(
        *(
            bots[n % 2].press(people[n % 2], "sak.godta", {"item": str(item), "step": str(step)})
            for n, (item, step) in enumerate(ids)
        )
    )
    await other.close()
    async with postgresql.transaction() as session:
        numbers = sorted(await session.scalars(select(col(AgendaItem.number_in_year))))
    assert numbers == list(range(1, 51))


async def test_an_accepted_case_stays_in_its_meeting(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    await _accept_newest(surface)
    shown = form(await surface.press("member", receipt, "Endre"))
    how = form(await surface.submit("member", shown))
    look = form(await surface.submit("member", how, {"meeting": f"m{surface.world.meetings['fsu-2']}"}))
    again = form(await surface.submit("member", look))
    assert "må sekretariatet gjøre det" in errors(again)["meeting"]


async def test_an_old_form_for_changing_shows_what_has_changed_since(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    opened = form(await surface.press("member", receipt, "Endre"))
    await surface.submit("member", opened, {"title": "Min nye tittel"}, "save")
    (notice,) = await surface.inbox("secretary")
    await surface.submit("secretary", form(await surface.press("secretary", notice, "Ta senere")))
    how = form(await surface.submit("member", form(await surface.press("member", receipt, "Endre"))))
    assert values(how)["meeting"] == f"m{surface.world.meetings['fsu-2']}"
    assert facts(form(await surface.submit("member", how)))["Tittel"] == "Min nye tittel"


async def test_a_secretariat_without_people_is_said(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        from storage.tables import Membership

        await session.execute(update(Membership).where(col(Membership.role) == "sekretariat").values(role="medlem"))
    assert "ingen i sekretariatet" in (await propose(surface)).text


async def _accept_newest(surface: FakeSurface) -> None:
    newest = next(item for item in (await surface.inbox("secretary")) if ACCEPT in labels(item))
    await surface.press("secretary", newest, ACCEPT)
    await surface.arrive()


async def _items(surface: FakeSurface) -> list[AgendaItem]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(AgendaItem).where(col(AgendaItem.status) != ItemStatus.PROPOSED)))


async def _kinds(surface: FakeSurface) -> list[str]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(AgendaItemEvent.kind).order_by(col(AgendaItemEvent.id))))


async def test_whoever_proposed_it_and_has_left_the_partnership_is_asked_nothing(surface: FakeSurface) -> None:
    await propose(surface)
    notice = (await surface.inbox("secretary"))[-1]
    shown = form(await surface.press("secretary", notice, "Be om mer"))
    async with surface.world.database.transaction() as session:
        person = await session.get_one(Person, surface.world.people["member"])
        person.removed_at = surface.clock.now()
    why = "Eksempel Member er ikke lenger med, og kan ikke svare. Bestem ut fra det som står, eller endre teksten."
    assert message(await surface.press("secretary", notice, "Be om mer")).title == why
    # Nor by a form that was open, which keeps what is written.
    late = form(await surface.submit("secretary", shown, {"question": "Hvem skal delta?"}))
    assert (late.errors, values(late)) == ((why,), {"question": "Hvem skal delta?"})
    seen = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", {"item": "1"}))
    assert facts(seen)["Meldt av"] == "Eksempel Member (ikke lenger med)"
    assert facts(seen)["Status"] == "Venter på sekretariatet"
    queue = message(await surface.say("secretary", "sak liste fsu"))
    listed = message(await surface.press("secretary", queue, "Vis 1 ubehandlet sak"))
    assert "Eksempel Member (ikke lenger med) · " in str(listed)
