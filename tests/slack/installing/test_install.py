"""Letting the app into a workspace, in a browser that goes to Slack and comes back."""

import asyncio
import re
import sqlite3
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.slack.manifest import SCOPES
from storage.database import Database
from tests import accessible
from tests.clock import FixedClock
from tests.slack.installing.several import MUNICIPALITY, PUBLIC, Page, Several, name_workspace, several
from tests.slack.standin import CLIENT_ID, Answer, Slack, no
from tests.world import HOSPITAL_TEAM, World


def says(page: Page, status: int, *sentences: str) -> None:
    text = re.sub(r"\s+", " ", page.text)
    assert page.status == status, text
    for sentence in sentences:
        assert sentence in text
    assert accessible.page(page.text) == []


async def test_from_the_page_to_slack_and_back(bot: Several) -> None:
    browser = bot.browser()
    page = await browser.get("/slack/install")
    says(page, 200, "Installer boten i Slack", "Fortsett i Slack")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-slack-install=")
    assert all(each in cookie for each in ("; Secure", "; HttpOnly", "; Path=/", "; Max-Age=600", "; SameSite=Lax"))

    link = await browser.begin()
    asked = parse_qs(urlsplit(link).query)
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["redirect_uri"] == [f"{PUBLIC}slack/oauth_redirect"]
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert "team" not in asked

    says(await browser.get(await browser.approves(link)), 200, f"Boten er installert i Eksempel {HOSPITAL_TEAM}")
    (row,) = await bot.rows()
    assert (row.external_id, row.installed_by, row.bot_user_id) == (HOSPITAL_TEAM, "U-coordinator", "U-BOT")
    (token,) = [each for each in bot.slack.tokens_of(bot.slack) if HOSPITAL_TEAM in each]
    assert token not in row.sealed
    assert bot.changed == ["installed"]
    told = await (await bot.workspaces.api([HOSPITAL_TEAM])).ask("auth.test", {})
    assert told["team_id"] == HOSPITAL_TEAM
    assert "slack-install=deleted" in browser.cookie


async def test_a_team_that_is_asked_for_is_passed_on_and_nothing_else(bot: Several) -> None:
    for given, passed in (("T0EXAMPLE1", ["T0EXAMPLE1"]), ("T1%26scope%3Dadmin", None)):
        page = await bot.browser().get(f"/slack/install?team={given}")
        link = page.text.partition('class="button" href="')[2].partition('"')[0].replace("&amp;", "&")
        asked = parse_qs(urlsplit(link).query)
        assert asked.get("team") == passed
        assert asked["scope"] == [",".join(sorted(SCOPES))]


async def test_a_state_that_is_forged_replayed_or_expired(bot: Several) -> None:
    begun = "Installasjonen ble begynt for mer enn ti minutter siden, i en annen nettleser, eller er alt fullført"
    browser = bot.browser()
    back = await browser.approves(await browser.begin())
    state = parse_qs(urlsplit(back).query)["state"][0]

    # Another's browser, with no cookie or with that of an installation of its own.
    says(await bot.browser().get(back), 400, begun)
    other = bot.browser()
    await other.begin()
    says(await other.get(back), 400, begun)

    forged = bot.browser()
    for made_up in ("state", state[:-4] + "AAAA", ""):
        forged.cookie = f"__Host-slack-install={made_up}"
        code = bot.slack.code(bot.slack)
        says(await forged.get(f"/slack/oauth_redirect?code={code}&state={made_up}"), 400, begun)

    late = bot.browser()
    link = await late.begin()
    bot.clock.forward(timedelta(minutes=10))
    says(await late.get(await late.approves(link)), 400, begun)
    assert await bot.rows() == []
    assert bot.slack.made("oauth.v2.access") == [], "none of the codes was used"

    again = bot.browser()
    back = await again.approves(await again.begin())
    cookie = again.cookie
    says(await again.get(back), 200, "Boten er installert")
    again.cookie = cookie
    says(await again.get(back.replace("code-", "code-other-")), 400, begun)
    assert len(bot.slack.made("oauth.v2.access")) == 1


async def test_whoever_presses_cancel_has_changed_nothing(bot: Several) -> None:
    bot.slack.approves = None
    says(await bot.browser().installs(), 200, "Installasjonen ble avbrutt i Slack", "Begynn på nytt")
    for error in ("%3Cscript%3Ealert(1)%3C/script%3E", "x" * 300):
        page = await bot.browser().get(f"/slack/oauth_redirect?error={error}")
        says(page, 400, "Slack avbrøt installasjonen (?)")
        assert "<script" not in page.text
    says(await bot.browser().get("/slack/oauth_redirect?error=invalid_scope"), 400, "(invalid_scope)")
    assert await bot.rows() == []


async def test_a_workspace_that_nobody_named_does_not_keep_the_app(bot: Several) -> None:
    """Whoever installs it there: a guest too, if that workspace lets them."""
    bot.slack.approves = stranger = bot.slack.workspace("TSTRANGER", members=frozenset())
    page = await bot.browser().installs()
    says(page, 403, "Eksempel TSTRANGER står ikke i helsefellesskapets fil", "arbeidsområdet TSTRANGER")
    assert await bot.rows() == []
    assert bot.slack.tokens_of(stranger) == []
    assert len(stranger.made("apps.uninstall")) == 1

    # Slack does not let the app take itself out everywhere: then at least the token ends.
    stranger.will_answer("apps.uninstall", no("is_bot"))
    says(await bot.browser().installs(), 403)
    assert bot.slack.tokens_of(stranger) == []
    assert len(stranger.made("auth.revoke")) == 1

    # Once it is named, it is in.
    await name_workspace(bot.database, "TSTRANGER")
    says(await bot.browser().installs(), 200, "Boten er installert i Eksempel TSTRANGER")


async def test_two_who_install_it_at_once(bot: Several) -> None:
    bot.slack.approves = there = bot.slack.workspace(MUNICIPALITY)
    bot.slack.lives = 43_200
    pages = await asyncio.gather(*(bot.browser().installs() for _each in range(3)))
    assert [page.status for page in pages] == [200, 200, 200]
    (row,) = await bot.rows()
    assert row.version == 3
    await (await bot.workspaces.api([MUNICIPALITY])).ask("auth.test", {})
    assert there.made("auth.test")


async def test_a_whole_grid(bot: Several) -> None:
    """Named by the Grid's id. People stand by their own workspaces in what they send."""
    grid = bot.slack.workspace("EGRID")
    bot.slack.approves = grid
    says(await bot.browser().installs(), 403, "arbeidsområdet EGRID")
    await name_workspace(bot.database, "EGRID")
    says(await bot.browser().installs(), 200, "Boten er installert i Eksempel EGRID", "hele organisasjonen")
    (row,) = await bot.rows()
    assert (row.external_id, row.grid) == ("EGRID", "EGRID")
    for ids in (["EGRID"], [MUNICIPALITY, "EGRID"], [MUNICIPALITY]):
        await (await bot.workspaces.api(ids)).ask("users.info", {"user": "U-deputy"})
    assert len(grid.made("users.info")) == 3


async def test_a_database_that_is_away(
    small_world: World, slack: Slack, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is stored, and whoever installs it may do so once more. An error that nobody foresaw has a reference."""
    path = str(small_world.database.url.database)
    database = Database(f"sqlite:///{path}", patience=0.05)
    async with several(database, slack, clock) as bot:
        browser = bot.browser()
        back = await browser.approves(await browser.begin())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        says(await browser.get(back), 503, "Jeg fikk ikke lagret installasjonen. Prøv igjen om litt.")
        other.execute("ROLLBACK")
        says(await bot.browser().installs(), 200, "Boten er installert")

        other.execute("ALTER TABLE slack_installation RENAME TO away")
        other.close()
        page = await bot.browser().installs()
        says(page, 500, "Boten er ikke installert")
        (logged,) = [each.message for each in caplog.records if each.message.startswith("unexpected ")]
        assert logged.rpartition("reference ")[2] in page.text
    await database.close()


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (Answer(reset=True), 503, "Slack svarte ikke. Prøv igjen om litt."),
        (no("invalid_code"), 400, "Slack godtok ikke installasjonen."),
        (Answer({"ok": True, "access_token": None, "team": {"id": HOSPITAL_TEAM}}), 400, "Slack avbrøt installasjonen"),
        (Answer("<html>", 500), 400, "Slack godtok ikke installasjonen."),
    ],
)
async def test_slack_in_trouble(bot: Several, answer: Answer, status: int, sentence: str) -> None:
    bot.slack.will_answer("oauth.v2.access", answer)
    says(await bot.browser().installs(), status, sentence)
    assert await bot.rows() == []
    says(await bot.browser().installs(), 200, "Boten er installert")
