"""Links of our own that somebody posts: what the others see, and what whoever posted them is told. Signed events
through the real application."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.background import BackgroundTasks
from bot.slack.readers import MOST
from handlers.capabilities import registry
from handlers.meetings.actions import Do
from handlers.messages.message import Does
from handlers.people.links import FILE_LIFETIME, PAGE_LIFETIME, Links
from storage.tables import Account
from tests.clock import FixedClock
from tests.meetings.convocation.steps import put
from tests.people.links.conftest import KEY
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Answer, Channel, Client, Slack, button_in, no
from tests.world import HOSPITAL_TEAM, World

AGREED = "Felles opplæring"
YOURS, ANOTHERS = "Lenken er din alene", "Lenken er laget for en annen enn deg"


class Case:
    """A case of FSU's next meeting, and links to it."""

    def __init__(self, world: World, clock: FixedClock, item: int) -> None:
        self.world, self.links = world, Links("https://bot.example.org/", KEY, clock)
        self.item, self.meeting = {"item": str(item)}, {"meeting": str(world.meetings["fsu-1"])}

    def link(self, who: str = "member", arguments: Mapping[str, str] | None = None, do: Does = Do.PAGE) -> str:
        return str(self.links.page(self.world.people[who], do, arguments or self.item))


@pytest.fixture
async def case(small_world: World, clock: FixedClock) -> Case:
    async with small_world.database.transaction() as session:
        session.add_all(
            Account(
                person_id=small_world.people[who],
                surface="slack",
                workspace=HOSPITAL_TEAM,
                user_id=f"U-{who}",
                reach={"channel": f"U-{who}"},
                seen_at=clock.now(),
            )
            for who in ("member", "secretary", "clinician")
        )
    return Case(small_world, clock, await put(small_world, AGREED))


@pytest.fixture
async def client(case: Case, serve: Serve, slack: Slack) -> Client:
    slack.channels["C-fsu"] = Channel(["U-member", "U-secretary", "U-BOT"])
    slack.users["U-BOT"] = {**slack.user("U-BOT"), "is_bot": True}
    return await serve(case.world.database, registry=registry, links=case.links)


def event(*urls: Any, channel: str = "C-fsu", **more: Any) -> dict[str, Any]:
    return {
        "type": "link_shared",
        "channel": channel,
        "is_bot_user_member": True,
        "user": "U-member",
        "message_ts": "1700000000.000100",
        "unfurl_id": "unfurl-1",
        "source": "conversations_history",
        "links": [{"domain": "bot.example.org", "url": url} for url in urls],
        **more,
    }


async def post(client: Client, background: BackgroundTasks, *urls: Any, **more: Any) -> None:
    assert await client.event(event(*urls, **more)) == (200, "")
    await background.drain()


def notes(slack: Slack) -> list[str]:
    """What whoever posted is told, where only they see it."""
    for each in slack.made("chat.postEphemeral"):
        assert each["user"] == "U-member"
    return [shown_text(each["blocks"]) for each in slack.made("chat.postEphemeral")]


async def test_where_all_may_see_it_the_case_stands_as_a_card(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    url = case.link()
    await post(client, background, url, thread_ts="1699999999.000001")
    assert slack.last("chat.unfurl") == {"channel": "C-fsu", "ts": "1700000000.000100", "unfurls": slack.cards}
    told = shown_text(slack.cards[url]["blocks"])
    assert f"1/2026 {AGREED}" in told
    assert "Kortet viser det alle som leser her, kan se." in told
    for hidden in ("Bli enige", "Eksempel Member", url.rpartition("/")[2]):
        assert hidden not in str(slack.cards[url]), "what is for members is not in it, nor the way in"
    (note,) = notes(slack)
    assert YOURS in note
    assert f"{PAGE_LIFETIME.days} dager" in note
    assert slack.last("chat.postEphemeral")["thread_ts"] == "1699999999.000001"


async def test_a_button_of_the_card_shows_each_what_they_may_see(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    url = case.link()
    await post(client, background, url)
    chosen = button_in(slack.cards[url]["blocks"], "Vis saken")
    pressed = {"actions": [{"type": "button", **{name: chosen[name] for name in ("action_id", "value")}}]}
    place = {"container": {"type": "message_attachment"}, "app_unfurl": {"id": 1}, "response_url": slack.response_url}
    for user, sees in (("U-secretary", True), ("U-clinician", False)):
        client.user_id = user
        await client.form(client.interaction_body("block_actions", **pressed, **place))
        await background.drain()
        answer = slack.last("response_url")
        assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
        assert ("Bli enige" in shown_text(answer["blocks"])) == sees


NOT_ALL_MAY: tuple[tuple[list[str], dict[str, Any]], ...] = (
    (["U-member", "U-clinician"], {}),
    (["U-member", "U-nobody-knows"], {}),
    (["U-member", "U-guest"], {}),
    (["U-member", "U-elsewhere"], {}),
    (["U-member"], {"is_private": False}),
    (["U-member"], {"is_ext_shared": True}),
    (["U-member"], {"is_pending_ext_shared": True}),
    ([f"U-{number}" for number in range(MOST + 1)], {}),
    ([], {}),
)
"""Who is in a conversation, and of which kind it is."""


async def test_where_somebody_may_not_see_it_there_is_no_card_and_a_word_all_the_same(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    slack.users["U-guest"] = {**slack.user("U-guest"), "is_restricted": True}
    slack.users["U-elsewhere"] = {**slack.user("U-elsewhere"), "team_id": "T-ELSEWHERE"}
    for number, (members, more) in enumerate(NOT_ALL_MAY):
        slack.channels["C-1"] = Channel(members, {"is_channel": True, "is_private": True, **more})
        await post(client, background, case.link(), channel="C-1")
        assert slack.made("chat.unfurl") == [], (members, more)
        assert len(notes(slack)) == number + 1
        assert YOURS in notes(slack)[-1]
        assert "Jeg viser ikke noe av den" in notes(slack)[-1]


async def test_on_a_grid_only_those_whose_workspace_is_the_partnerships_are_colleagues(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    """Whoever is in another workspace of the same Grid is from nowhere, as when they speak to the bot; and in a channel
    that is open to the whole Grid they may come in."""
    grid = {"authorizations": [{"team_id": HOSPITAL_TEAM, "enterprise_id": "E0GRID", "user_id": "U-BOT"}]}
    item = await put(case.world, "Åpen sak", 3, committee_id=case.world.committees["forum"], meeting_id=None)
    for who, teams in (("U-here", [HOSPITAL_TEAM, "T-BEYOND"]), ("U-beyond", ["T-BEYOND"])):
        home = {"enterprise_id": "E0GRID", "teams": teams}
        slack.users[who] = {**slack.user(who), "team_id": teams[0], "enterprise_user": home}
    everywhere = {"is_private": False, "is_org_shared": True}
    for number, (members, more, seen) in enumerate(
        (
            (["U-member", "U-here"], {}, True),
            (["U-member", "U-beyond"], {}, False),
            (["U-member"], {"is_private": False}, True),
            (["U-member"], everywhere, False),
        )
    ):
        slack.channels["C-1"] = Channel(members, {"is_channel": True, "is_private": True, **more})
        posted = event(case.link(arguments={"item": str(item)}), channel="C-1", message_ts=f"170000000{number}.000100")
        await client.event(posted, **grid, enterprise_id="E0GRID")
        await background.drain()
        assert bool([each for each in slack.made("chat.unfurl") if each["ts"] == posted["message_ts"]]) == seen, members


async def test_a_conversation_that_the_bot_is_told_nothing_of_shows_nothing(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    """Not in it, no right to ask, or Slack is down. What is to be told comes to their own conversation then."""
    slack.will_answer("chat.postEphemeral", no("not_in_channel"))
    await post(client, background, case.link(), channel="C-elsewhere", is_bot_user_member=False)
    assert slack.made("chat.unfurl") == []
    assert YOURS in shown_text(slack.last("chat.postMessage")["blocks"])
    for trouble in (no("missing_scope"), Answer(status=503), no("channel_not_found")):
        slack.will_answer("conversations.info", trouble)
        await post(client, background, case.link())
    slack.will_answer("conversations.members", no("fetch_members_failed"))
    await post(client, background, case.link())
    assert slack.made("chat.unfurl") == []
    assert len(notes(slack)) == 5


async def test_each_member_is_asked_about_once_an_hour(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks, clock: FixedClock
) -> None:
    slack.channels["C-fsu"].at_once = 2
    for _time in range(2):
        await post(client, background, case.link())
    asked = [each["user"] for each in slack.made("users.info") if "include_locale" not in each]
    assert sorted(asked) == ["U-BOT", "U-member", "U-secretary"]
    assert len(slack.made("chat.unfurl")) == 2
    # A colleague may become a guest.
    clock.forward(FILE_LIFETIME)
    slack.users["U-secretary"] = {**slack.user("U-secretary"), "is_ultra_restricted": True}
    await post(client, background, case.link())
    assert len(slack.made("chat.unfurl")) == 2


async def test_whose_link_it_is_makes_no_difference_to_the_card(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    url = case.link("secretary")
    await post(client, background, url)
    await post(client, background, case.link())
    first, second = slack.cards.values()
    assert first == second
    assert ANOTHERS in notes(slack)[0]
    assert YOURS in notes(slack)[1]


async def test_links_to_files_and_calendars_are_secrets_too(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    file = case.links.file(case.world.people["member"], "innkalling", case.meeting)
    await post(client, background, file, "https://bot.example.org/kalender/abcdefghijkl/secret.ics")
    assert "FSU" in shown_text(slack.cards[str(file)]["blocks"]), "what it is about"
    assert AGREED in shown_text(slack.cards[str(file)]["blocks"])
    assert "opptil en time" in notes(slack)[0]
    assert "Kalenderadressen er hemmelig" in notes(slack)[1]
    assert "/mote kalender" in notes(slack)[1]


async def test_several_links_are_told_of_once(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    other = case.link(arguments=case.meeting)
    await post(client, background, case.link(), other, case.link(), "https://bot.example.org/side/nothing")
    assert len(slack.made("chat.unfurl")) == 1
    assert set(slack.cards) == {case.link(), other}
    assert len(notes(slack)) == 1


async def test_what_opens_nothing_is_passed_over(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks, clock: FixedClock
) -> None:
    good, old = case.link(), case.link()
    forged = Links("https://bot.example.org/", KEY + " of somebody else", clock)
    for url in (
        f"{good}x",
        str(forged.page(case.world.people["member"], Do.PAGE, case.item)),
        good.replace("bot.example.org", "bot.example.com"),
        good.replace("/side/", "/fil/"),
        "https://bot.example.org/",
        "https://bot.example.org/slack/install",
        None,
        7,
    ):
        await post(client, background, url)
    assert slack.made("chat.unfurl") == notes(slack) == []
    clock.forward(PAGE_LIFETIME)
    await post(client, background, old)
    assert old in slack.cards, "what it was about"
    assert notes(slack) == [], "it opens nothing any more"


ODD: tuple[dict[str, Any], ...] = (
    {"channel": "COMPOSER", "source": "composer"},
    {"channel": "D-1"},
    {"user": "U-BOT"},
    {"user": None},
    {"channel": None},
    {"message_ts": 1},
    {"links": []},
    {"links": None},
    {"links": ["https://bot.example.org/side/x"]},
)


async def test_nothing_is_done_about_what_nobody_else_reads_or_is_no_event(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    own = {"authorizations": [{"team_id": HOSPITAL_TEAM, "user_id": "U-BOT", "is_bot": True}]}
    for more in ODD:
        assert await client.event({**event(case.link()), **more}, **own) == (200, ""), more
        await background.drain()
        assert slack.calls == [], more


async def test_a_stranger_gets_no_card_and_no_word(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    slack.unknown.add("U-stranger")
    await post(client, background, case.link(), user="U-stranger")
    assert slack.made("chat.unfurl") == slack.made("chat.postEphemeral") == []


async def test_the_same_event_again_is_told_of_once(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    for _time in range(2):
        await client.event(event(case.link()), event_id="Ev-again")
    await background.drain()
    assert len(slack.made("chat.unfurl")) == len(notes(slack)) == 1


async def test_when_there_is_too_much_to_do_slack_tells_of_it_again(case: Case, serve: Serve, slack: Slack) -> None:
    tasks = BackgroundTasks(0)
    client = await serve(case.world.database, registry=registry, links=case.links, tasks=tasks)
    assert (await client.event(event(case.link())))[0] == 503
    assert slack.calls == []


async def test_a_card_that_slack_refuses_is_in_the_log_only(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks, caplog: pytest.LogCaptureFixture
) -> None:
    slack.will_answer("chat.unfurl", no("cannot_unfurl_url"))
    await post(client, background, case.link())
    assert "a link got no card" in caplog.text
    assert case.link() not in caplog.text
    assert len(notes(slack)) == 1


async def test_a_card_whose_blocks_slack_does_not_take_is_told_in_words(
    client: Client, case: Case, slack: Slack, background: BackgroundTasks
) -> None:
    slack.will_answer("chat.unfurl", no("invalid_blocks"), Answer())
    url = case.link()
    await post(client, background, url)
    drawn = slack.last("chat.unfurl")["unfurls"][url]
    assert drawn["title"] == f"1/2026 {AGREED}"
    assert "Utvalg: Faglig samarbeidsutvalg (FSU)" in drawn["text"]
    assert drawn["text"].endswith("Kortet viser det alle som leser her, kan se.")
    assert drawn["mrkdwn_in"] == []


async def test_a_closed_case_has_no_card(client: Client, case: Case, slack: Slack, background: BackgroundTasks) -> None:
    item = await put(case.world, "Hemmelig sak", 2, closed_under="offl. § 13")
    await post(client, background, case.link(arguments={"item": str(item)}))
    assert slack.made("chat.unfurl") == []
    assert YOURS in notes(slack)[0]
    await post(client, background, case.link(arguments=case.meeting))
    told = shown_text(slack.cards)
    assert "Unntatt offentlighet (offl. § 13)" in told
    assert "Hemmelig" not in told
