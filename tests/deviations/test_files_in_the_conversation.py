"""Where nobody's browser reaches the bot, files come into the conversation: on Slack, and on Teams with consent."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from openpyxl import load_workbook
from sqlalchemy import delete, select
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.deviations.actions import Do as DeviationsDo
from handlers.messages.deliveries import as_json
from handlers.messages.message import FileRef, Image, Message
from handlers.messages.uploads import Do
from handlers.people.links import Links
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus, Deviation, UnitStaff
from tests.clock import FixedClock
from tests.deviations.seed import Places, oslo, report, store
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.meetings.convocation import steps
from tests.slack import standin
from tests.slack.limits import shown_text
from tests.world import World

SHEET = "Tallene som regneark (Excel)"
MONTHS = {"from": "2026-01", "to": "2026-08", "of": "all"}
PNG = b"\x89PNG"


@pytest.fixture
async def twelve(small_world: World, clock: FixedClock) -> None:
    """Reports of October 2026."""
    clock.go_to(oslo(2026, 11, 24))
    async with small_world.database.transaction() as session:
        places = await Places.of(session)
        await store(session, [report(places, oslo(2026, 10)) for _each in range(12)])


@pytest.fixture
async def both(twelve: None, small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock, uploads=True) as running:
        yield running


class OneDrive:
    """Where Teams lets a bot put a file."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.asked = asyncio.Event()
        """Set when somebody has begun to put one there."""
        self.hangs: asyncio.Event | None = None
        """Nothing that is put there is answered until then, nor arrives."""
        self.refuses: list[int] = []
        application = web.Application(client_max_size=4 * 1024 * 1024)
        application.router.add_put("/session", self._put)
        self.server = TestServer(application)

    async def _put(self, request: web.Request) -> web.Response:
        self.asked.set()
        if self.hangs is not None:
            await self.hangs.wait()
            return web.Response(status=503)
        if self.refuses:
            return web.Response(status=self.refuses.pop(0))
        assert "Authorization" not in request.headers
        self.got.append((await request.read(), request.headers["Content-Range"]))
        return web.Response(status=201)

    @property
    def upload(self) -> dict[str, str]:
        return {
            "contentUrl": "https://example-my.sharepoint.com/file.xlsx",
            "name": "avvik-tall.xlsx",
            "uploadUrl": f"{self.server.make_url('/session')}?tempauth=secret",
            "uniqueId": "1150D938-8870-4044-9F2C-5BBDEBA70C9D",
            "fileType": "xlsx",
        }


@pytest.fixture
async def onedrive() -> AsyncIterator[OneDrive]:
    found = OneDrive()
    await found.server.start_server()
    yield found
    await found.server.close()


def uploaded(slack: standin.Slack) -> list[tuple[str, str, bytes]]:
    """(where, what it is called, the content) of each file, oldest first."""
    contents = [call["content"] for call in slack.made("upload")]
    done = slack.made("files.completeUploadExternal")
    return [
        (each["channel_id"], each["files"][0]["title"], content) for each, content in zip(done, contents, strict=True)
    ]


def kinds(someone: OnTeams) -> list[str]:
    return [call.kind for call in someone.tools.teams.sent]


def answer_of(someone: OnTeams, action: str, upload: Any = None, **more: Any) -> dict[str, Any]:
    """An answer to the last question about a file."""
    asked = [call for call in someone.tools.teams.sent if call.kind == "consent"][-1]
    number = someone.tools.teams.sent.index(asked) + 1
    value = {
        "type": "fileUpload",
        "action": action,
        "context": asked.body["attachments"][0]["content"][f"{action}Context"],
        **({"uploadInfo": upload} if upload else {}),
        **more,
    }
    return someone.client.activity(
        type="invoke", name="fileConsent/invoke", value=value, replyToId=f"activity-{number}"
    )


async def answered(someone: OnTeams, action: str, upload: Any = None, **more: Any) -> tuple[int, Any]:
    """Answer the last question about a file."""
    invoke = answer_of(someone, action, upload, **more)
    result = await someone.client.post(invoke)
    await someone.tools.settled()
    # Teams sends it again.
    assert (await someone.client.post(invoke))[0] == result[0]
    await someone.tools.settled()
    return result


async def statuses(world: World) -> list[str]:
    async with world.database.transaction() as session:
        found = await session.scalars(select(Delivery.status).where(col(Delivery.subject) == "fil"))
        return sorted(found)


async def pressed(someone: OnSlack, action: str, arguments: dict[str, str]) -> None:
    """A button that does this, and no more: nothing that comes after it has come."""
    actions = [{"type": "button", "action_id": f"act:{action}:0", "value": json.dumps(arguments)}]
    response_url = someone.tools.slack.response_url
    body = someone.client.interaction_body("block_actions", actions=actions, response_url=response_url)
    assert (await someone.client.form(body))[0] == 200
    await someone.tools.background.drain()


# --- Slack -------------------------------------------------------------------------------------------------


async def test_on_slack_the_picture_comes_and_a_file_when_it_is_asked_for(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik tall 2026")
    # Typed in a channel: the files come where nobody else reads.
    ((where, name, content),) = uploaded(both.slack)
    assert (where, name) == ("D-clinician", "avvik-2026-01-2026-11.png")
    assert content.startswith(PNG)
    assert "Fra kommune til sykehus: 12 meldt" in both.slack.last("files.getUploadURLExternal")["alt_txt"]
    told = clinician.answer()
    assert "Bildet kommer som en egen melding" in told
    await clinician.goes_on(SHEET)
    where, name, content = uploaded(both.slack)[-1]
    assert (where, name) == ("D-clinician", "avvik-tall-2026-01-2026-11.xlsx")
    assert load_workbook(io.BytesIO(content)).worksheets
    assert f"{name} kommer i samtalen" in clinician.answer()
    assert await statuses(both.world) == [DeliveryStatus.SENT] * 2


async def test_the_yearly_report_and_the_form_to_print_come_too(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik tall 2026")
    await clinician.goes_on("Årsmelding (Word)")
    await clinician.writes("avvik Epikrisen kom ikke fram")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["communication"])
    await clinician.fills()
    await clinician.fills(consequence="none")
    await clinician.fills(consent="no_patient")
    async with both.world.database.transaction() as session:
        added = (await session.scalars(select(Deviation.id).order_by(col(Deviation.id).desc()))).first()
    await pressed(clinician, DeviationsDo.WRITE_OUT, {"deviation": str(added)})
    assert "Lenken" not in clinician.answer()
    await clinician.goes_on("Hent skjemaet (Word)")
    names = [name for _where, name, _content in uploaded(both.slack)]
    assert [name.rpartition(".")[2] for name in names] == ["png", "docx", "docx"]
    assert all(content.startswith(b"PK") for _where, _name, content in uploaded(both.slack)[1:])


@pytest.mark.parametrize("method", ["conversations.open", "upload", "files.completeUploadExternal"])
async def test_a_file_that_does_not_come_through_comes_later_and_the_answer_once(both: Tools, method: str) -> None:
    clinician = both.on_slack("clinician")
    both.slack.will_answer(method, standin.Answer(status=503))
    await clinician.writes("avvik tall 2026")
    both.clock.forward(timedelta(minutes=5))
    await both.settled()
    assert await statuses(both.world) == [DeliveryStatus.SENT]
    assert len(both.slack.made(method)) == 2
    assert len(clinician.in_private()) == 1


async def test_a_file_that_was_not_to_be_had_in_a_day_is_not_sent(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    both.slack.will_answer("conversations.open", standin.no("user_not_found"))
    await clinician.writes("avvik tall 2026")
    assert await statuses(both.world) == [DeliveryStatus.WAITING]
    both.clock.forward(timedelta(hours=25))
    await clinician.writes("hjelp")
    assert uploaded(both.slack) == []
    assert await statuses(both.world) == [DeliveryStatus.CANCELLED]


async def test_a_file_is_made_for_whoever_may_see_it_when_it_is_made(both: Tools) -> None:
    """The button of one's own reports, pressed by whoever handles none, and by whoever does not any more."""
    own = {"fil": "avvik.rader.xlsx", "from": "2026-01", "to": "2026-11", "of": "units"}
    for who in ("member", "surgeon"):
        someone = both.on_slack(who)
        await someone.writes("hjelp")
        before = len(uploaded(both.slack))
        await pressed(someone, Do.FETCH, own)
        if who == "surgeon":
            # Between the press and the making of the file they cease to handle reports.
            async with both.world.database.transaction() as session:
                await session.execute(delete(UnitStaff).where(col(UnitStaff.person_id) == both.world.people[who]))
        await both.settled()
        assert len(uploaded(both.slack)) == before
        said = [shown_text(posted["blocks"]) for posted in both.slack.made("chat.postMessage")]
        assert "avvik-2026-01-2026-11.xlsx: " in said[-1] if who == "surgeon" else "kommer i samtalen" not in repr(said)


@pytest.mark.parametrize("arguments", [{}, {"fil": "finnes.ikke"}, {"fil": "avvik.xlsx", "from": "x"}])
async def test_a_button_that_leads_to_no_file_says_so(both: Tools, arguments: dict[str, str]) -> None:
    someone = both.on_slack("clinician")
    await pressed(someone, Do.FETCH, arguments)
    await both.settled()
    assert someone.answer()
    assert "referanse" not in someone.answer().lower()
    assert uploaded(both.slack) == []


# --- Teams -------------------------------------------------------------------------------------------------


async def test_on_teams_the_picture_stands_in_a_message_and_a_file_is_asked_about(
    both: Tools, onedrive: OneDrive
) -> None:
    carer = both.on_teams("carer")
    await carer.writes("avvik tall 2026")
    assert kinds(carer) == ["adaptive", "image/png"]
    data = both.teams.sent[-1].body["attachments"][0]["contentUrl"]
    assert data.startswith("data:image/png;base64,")
    await carer.presses(SHEET)
    assert kinds(carer)[2:] == ["adaptive", "consent"]
    asked = both.teams.sent[-1].body["attachments"][0]
    assert asked["name"] == "avvik-tall-2026-01-2026-11.xlsx"
    assert asked["content"]["sizeInBytes"] > 1000

    assert await answered(carer, "accept", onedrive.upload) == (200, "")
    ((content, stretch),) = onedrive.got
    assert stretch == f"bytes 0-{len(content) - 1}/{len(content)}"
    assert load_workbook(io.BytesIO(content)).worksheets
    # The file stands in the place of the question.
    (shown,) = [call.body for call in both.teams.updated if call.kind == "info"]
    assert shown["attachments"][0]["contentUrl"] == onedrive.upload["contentUrl"]
    assert shown["attachments"][0]["content"] == {"uniqueId": onedrive.upload["uniqueId"], "fileType": "xlsx"}


async def test_a_process_that_dies_before_the_file_is_there_leaves_it_to_a_worker(
    both: Tools, onedrive: OneDrive
) -> None:
    """They have said yes, and Teams has been told that it is taken. Where it may be put is kept nowhere, so they are
    asked once more; and not where it has come."""
    carer = both.on_teams("carer")
    await carer.writes("avvik tall 2026")
    await carer.presses(SHEET)
    await answered(carer, "accept", onedrive.upload)
    both.clock.forward(timedelta(hours=1))
    await both.settled()
    assert kinds(carer).count("consent") == 1, "it has come"

    await carer.presses(SHEET)
    onedrive.asked.clear()
    onedrive.hangs = asyncio.Event()
    assert (await carer.client.post(answer_of(carer, "accept", onedrive.upload)))[0] == 200
    await onedrive.asked.wait()
    # As when the process is killed.
    await both.background.drain(0)
    onedrive.hangs.set()
    onedrive.hangs = None
    await both.settled()
    assert kinds(carer).count("consent") == 2, "it may be on its way"
    both.clock.forward(timedelta(minutes=5))
    await both.settled()
    assert kinds(carer).count("consent") == 3
    asked = both.teams.sent[-1].body["attachments"][0]["content"]
    assert asked["description"] == "Filen kom ikke fram til OneDrive. Si ja en gang til, så lagrer jeg den."
    await answered(carer, "accept", onedrive.upload)
    assert len(onedrive.got) == 2
    both.clock.forward(timedelta(hours=1))
    await both.settled()
    assert kinds(carer).count("consent") == 3
    assert DeliveryStatus.PENDING not in await statuses(both.world)


async def test_whoever_says_no_can_change_their_mind(both: Tools) -> None:
    carer = both.on_teams("carer")
    await carer.writes("avvik tall 2026")
    await carer.presses(SHEET)
    assert await answered(carer, "decline") == (200, "")
    (shown,) = [call for call in both.teams.updated if call.is_card]
    assert "ikke lagret" in json.dumps(shown.card, ensure_ascii=False)
    before = len(both.teams.sent)
    (again,) = [part for part in json.loads(json.dumps(shown.card))["body"] if part["type"] == "ActionSet"]
    await carer.client.press({"type": "AdaptiveCard", "body": [again]}, "Hent filen", "activity-9")
    await both.settled()
    assert "consent" in kinds(carer)[before:]


async def test_what_onedrive_does_not_take_is_said_with_a_way_on(
    both: Tools, onedrive: OneDrive, caplog: pytest.LogCaptureFixture
) -> None:
    carer = both.on_teams("carer")
    await carer.writes("avvik tall 2026")
    await carer.presses(SHEET)
    onedrive.refuses = [503]
    await answered(carer, "accept", onedrive.upload)
    assert len(onedrive.got) == 1, "a passing error is tried once more"
    for refusals in ([404], [503, 503]):
        onedrive.refuses = refusals
        await carer.presses(SHEET)
        await answered(carer, "accept", onedrive.upload)
        assert "Filen lot seg ikke lagre" in carer.messages()[-1]
        assert carer.has_button("Hent filen")
    assert len(onedrive.got) == 1
    assert "tempauth" not in caplog.text


async def test_a_file_is_put_nowhere_for_somebody_who_may_not_see_it(both: Tools, onedrive: OneDrive) -> None:
    carer = both.on_teams("carer")
    await carer.writes("avvik tall 2026")
    await carer.presses(SHEET)
    links = both.bot.links
    rows = links.reference("avvik.rader.xlsx", {"from": "2026-01", "to": "2026-11", "of": "organisation"})
    for reference in (rows, rows[:-4] + "abcd", "x"):
        assert await answered(carer, "accept", onedrive.upload, context={"file": reference}) == (200, "")
        assert both.teams.sent[-1].is_card
    assert onedrive.got == []


@pytest.mark.parametrize(
    "odd",
    [
        {"uploadInfo": None},
        {"uploadInfo": {"uploadUrl": 7}},
        {"context": None},
        {"context": {"file": 7}},
        {"type": "another"},
    ],
)
async def test_an_answer_that_is_none_is_told_so(both: Tools, onedrive: OneDrive, odd: dict[str, Any]) -> None:
    carer = both.on_teams("carer")
    await carer.writes("avvik tall 2026")
    await carer.presses(SHEET)
    status, body = await answered(carer, "accept", **{"upload": onedrive.upload, **odd})
    assert (status, body["statusCode"]) == (200, 400)
    assert onedrive.got == []


# --- what reaches somebody by itself -----------------------------------------------------------------------


@pytest.mark.parametrize("on_teams", [False, True])
async def test_a_convocation_brings_its_files_along(small_world: World, clock: FixedClock, on_teams: bool) -> None:
    async with tools(small_world, clock, uploads=True) as both:
        who = "colleague" if on_teams else "member"
        member: OnSlack | OnTeams = both.on_teams(who) if on_teams else both.on_slack(who)
        await member.writes("hjelp")
        secretary = both.on_slack("secretary")
        await steps.put(small_world, "Felles rutine")
        await secretary.writes("saksliste FSU 21.9.")
        await secretary.goes_on("Send innkalling")
        await secretary.goes_on("Send innkallingen")
        told = [text for text in member.messages() if "Innkalling: Faglig" in text]
        assert "Filene kommer som egne meldinger" in told[0]
        if on_teams:
            asked = [call.body["attachments"][0] for call in both.teams.sent if call.kind == "consent"]
            names = [each["name"] for each in asked]
        else:
            names = [name for where, name, _content in uploaded(both.slack) if where == "D-member"]
        assert [name.rpartition(".")[2] for name in names] == ["docx", "ics"]
        before = len(names), len(told)
        # What is sent once more comes in its place, and brings nothing along.
        async with small_world.database.transaction() as session:
            theirs = select(Delivery).where(col(Delivery.person_id) == small_world.people[who])
            row = (await session.scalars(theirs.where(col(Delivery.subject) != "fil"))).all()[-1]
            row.revision += 1
            row.status = DeliveryStatus.PENDING
        await both.settled()
        told = [text for text in member.messages() if "Innkalling: Faglig" in text]
        assert len(told) == before[1]
        assert member.has_button("Legg i kalenderen (.ics)")


@pytest.mark.parametrize("answer", [True, False], ids=["an answer", "a delivery"])
async def test_a_picture_that_slack_cannot_fetch_is_uploaded(
    twelve: None, small_world: World, clock: FixedClock, answer: bool
) -> None:
    """There is an address, and it is none that Slack reaches."""
    links = Links("https://bot.example.org/", "k" * 32, clock)
    async with tools(small_world, clock, Bot(small_world.database, registry(), clock, links=links)) as both:
        clinician = both.on_slack("clinician")
        if answer:
            both.slack.will_answer("response_url", standin.no("invalid_blocks"))
            await clinician.writes("avvik tall")
        else:
            await clinician.writes("hjelp")
            picture = Image(file=FileRef(document="avvik.bilde", arguments=MONTHS), alt="Mars: 3")
            message = as_json(Message(title="Tall", image=picture))
            async with small_world.database.transaction() as session:
                wish = Wish("key", "subject", small_world.people["clinician"], message, clock.now())
                await deliveries.wish(session, [wish])
            both.slack.will_answer("chat.postMessage", standin.no("invalid_blocks"))
            await both.settled()
        ((where, name, content),) = uploaded(both.slack)
        assert (where, name.rpartition(".")[2]) == ("D-clinician", "png")
        assert content.startswith(PNG)
        async with small_world.database.transaction() as session:
            kept = (await session.scalars(select(Delivery.ref))).all()
        assert not [ref for ref in kept if ref and "pictures_lost" in ref]
