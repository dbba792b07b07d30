"""What becomes of a message: every way Slack can answer, as the worker understands it."""

from datetime import timedelta
from email.utils import format_datetime

import aiohttp
import pytest

from bot.messenger import (
    Absent,
    Attached,
    Found,
    MessageLost,
    Misconfigured,
    Rejected,
    SendError,
    TryLater,
    Uncertain,
    Unreachable,
)
from bot.slack.api import SlackApi
from bot.slack.messenger import SlackMessenger
from bot.slack.workspaces import OneWorkspace
from handlers.messages.message import Message
from handlers.people.address import Address
from tests.clock import FixedClock
from tests.everything import MESSAGE
from tests.slack.standin import TOKEN, Answer, Slack, no
from tests.world import HOSPITAL_TEAM

MEMBER = Address("slack", HOSPITAL_TEAM, "U-member", {"channel": "U-member"})
COLLEAGUE = Address("slack", HOSPITAL_TEAM, "U-colleague", {"channel": "U-colleague"})
REF = {"channel": "D-member", "ts": "1.0"}


async def test_a_message_is_sent_and_updated_in_place(messenger: SlackMessenger, slack: Slack) -> None:
    ref = await messenger.send(MEMBER, MESSAGE)
    assert ref["channel"] == "D-member"
    assert await messenger.update(MEMBER, ref, Message(title="Ny")) == ref
    assert slack.last("chat.update")["ts"] == ref["ts"]
    assert slack.last("chat.postMessage")["unfurl_links"] is False


async def test_what_has_arrived_is_known_by_its_key(messenger: SlackMessenger, slack: Slack, clock: FixedClock) -> None:
    since = clock.now()
    lost = Answer(reset=True, done=True)
    slack.will_answer("chat.postMessage", lost)
    with pytest.raises(Uncertain):
        await messenger.send(MEMBER, MESSAGE.model_copy(update={"delivery_key": "case:1"}))
    ref = await messenger.send(MEMBER, MESSAGE.model_copy(update={"delivery_key": "case:2"}))
    await messenger.send(MEMBER, MESSAGE)
    found = await messenger.sent(MEMBER, ["case:1", "case:2", "case:3"], since)
    assert found == {"case:1": {"channel": "D-member", "ts": found["case:1"]["ts"]}, "case:2": ref}
    assert await messenger.sent(COLLEAGUE, ["case:1"], since) == {}
    assert await messenger.sent(MEMBER, ["case:1"], since + timedelta(hours=1)) == {}
    # A message says which delivery it is to the bot alone, not what it is about.
    assert "case:1" not in str(slack.made("chat.postMessage"))


@pytest.mark.parametrize("refusal", [no("missing_scope"), no("invalid_auth")])
async def test_an_app_that_may_not_look_has_nothing_to_tell(
    messenger: SlackMessenger, slack: Slack, clock: FixedClock, refusal: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    await messenger.send(MEMBER, MESSAGE.model_copy(update={"delivery_key": "case:1"}))
    slack.will_answer("conversations.history", refusal)
    assert await messenger.sent(MEMBER, ["case:1"], clock.now()) == {}
    assert "does not tell what has arrived" in caplog.text


@pytest.mark.parametrize("trouble", [Answer(status=429, headers={"Retry-After": "3"}), Answer(status=500)])
async def test_whether_it_has_arrived_is_asked_later(
    messenger: SlackMessenger, slack: Slack, clock: FixedClock, trouble: Answer
) -> None:
    slack.will_answer("conversations.history", trouble)
    with pytest.raises(TryLater):
        await messenger.sent(MEMBER, ["case:1"], clock.now())


async def test_a_stand_in_that_says_no_more_than_ok(messenger: SlackMessenger, slack: Slack) -> None:
    slack.will_answer("chat.postMessage", Answer())
    assert await messenger.send(MEMBER, MESSAGE) == {"channel": "U-member", "ts": ""}


SENDING: list[tuple[Answer, type[SendError]]] = [
    (Answer(status=429), TryLater),
    (no("ratelimited"), TryLater),
    (Answer(status=500), Uncertain),
    (Answer("<html>", status=502), Uncertain),
    (Answer("<html>", status=503), Uncertain),
    (Answer("<html>", status=200), Uncertain),
    (Answer({"hello": 1}), Uncertain),
    (Answer(reset=True), Uncertain),
    (no("internal_error"), Uncertain),
    (no("not_in_channel"), Unreachable),
    (no("channel_not_found"), Unreachable),
    (no("user_not_found"), Unreachable),
    (no("is_archived"), Unreachable),
    (no("account_inactive"), Unreachable),
    (no("token_revoked"), Misconfigured),
    (no("invalid_auth"), Misconfigured),
    (no("missing_scope"), Misconfigured),
    *((no(code), Rejected) for code in ("msg_too_long", "invalid_arguments", "user_is_restricted")),
    *((no(code), Rejected) for code in ("restricted_action", "restricted_action_read_only_channel")),
    (Answer(status=413), Rejected),
    (Answer(status=400), Rejected),
    (no("something_new"), SendError),
    (Answer(status=404), SendError),
]


@pytest.mark.parametrize(("answer", "error"), SENDING)
async def test_what_may_become_of_a_message(
    messenger: SlackMessenger, slack: Slack, answer: Answer, error: type[SendError]
) -> None:
    slack.will_answer("chat.postMessage", answer)
    with pytest.raises(SendError) as raised:
        await messenger.send(MEMBER, MESSAGE)
    assert isinstance(raised.value, error)
    assert isinstance(raised.value, Rejected) == (error is Rejected)
    assert len(slack.made("chat.postMessage")) == 1
    assert MESSAGE.title not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=429), TryLater),
        (Answer(status=500), TryLater),
        (Answer(status=503, headers={"Retry-After": "7"}), TryLater),
        (Answer(reset=True), TryLater),
        (no("message_not_found"), MessageLost),
        (no("cant_update_message"), MessageLost),
        (no("edit_window_closed"), MessageLost),
        (no("token_revoked"), Misconfigured),
        (no("channel_not_found"), Unreachable),
        (no("account_inactive"), Unreachable),
    ],
)
async def test_what_may_become_of_an_update(
    messenger: SlackMessenger, slack: Slack, answer: Answer, error: type[SendError]
) -> None:
    slack.will_answer("chat.update", answer)
    with pytest.raises(error):
        await messenger.update(MEMBER, REF, MESSAGE)


@pytest.mark.parametrize(
    ("of_the_bot", "error"),
    [(no("account_inactive"), Misconfigured), (no("invalid_auth"), Misconfigured), (Answer(status=500), TryLater)],
)
async def test_whose_account_is_closed(
    messenger: SlackMessenger, slack: Slack, of_the_bot: Answer, error: type[SendError]
) -> None:
    slack.will_answer("chat.postMessage", no("account_inactive"))
    slack.will_answer("auth.test", of_the_bot)
    with pytest.raises(error):
        await messenger.send(MEMBER, MESSAGE)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), ("0.5", 0.5), (None, None), ("soon", None), ("nan", None), ("inf", None), ("-3", 0.0), ("", None)],
)
async def test_how_long_to_wait(
    messenger: SlackMessenger, slack: Slack, header: str | None, seconds: float | None
) -> None:
    slack.will_answer("chat.postMessage", Answer(status=429, headers={} if header is None else {"Retry-After": header}))
    with pytest.raises(TryLater) as raised:
        await messenger.send(MEMBER, MESSAGE)
    assert raised.value.seconds == seconds


@pytest.mark.parametrize("late", [90, -90])
async def test_a_date_to_wait_for(messenger: SlackMessenger, slack: Slack, clock: FixedClock, late: int) -> None:
    date = format_datetime(clock.now() + timedelta(seconds=late), usegmt=True)
    slack.will_answer("chat.postMessage", Answer(status=429, headers={"Retry-After": date}))
    with pytest.raises(TryLater) as raised:
        await messenger.send(MEMBER, MESSAGE)
    assert raised.value.seconds == max(0, late)


async def test_nobody_at_the_other_end(http: aiohttp.ClientSession, clock: FixedClock) -> None:
    for url in ("http://127.0.0.1:1/api/", "http://nobody.invalid/api/"):
        with pytest.raises(TryLater):
            await SlackMessenger(OneWorkspace.by_token(http, url=url, token=TOKEN, clock=clock)).send(MEMBER, MESSAGE)


@pytest.mark.parametrize(("repeatable", "error"), [(False, Uncertain), (True, TryLater)])
async def test_an_answer_that_does_not_come(
    api: SlackApi, slack: Slack, repeatable: bool, error: type[SendError]
) -> None:
    slack.will_answer("chat.postMessage", Answer(hang=True))
    with pytest.raises(error):
        await api.call("chat.postMessage", {"channel": "C-1"}, repeatable=repeatable, seconds=0.05)


async def test_a_file(messenger: SlackMessenger, slack: Slack) -> None:
    ref = await messenger.send_file(MEMBER, Attached("saker.csv", "text/csv", b"a;b\n", "Her <er> den"))
    assert ref == {"channel": "D-member", "file": "F-1"}
    assert slack.last("files.getUploadURLExternal") == {"filename": "saker.csv", "length": "4"}
    assert slack.last("upload") == {"content": b"a;b\n"}
    done = slack.last("files.completeUploadExternal")
    assert done["initial_comment"] == "Her &lt;er&gt; den"
    assert done["channel_id"] == "D-member"


async def test_a_picture_has_its_text_alternative(messenger: SlackMessenger, slack: Slack) -> None:
    picture = Attached("tall.png", "image/png", b"picture", "Meldt per måned", "Mars: 3\n" * 500)
    await messenger.send_file(MEMBER, picture)
    alternative = slack.last("files.getUploadURLExternal")["alt_txt"]
    assert alternative.startswith("Mars: 3")
    assert len(alternative) == 1000


@pytest.mark.parametrize(
    ("method", "answer", "error"),
    [
        ("conversations.open", Answer(reset=True), TryLater),
        ("conversations.open", no("user_not_found"), Unreachable),
        ("files.getUploadURLExternal", Answer(status=500), TryLater),
        ("upload", Answer(status=500), TryLater),
        ("files.completeUploadExternal", Answer(status=500), Uncertain),
        ("files.completeUploadExternal", no("missing_scope"), Misconfigured),
    ],
)
async def test_what_may_become_of_a_file(
    messenger: SlackMessenger, slack: Slack, method: str, answer: Answer, error: type[SendError]
) -> None:
    slack.will_answer(method, answer)
    with pytest.raises(error):
        await messenger.send_file(MEMBER, Attached("saker.csv", "text/csv", b"", ""))


async def test_somebody_is_found_by_address(messenger: SlackMessenger, slack: Slack) -> None:
    found = await messenger.find([HOSPITAL_TEAM], "member@example.org", 1)
    assert found == Found(MEMBER)
    await messenger.find([HOSPITAL_TEAM], "member@example.org", 1)
    assert len(slack.made("auth.test")) == 1


async def test_nobody_is_found_in_another_workspace_or_without_an_address(
    messenger: SlackMessenger, slack: Slack
) -> None:
    assert await messenger.find(["T-OTHER"], "member@example.org", 1) is None
    assert await messenger.find([HOSPITAL_TEAM], None, 1) is None
    assert slack.made("users.lookupByEmail") == []
    slack.will_answer("users.lookupByEmail", no("users_not_found"))
    with pytest.raises(Absent):
        await messenger.find([HOSPITAL_TEAM], "nobody@example.org", 1)


@pytest.mark.parametrize("who", [{"deleted": True}, {"is_bot": True}, {"team_id": "T2"}, {"is_email_confirmed": False}])
async def test_who_is_not_found(messenger: SlackMessenger, slack: Slack, who: dict[str, object]) -> None:
    slack.users["U-member"] = {**slack.user("U-member"), **who}
    with pytest.raises(Absent):
        await messenger.find([HOSPITAL_TEAM], "member@example.org", 1)


async def test_looking_somebody_up_may_fail(messenger: SlackMessenger, slack: Slack) -> None:
    slack.will_answer("auth.test", no("invalid_auth"))
    with pytest.raises(Misconfigured):
        await messenger.find([HOSPITAL_TEAM], "member@example.org", 1)
    slack.will_answer("users.lookupByEmail", Answer(status=500))
    with pytest.raises(TryLater):
        await messenger.find([HOSPITAL_TEAM], "member@example.org", 1)
