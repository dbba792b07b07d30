"""`/avvik` as Slack sends it: signed requests through the four screens, from the command to the receipt."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from storage.tables import Deviation, DirectFix
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, Tools, everything_sent_to, tools
from tests.slack.limits import shown_text
from tests.slack.standin import button_in
from tests.world import World

TEXT = "Epikrisen kom ikke fram"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock) as running:
        yield running


@pytest.fixture
def clinician(both: Tools) -> OnSlack:
    return both.on_slack("clinician")


async def reports(both: Tools) -> list[Deviation]:
    async with both.world.database.transaction() as session:
        return list(await session.scalars(select(Deviation)))


async def to_the_last_screen(clinician: OnSlack, text: str = TEXT) -> None:
    await clinician.writes(f"avvik {text}")
    await clinician.fills(unit=str(clinician.tools.world.units["homecare"]), categories=["communication", "medication"])
    await clinician.fills()
    await clinician.fills(consequence="none")


async def test_four_screens_from_the_command_to_the_receipt(both: Tools, clinician: OnSlack) -> None:
    await clinician.writes(f"avvik {TEXT}")
    (opened,) = both.slack.made("views.open")
    assert opened["trigger_id"] == "trigger-1"
    assert "Steg 1 av 4" in clinician.form()
    # Which way it goes follows from where one works.
    direction = next(block for block in opened["view"]["blocks"] if block.get("block_id") == "direction")
    assert direction["element"]["initial_option"]["value"] == "to_municipality"

    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["communication", "medication"])
    assert "Steg 2 av 4" in clinician.form()
    assert TEXT in clinician.form()
    await clinician.fills(when="i går 14.30", immediate_measures="Ringte og fikk den sendt")
    assert "Steg 3 av 4" in clinician.form()
    await clinician.fills(consequence="minor", prevention="En fast rutine")
    assert "Steg 4 av 4" in clinician.form()
    for part in (TEXT, "Hjemmetjenesten", "Ringte og fikk den sendt", "31. august 2026 kl. 14.30", "En fast rutine"):
        assert part in clinician.form()
    await clinician.fills(consent="asked")
    assert "AVV-2026-0001" in clinician.form()
    assert "Dette kommer også i samtalen din med meg" in clinician.form()
    assert len(both.slack.made("views.open")) == 1, "the same modal all the way"

    (report,) = await reports(both)
    assert (report.description, report.status) == (TEXT, "sent")
    (receipt,) = clinician.messages()
    assert "AVV-2026-0001" in receipt
    assert "22. september 2026" in receipt


async def test_nothing_of_it_is_seen_by_others_in_the_channel(both: Tools, clinician: OnSlack) -> None:
    """The command was typed in channel C-1."""
    await to_the_last_screen(clinician)
    await clinician.fills(consent="no_patient")
    await clinician.writes("avvik mine")
    await clinician.writes("avvik direkte")
    assert {call.arguments.get("channel") for call in both.slack.calls if call.method.startswith("chat.")} <= {
        "U-clinician",
        "D-clinician",
    }
    assert both.slack.made("response_url")
    assert all(answer.get("response_type") != "in_channel" for answer in both.slack.made("response_url"))
    assert "C-1" not in everything_sent_to(both.slack)


async def test_a_mention_in_a_channel_is_answered_to_the_person_alone(both: Tools, clinician: OnSlack) -> None:
    mention = {"type": "app_mention", "channel": "C-1", "user": "U-clinician", "text": f"<@U-BOT> avvik {TEXT}"}
    assert (await clinician.client.event(mention))[0] == 200
    await both.settled()
    assert both.slack.made("chat.postMessage") == []
    (shown,) = both.slack.made("chat.postEphemeral")
    assert (shown["channel"], shown["user"]) == ("C-1", "U-clinician")


async def test_what_is_missing_is_said_under_its_field_and_the_rest_stays(both: Tools, clinician: OnSlack) -> None:
    await clinician.writes(f"avvik {TEXT}")
    status, answer = await clinician.client.submit({"unit": str(both.world.units["homecare"])})
    assert (status, answer["response_action"], set(answer["errors"])) == (200, "errors", {"categories"})
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["logistics"])
    assert TEXT in clinician.form()


async def test_sent_three_times_at_once_it_is_one_report(both: Tools, clinician: OnSlack) -> None:
    await to_the_last_screen(clinician)
    body = clinician.client.submission_body({"consent": "asked"})
    again = clinician.client.submission_body({"consent": "asked"})
    answers = await asyncio.gather(*(clinician.client.form(each) for each in (body, body, again)))
    assert [shown_text(answer["view"]).count("AVV-2026-0001") > 0 for _status, answer in answers] == [True] * 3
    assert len(await reports(both)) == 1


async def test_a_serious_event_reminds_of_the_statutory_notice(both: Tools, clinician: OnSlack) -> None:
    await clinician.writes(f"avvik {TEXT}")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["treatment"])
    await clinician.fills()
    await clinician.fills(consequence="major")
    assert "§ 3-3 a" in clinician.form()
    assert "§ 12-3 a" in clinician.form()
    await clinician.fills(consent="asked", notice_considered="true")
    (report,) = await reports(both)
    assert report.notice_considered_at is not None


async def test_fixed_on_the_spot_is_two_presses_and_counts_once(both: Tools, clinician: OnSlack) -> None:
    await clinician.writes("avvik direkte")
    blocks = both.slack.last("response_url")["blocks"]
    assert button_in(blocks, "Legemidler")
    for _press in range(3):
        await clinician.client.press(blocks, "Legemidler")
        await both.settled()
    async with both.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(DirectFix)) == 1
    assert await reports(both) == []
