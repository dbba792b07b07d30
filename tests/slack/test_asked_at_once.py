"""The database works on a command while Slack gets its answer."""

import aiohttp
import pytest
from sqlalchemy import event

from bot.background import BackgroundTasks
from bot.slack.app import SlackSurface
from bot.slack.requests import parse, request_key
from bot.slack.workspaces import OneWorkspace
from handlers.bot import Bot
from tests.clock import FixedClock
from tests.everything import registry
from tests.slack.conftest import Serve
from tests.slack.standin import SECRET, TOKEN, Slack
from tests.world import World


@pytest.mark.parametrize("line", ["/alt", "/alt En sak"])
async def test_it_has_its_question_before_the_answer_is_given(
    line: str,
    world: World,
    serve: Serve,
    slack: Slack,
    http: aiohttp.ClientSession,
    background: BackgroundTasks,
    clock: FixedClock,
) -> None:
    """Where it is another process. SQLite would do all of it first, and Slack would wait."""
    database = world.database
    client = await serve(database)
    await client.command("/hjelp")
    await background.drain()
    surface = SlackSurface(
        Bot(database, registry(), clock),
        workspaces=OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock),
        signing_secret=SECRET,
        api_url=slack.api_url,
        http=http,
        background=background,
        clock=clock,
    )
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    body = client.command_body(line)
    payload = parse("application/x-www-form-urlencoded", body)
    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    answer = await surface.answer(payload, request_key(payload, body))
    asked_when_answered = len(asked)
    await background.drain()
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    assert (answer.status, answer.text) == (200, "")
    assert asked_when_answered == (0 if database.is_sqlite else 1)
    assert asked
    assert len(slack.made("views.open")) == 1
