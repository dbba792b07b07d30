"""How somebody is reminded, on the local page: what they owe, quiet hours, a reminder that is put off, a pause."""

from collections.abc import Awaitable, Callable
from datetime import time
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlmodel import col

from bot.worker import Worker
from handlers.capabilities import registry
from handlers.reminders.laying import wishes_of
from storage import reminders
from storage.tables import Delivery, DeliveryStatus, Reminder
from tests.chores import done
from tests.clock import FixedClock
from tests.web.conftest import Site

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
DEADLINE = "Frist for å melde saker til Faglig samarbeidsutvalg (FSU)"


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Skriv til boten").fill(text)
    await page.get_by_label("Skriv til boten").press("Enter")


async def tick(site: Site, clock: FixedClock) -> None:
    """What the worker does."""
    for chore in registry().chores:
        await done(chore, site.world.database, clock)
    worker = Worker(site.world.database, {"local": site.chat.messenger}, clock)
    while await worker.deliver_due():
        pass


async def fits(page: Page) -> None:
    wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room


async def test_quiet_hours_are_set_and_a_reminder_is_put_off(
    browser: Browser, site: Site, clock: FixedClock, picture: Picture
) -> None:
    await tick(site, clock)
    context = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1000})
    page = await context.new_page()
    await page.goto(site.base + "/lokal")
    await page.get_by_role("link", name="Eksempel Member").click()
    log = page.locator("#log")

    await say(page, "hva må jeg gjøre?")
    owed = log.locator("article", has=page.get_by_role("heading", name="Dette skal du gjøre"))
    await expect(owed.get_by_role("button", name="Meld sak")).to_be_visible()
    await picture(page, "owed", whole=True)

    await say(page, "/paminnelser")
    shown = log.locator("article", has=page.get_by_role("heading", name="Påminnelsene dine")).last
    await expect(shown).to_contain_text(DEADLINE)
    await shown.get_by_role("button", name="Endre").click()
    form = page.locator("form.dialog")
    await form.get_by_label("Stille timer fra").fill("22:00")
    await form.get_by_label("Stille timer til").fill("22:00")
    await form.get_by_label("lørdag").uncheck()
    await form.get_by_label("søndag").uncheck()
    await form.get_by_role("button", name="Lagre").click()
    await expect(form.locator(".error").first).to_contain_text("hele døgnet")
    await picture(page, "refused", whole=True)
    await form.get_by_label("Stille timer til").fill("11:00")
    await picture(page, "settings", whole=True)
    await form.get_by_role("button", name="Lagre").click()
    saved = log.locator("article", has_text="Lagret.").last
    await expect(saved).to_contain_text("22.00–11.00")
    await expect(saved).to_contain_text("mandag, tirsdag, onsdag, torsdag, fredag")
    await fits(page)
    await picture(page, "saved", whole=True)
    person_id = site.world.people["member"]
    async with site.world.database.transaction() as session:
        chosen = (await wishes_of(session, [person_id]))[person_id]
        (first, *_more) = await reminders.pending_of(session, person_id)
    assert (chosen.quiet_from, chosen.quiet_until) == (time(22), time(11))

    clock.go_to(first.send_at)
    await tick(site, clock)
    said = log.locator("article", has=page.get_by_role("heading", name=DEADLINE)).last
    await expect(said.get_by_role("button", name="Minn meg i morgen")).to_be_visible()
    await picture(page, "reminder", whole=True)
    await said.get_by_role("button", name="Minn meg i morgen").click()
    await expect(log.get_by_role("heading", name="Jeg minner deg").last).to_contain_text("kl. 11.00")
    await picture(page, "put-off", whole=True)

    await say(page, "/paminnelser pause til mandag")
    paused = log.locator("article", has_text="Du har pause nå.").last
    await paused.get_by_role("button", name="Avslutt pausen").click()
    await expect(log.locator("article", has_text="Pausen er over.")).to_be_visible()
    await picture(page, "resumed", whole=True)


async def test_the_secretariat_sees_who_is_reminded_of_a_meeting(
    browser: Browser, site: Site, clock: FixedClock, picture: Picture
) -> None:
    await tick(site, clock)
    # One was refused; the others have not opened the page yet.
    async with site.world.database.transaction() as session:
        of_member = select(col(Reminder.delivery_key)).where(col(Reminder.person_id) == site.world.people["member"])
        lost = {"status": DeliveryStatus.FAILED, "sent_at": None, "reference": "7F3A21", "error": "Rejected: no"}
        await session.execute(update(Delivery).where(col(Delivery.key).in_(of_member)).values(**lost))
    context = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1000})
    page = await context.new_page()
    await page.goto(site.base + "/lokal")
    await page.get_by_role("link", name="Eksempel Secretary").click()
    log = page.locator("#log")
    await say(page, "/saksliste FSU")
    of_meeting = log.locator("article", has=page.get_by_role("button", name="Hvem er påminnet")).last
    await expect(of_meeting).to_be_visible()
    await picture(page, "meeting", whole=True)
    await expect(of_meeting).to_contain_text("3 ikke levert, 15 kommer")
    await of_meeting.get_by_role("button", name="Hvem er påminnet").click()
    listed = log.locator("article", has=page.get_by_role("heading", name="Påminnelser: Faglig")).last
    await expect(listed).to_contain_text("Eksempel Member · Frist for å melde saker · skulle vært sendt")
    await expect(listed).to_contain_text("meldingen ble avvist der den skulle leveres (referanse 7F3A21)")
    await picture(page, "overseen", whole=True)
    await listed.get_by_role("button", name="Neste").click()
    await expect(log.locator("article", has_text="Nummer 9 til")).to_be_visible()
    await fits(page)
