"""A secretary with 26 proposals and one wrong press: the list and «Angre», as they are seen."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select, update
from sqlmodel import col

from bot.app import assemble, serving
from config.settings import Settings
from handlers import capabilities
from handlers.calendar.clock import SystemClock
from handlers.people.roles import Role
from storage.tables import (
    AgendaItem,
    AgendaItemEvent,
    Meeting,
    Membership,
    Organisation,
    Person,
    Workspace,
)
from tests.clock import FixedClock
from tests.e2e.playground import PLAYGROUND_TENANT, cards, free_port, open_chat, playground, say
from tests.web.conftest import Site, serve
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
PHONE = {"width": 360, "height": 740}
TITLES = (
    "Felles opplæring i utskrivning",
    "Rutine for epikriser i helgene",
    "Hjemmesykepleie etter utskrivning: hvem ringer hvem, når, og hva skal være avtalt på forhånd",
    "Legemiddellister",
)


async def _fill(world: World, count: int, now: datetime) -> None:
    async with world.database.transaction() as session:
        for number in range(1, count + 1):
            at = now - timedelta(days=count - number)
            item = AgendaItem(
                draft_id=f"queue{number}",
                committee_id=world.committees["fsu"],
                meeting_id=world.meetings["fsu-1"],
                proposer_id=world.people["member" if number % 3 else "colleague"],
                title=f"{TITLES[number % len(TITLES)]} ({number})",
                purpose="Bli enige om en plan for begge sider.",
                types=["O"] if number % 2 else ["D", "B"],
                created_at=at,
                changed_at=at,
            )
            session.add(item)
            await session.flush()
            session.add(AgendaItemEvent(item_id=item.id, kind="proposed", actor_id=item.proposer_id, at=at))


async def _below(upper: Locator, lower: Locator) -> bool:
    first, second = await upper.bounding_box(), await lower.bounding_box()
    assert first is not None
    assert second is not None
    return first["y"] < second["y"]


# --- the local page ----------------------------------------------------------------------------------------


@pytest.fixture
async def site(small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    await _fill(small_world, 26, clock.now())
    async with serve(small_world.database, small_world, clock, registry=capabilities.registry()) as served:
        yield served


async def test_twenty_six_on_the_local_page(browser: Browser, site: Site, picture: Picture) -> None:
    context = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1100})
    page = await context.new_page()
    await page.goto(site.window("secretary").path)
    await page.get_by_label("Skriv til boten").fill("/sak liste")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Vis 26 ubehandlede saker").click()
    card = page.locator("article", has=page.get_by_role("heading", name="saker venter på sekretariatet"))
    await expect(card.get_by_role("heading", level=2)).to_have_text("26 saker venter på sekretariatet")
    lines = card.locator("section")
    await expect(lines).to_have_count(8)
    await picture(page, "queue", whole=True)
    # What is pressed stands below what it is about, and what turns the page below the list.
    accept = lines.first.get_by_role("button", name="Sett på sakslisten")
    assert await _below(lines.first.locator("p").first, accept)
    assert await _below(lines.last, card.get_by_role("button", name="Neste"))

    await accept.click()
    await expect(card.get_by_role("heading", level=2)).to_have_text("25 saker venter på sekretariatet")
    await expect(lines.first).to_contain_text("satte saken på sakslisten som 1/2026 (O)")
    await picture(page, "accepted", whole=True)
    await lines.first.get_by_role("button", name="Angre").click()
    await expect(card.get_by_role("heading", level=2)).to_have_text("26 saker venter på sekretariatet")
    await expect(lines.first).to_contain_text("Ingen andre har fått beskjed.")
    await picture(page, "undone", whole=True)

    await card.get_by_role("button", name="Neste").click()
    await expect(card).to_contain_text("Nummer 9 til 16")
    await lines.nth(2).get_by_role("button", name="Se mer og velg").click()
    await expect(lines.nth(2).get_by_role("button", name="Send tilbake")).to_be_visible()
    await picture(page, "opened", whole=True)
    await lines.nth(2).get_by_role("button", name="Send tilbake").click()
    form = page.locator("form.dialog")
    await expect(form).to_contain_text("Saken: Legemiddellister (11)")
    await form.get_by_label("Begrunnelse").fill("Mangler faktagrunnlag.")
    await picture(page, "form")
    await form.get_by_role("button", name="Avbryt").click()
    await expect(page.locator("article").last).to_contain_text("Avbrutt. Ingenting er sendt.")
    await context.close()


async def test_the_list_on_a_phone(browser: Browser, site: Site, picture: Picture) -> None:
    context = await browser.new_context(locale="nb-NO", viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(site.window("secretary").path)
    await page.get_by_label("Skriv til boten").fill("/sak liste")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Vis 26 ubehandlede saker").click()
    card = page.locator("article", has=page.get_by_role("heading", name="26 saker venter på sekretariatet"))
    await card.get_by_role("button", name="Sett på sakslisten").first.click()
    await expect(page.get_by_role("button", name="Angre")).to_be_visible()
    wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room
    await picture(page, "phone")
    await context.close()


# --- Microsoft's own client --------------------------------------------------------------------------------


@pytest.fixture
async def chat(small_world: World, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """A secretary of the committee, in the personal chat with the bot."""
    now = SystemClock().now()
    async with small_world.database.transaction() as session:
        teams = col(Workspace.surface) == "teams"
        await session.execute(update(Workspace).where(teams).values(external_id=PLAYGROUND_TENANT))
        for meeting in await session.scalars(select(Meeting)):
            ahead = now - datetime(2026, 9, 1, 8, 0, tzinfo=now.tzinfo)
            meeting.starts_at, meeting.ends_at = meeting.starts_at + ahead, meeting.ends_at + ahead
            meeting.deadline_at += ahead
        # Who the Playground pretends to be.
        organisation = await session.scalar(select(Organisation.id).where(Organisation.key == "municipality"))
        person = Person(
            organisation_id=organisation,
            name="Eksempel Medlem",
            email="medlem@example.org",
        )
        session.add(person)
        await session.flush()
        role = Membership(committee_id=small_world.committees["fsu"], person_id=person.id, role=Role.SECRETARIAT)
        session.add(role)
    await _fill(small_world, 26, now)
    url = small_world.database.url.set(drivername="sqlite").render_as_string()
    settings = Settings(_env_file=None, database_url=url, teams_local=True, local_chat=False, port=free_port())
    async with (
        assemble(settings) as parts,
        serving(settings, parts) as address,
        playground(f"{address.rstrip('/')}/api/messages", tmp_path) as client,
    ):
        page = await open_chat(browser, client, small_world.database)
        yield page
        await page.close()


async def test_twenty_six_in_teams(chat: Page, picture: Picture) -> None:
    listed = await say(chat, "sak liste")
    before = await cards(chat).count()
    await listed.get_by_role("button", name="Vis 26 ubehandlede saker").click()
    card = cards(chat).nth(before)
    await expect(card).to_contain_text("26 saker venter på sekretariatet")
    await picture(chat, "queue")
    accept = card.get_by_role("button", name="Sett på sakslisten").first
    assert await _below(card.get_by_text("Rutine for epikriser i helgene (1)"), accept)
    assert await _below(
        card.get_by_role("button", name="Se mer og velg").last, card.get_by_role("button", name="Neste")
    )
    await accept.click()
    await expect(card).to_contain_text("25 saker venter på sekretariatet")
    await expect(card).to_contain_text("satte saken på sakslisten som 1/")
    await picture(chat, "accepted")
    await card.get_by_role("button", name="Angre").click()
    await expect(card).to_contain_text("26 saker venter på sekretariatet")
    await expect(card).to_contain_text("Ingen andre har fått beskjed.")
    await picture(chat, "undone")
    await card.get_by_role("button", name="Neste").click()
    await expect(card).to_contain_text("Nummer 9 til 16")
