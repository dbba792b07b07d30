"""Pictures in messages: Slack fetches them, and refuses a whole message for one that it cannot fetch."""

import pytest

from bot.background import BackgroundTasks
from bot.messenger import SendError
from bot.slack.blocks import fallback, message_blocks
from bot.slack.messenger import SlackMessenger
from bot.slack.views import final_view
from handlers.messages.message import Image, Message, Section
from handlers.people.address import Address
from tests.everything import MESSAGE, PICTURE
from tests.slack.conftest import Serve
from tests.slack.limits import broken_by_message, broken_by_view, shown_text
from tests.slack.standin import Answer, Client, Json, Slack, no
from tests.world import HOSPITAL_TEAM, World

MEMBER = Address("slack", HOSPITAL_TEAM, "U-member", {"channel": "U-member"})
REFUSALS = [
    Answer({"ok": False, "error": "invalid_blocks"}),
    Answer({"ok": False, "error": "invalid_blocks"}, status=400),
    Answer("invalid_blocks", status=400),
]


@pytest.fixture
async def client(small_world: World, serve: Serve) -> Client:
    return await serve(small_world.database)


def pictures(blocks: list[Json]) -> list[Json]:
    return [block for block in blocks if block["type"] == "image"]


def drawn(message: Message) -> list[Json]:
    blocks = message_blocks(message)
    assert broken_by_message(blocks, fallback(message)) == []
    return blocks


def test_a_picture_has_its_text_alternative() -> None:
    assert pictures(drawn(MESSAGE)) == [{"type": "image", "image_url": PICTURE.url, "alt_text": PICTURE.alt}]
    kinds = [block["type"] for block in drawn(MESSAGE)]
    assert kinds.index("image") < kinds.index("actions")


def test_without_an_address_the_picture_is_told_in_words() -> None:
    message = Message(title="Tall", sections=(Section(image=Image(url=None, alt="Mars: 3\nApril: 5")),))
    assert pictures(drawn(message)) == []
    assert "Mars: 3\nApril: 5" in shown_text(drawn(message)).replace("\n\n\n", "\n")


def test_the_longest_picture_still_fits() -> None:
    whole = Image(url="https://bot.example.org/fil/" + "x" * 2900, alt="Å" * 5000)
    blocks = drawn(Message(title="Tall", text="x" * 9000, image=whole, sections=(Section(image=whole),) * 9))
    assert len(pictures(blocks)[0]["alt_text"]) == 2000
    too_long = Image(url="https://bot.example.org/fil/" + "x" * 3000, alt="Søyler")
    assert "Søyler" in shown_text(drawn(Message(title="Tall", image=too_long)))


def test_a_window_has_no_picture_to_be_refused_for() -> None:
    view = final_view(MESSAGE, "Tall")
    assert broken_by_view(view) == []
    assert PICTURE.alt in shown_text(view)


@pytest.mark.parametrize("url", ["/fil/tegn", "fil/tegn", "javascript:alert(1)/a/b", "https://bot.example.org/"])
def test_only_a_signed_link_is_an_address(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        Image(url=url, alt="Søyler")
    with pytest.raises(ValueError, match="alt"):
        Image(url=None, alt="")


async def test_a_picture_that_slack_cannot_fetch_does_not_stop_the_message(
    messenger: SlackMessenger, slack: Slack
) -> None:
    slack.will_answer("chat.postMessage", no("invalid_blocks"))
    ref = await messenger.send(MEMBER, MESSAGE)
    first, second = slack.made("chat.postMessage")
    assert pictures(first["blocks"])
    assert pictures(second["blocks"]) == []
    assert PICTURE.alt in shown_text(second["blocks"])
    slack.will_answer("chat.update", no("invalid_blocks"))
    assert await messenger.update(MEMBER, ref, MESSAGE) == ref
    assert pictures(slack.last("chat.update")["blocks"]) == []


async def test_a_message_that_is_refused_for_something_else_is_not_sent_again(
    messenger: SlackMessenger, slack: Slack
) -> None:
    for message, answer in ((Message(title="x"), no("invalid_blocks")), (MESSAGE, no("something_new"))):
        slack.will_answer("chat.postMessage", answer)
        with pytest.raises(SendError):
            await messenger.send(MEMBER, message)
    assert len(slack.made("chat.postMessage")) == 2


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_an_answer_to_a_command_comes_without_its_picture(
    client: Client, slack: Slack, background: BackgroundTasks, refusal: Answer
) -> None:
    slack.will_answer("response_url", refusal)
    await client.command("/vis")
    await background.drain()
    first, second = slack.made("response_url")
    assert pictures(first["blocks"])
    assert pictures(second["blocks"]) == []
    assert second["response_type"] == "ephemeral"
    assert PICTURE.alt in shown_text(second["blocks"])
    assert slack.made("chat.postMessage") == []


async def test_an_answer_in_a_channel_comes_without_its_picture(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    slack.will_answer("chat.postEphemeral", no("invalid_blocks"))
    await client.event({"type": "app_mention", "user": "U-member", "channel": "C-1", "text": "<@U-BOT> vis"})
    await background.drain()
    assert pictures(slack.last("chat.postEphemeral")["blocks"]) == []
    assert slack.made("chat.postMessage") == []
