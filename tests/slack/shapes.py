"""Requests in the shapes in which Slack sends them, written by hand after recorded ones: ids and names are made up.

`RESPONSE_URL` stands where the stand-in's own address belongs.
"""

from dataclasses import dataclass
from typing import Any, Literal

from tests.world import HOSPITAL_TEAM

Json = dict[str, Any]
RESPONSE_URL = "{response_url}"
APP = {"token": "x", "team_id": HOSPITAL_TEAM, "api_app_id": "A0EXAMPLE"}
BOT = {"enterprise_id": None, "team_id": HOSPITAL_TEAM, "user_id": "U-BOT", "is_bot": True}


@dataclass(frozen=True)
class Shape:
    """`json`: an event or the like; `form`: a slash command; `payload`: an interaction, which is JSON in a form."""

    kind: Literal["json", "form", "payload"]
    body: Json
    signed: bool = True


def _event(event: Json, event_id: str) -> Shape:
    whole = {
        **APP,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1_788_249_600,
        "authorizations": [BOT],
        "is_ext_shared_channel": False,
        "event_context": "4-example",
        "event": event,
    }
    return Shape("json", whole)


def _direct(text: str | None, **more: Any) -> Json:
    """A message in somebody's conversation with the bot."""
    event = {
        "type": "message",
        "user": "U-member",
        "ts": "1788249600.000100",
        "client_msg_id": "5f0a7a3e-0000-4000-8000-000000000001",
        "text": text,
        "team": HOSPITAL_TEAM,
        "channel": "D-member",
        "event_ts": "1788249600.000100",
        "channel_type": "im",
        **more,
    }
    return {name: value for name, value in event.items() if value is not None}


def _mention(text: str, **more: Any) -> Json:
    """A message in a channel that names the bot."""
    return {
        "type": "app_mention",
        "user": "U-member",
        "ts": "1788249600.000200",
        "text": text,
        "team": HOSPITAL_TEAM,
        "channel": "C-avdeling",
        "event_ts": "1788249600.000200",
        **more,
    }


FILE = {
    "id": "F0EXAMPLE",
    "created": 1_788_249_599,
    "name": "bilde.png",
    "title": "bilde.png",
    "mimetype": "image/png",
    "filetype": "png",
    "user": "U-member",
    "size": 48_211,
    "mode": "hosted",
    "is_external": False,
    "url_private": "https://files.example.org/bilde.png",
    "file_access": "visible",
}
VOICE = {**FILE, "id": "F0VOICE", "name": "audio_message.m4a", "subtype": "slack_audio", "mimetype": "audio/mp4"}
PASSED_ON = {
    "ts": "1788249000.000100",
    "channel_id": "C-avdeling",
    "author_id": "U-another",
    "author_name": "Eksempel Kollega",
    "is_msg_unfurl": True,
    "is_share": True,
    "footer": "Posted in #avdeling",
    "text": "Epikrisen kom ikke fram",
    "fallback": "[1. september 2026 09:50] eksempel.kollega: Epikrisen kom ikke fram",
    "mrkdwn_in": ["text"],
}


def _interaction(kind: str, **more: Any) -> Shape:
    person = {"id": "U-clinician", "username": "u-clinician", "name": "u-clinician", "team_id": HOSPITAL_TEAM}
    return Shape(
        "payload",
        {
            **APP,
            "type": kind,
            "team": {"id": HOSPITAL_TEAM, "domain": "eksempel"},
            "user": person,
            "enterprise": None,
            "is_enterprise_install": False,
            "action_ts": "1788249600.000300",
            **more,
        },
    )


def _on_message(**message: Any) -> Shape:
    """«Meld som avvik» in the menu of somebody's message."""
    whole = {"type": "message", "user": "U-another", "ts": "1788249000.000100", "team": HOSPITAL_TEAM, **message}
    return _interaction(
        "message_action",
        callback_id="avvik",
        trigger_id="8.1.x",
        response_url=RESPONSE_URL,
        message_ts=whole["ts"],
        channel={"id": "C-avdeling", "name": "avdeling"},
        message=whole,
    )


def _press(action: Json, **more: Any) -> Shape:
    return _interaction(
        "block_actions",
        trigger_id="8.2.x",
        response_url=RESPONSE_URL,
        container={"type": "message", "message_ts": "1.0", "channel_id": "D-clinician", "is_ephemeral": False},
        channel={"id": "D-clinician", "name": "directmessage"},
        actions=[{"block_id": "b", "action_ts": "1788249600.000300", **action}],
        **{"message": {"type": "message", "user": "U-BOT", "bot_id": "B0EXAMPLE", "ts": "1.0", "text": "x"}, **more},
    )


GONE_VIEW = {
    "id": "V0EXAMPLE",
    "team_id": HOSPITAL_TEAM,
    "type": "modal",
    "callback_id": "form",
    "private_metadata": "avvik.meld.what.gone",
    "hash": "1788249600.x",
    "title": {"type": "plain_text", "text": "Meld avvik", "emoji": False},
    "submit": {"type": "plain_text", "text": "Neste", "emoji": False},
    "close": {"type": "plain_text", "text": "Lukk", "emoji": False},
    "blocks": [
        {
            "type": "input",
            "block_id": "unit",
            "label": {"type": "plain_text", "text": "Enhet", "emoji": False},
            "element": {"type": "external_select", "action_id": "search", "min_query_length": 0},
        }
    ],
    "state": {"values": {"unit": {"search": {"type": "external_select", "selected_option": None}}}},
}
SECTION = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "Epikrisen kom ikke fram"}}
RICH = {
    "type": "rich_text",
    "block_id": "r",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "Epikrisen kom ikke fram"}]},
    ],
}
LEGACY_DIALOG = {"callback_id": "gammelt", "channel": {"id": "C-avdeling", "name": "avdeling"}, "state": "x"}


SHAPES: dict[str, Shape] = {
    # --- lines, alone with the bot ---
    "a line": _event(_direct("sak Felles opplæring"), "Ev-line"),
    "a line with a file": _event(
        _direct("sak Felles opplæring", subtype="file_share", files=[FILE], upload=False, display_as_bot=False),
        "Ev-file",
    ),
    "a file alone": _event(_direct("", subtype="file_share", files=[FILE, {**FILE, "id": "F2"}]), "Ev-files"),
    "a voice clip": _event(_direct("", subtype="file_share", files=[VOICE]), "Ev-voice"),
    "a line with /me": _event(_direct("mote", subtype="me_message"), "Ev-me"),
    "a line in a thread": _event(_direct("mote", thread_ts="1788240000.000100", parent_user_id="U-BOT"), "Ev-thread"),
    "a line in a thread, shown outside it too": _event(
        _direct(
            "mote",
            subtype="thread_broadcast",
            thread_ts="1788240000.000100",
            root={"type": "message", "user": "U-BOT", "bot_id": "B0EXAMPLE", "ts": "1788240000.000100", "text": "x"},
        ),
        "Ev-broadcast",
    ),
    "the first line of a thread": _event(_direct("mote", thread_ts="1788249600.000100"), "Ev-parent"),
    "a line without a kind of channel": _event(_direct("mote", channel_type=None), "Ev-nokind"),
    "a line in the messages tab": _event(_direct("mote", channel_type="app_home"), "Ev-apphome"),
    "nothing but blanks": _event(_direct(" \n "), "Ev-blank"),
    "a message passed on to the bot": _event(_direct("", attachments=[PASSED_ON]), "Ev-passed"),
    "a line with people and signs": _event(
        _direct("sak Opplæring :warning: ved <@U-clinician> for <!subteam^S0EXAMPLE> &amp; <@U-unknown>"), "Ev-codes"
    ),
    # --- what nobody said to the bot ---
    "a line that was changed": _event(
        _direct(
            None,
            user=None,
            subtype="message_changed",
            hidden=True,
            message={"type": "message", "user": "U-member", "text": "sak Ny", "edited": {"user": "U-member"}},
            previous_message={"type": "message", "user": "U-member", "text": "sak Gammel"},
        ),
        "Ev-changed",
    ),
    "a line that was deleted": _event(
        _direct(None, user=None, subtype="message_deleted", hidden=True, deleted_ts="1788249000.000100"), "Ev-deleted"
    ),
    "what the bot said": _event(_direct("Hei", user="U-BOT", bot_id="B0EXAMPLE", app_id="A0EXAMPLE"), "Ev-bot"),
    "what an old kind of program said": _event(
        _direct("Hei", user=None, subtype="bot_message", bot_id="B0OTHER"), "Ev-oldbot"
    ),
    "somebody came into the channel": _event(
        _direct(
            "<@U-member> has joined the channel", subtype="channel_join", channel="C-avdeling", channel_type="channel"
        ),
        "Ev-join",
    ),
    "a message in a channel": _event(
        _direct("sak Til andre", channel="C-avdeling", channel_type="channel"), "Ev-channel"
    ),
    "a message in a group": _event(_direct("sak Til andre", channel="G-gruppe", channel_type="mpim"), "Ev-mpim"),
    "a kind of message that is new": _event(_direct("?", subtype="huddle_thread"), "Ev-huddle"),
    # --- mentions ---
    "a mention": _event(_mention("<@U-BOT> mote"), "Ev-mention"),
    "a bare mention": _event(_mention("<@U-BOT>"), "Ev-bare"),
    "a mention with a file": _event(_mention("<@U-BOT> mote", files=[FILE], upload=False), "Ev-mentionfile"),
    "a mention in a thread": _event(_mention("<@U-BOT> mote", thread_ts="1788240000.000200"), "Ev-mentionthread"),
    "a form asked for in a thread": _event(
        _mention("<@U-BOT> sak Felles opplæring", thread_ts="1788240000.000200"), "Ev-formthread"
    ),
    "a mention after the words": _event(_mention("mote <@U-BOT>"), "Ev-mentionlast"),
    "a mention by a program": _event(_mention("<@U-BOT> mote", bot_id="B0OTHER"), "Ev-mentionbot"),
    # --- other events ---
    "the home tab was opened": _event(
        {"type": "app_home_opened", "user": "U-member", "channel": "D-member", "tab": "home", "event_ts": "1.0"},
        "Ev-home",
    ),
    "a link was shared": _event(
        {
            "type": "link_shared",
            "channel": "C-avdeling",
            "user": "U-member",
            "message_ts": "1.0",
            "links": [{"url": "https://example.org", "domain": "example.org"}],
        },
        "Ev-link",
    ),
    "a step of a workflow": _event(
        {"type": "function_executed", "function": {"id": "Fn0"}, "inputs": {}, "function_execution_id": "Fx0"}, "Ev-fn"
    ),
    "the app was taken away": _event({"type": "app_uninstalled"}, "Ev-gone"),
    "the tokens were taken away": _event({"type": "tokens_revoked", "tokens": {"bot": ["U-BOT"]}}, "Ev-tokens"),
    "too many events": Shape("json", {**APP, "type": "app_rate_limited", "minute_rate_limited": 1_788_249_600}),
    "the address is checked": Shape("json", {"type": "url_verification", "token": "x", "challenge": "prøve"}),
    "a kind of request that is new": Shape("json", {**APP, "type": "something_new"}),
    # --- the certificate ---
    "the certificate is looked at": Shape("form", {"ssl_check": "1", "token": "x"}),
    "the certificate is looked at, unsigned": Shape("form", {"ssl_check": "1", "token": "x"}, signed=False),
    # --- commands ---
    "a slash command": Shape(
        "form",
        {
            **APP,
            "team_domain": "eksempel",
            "channel_id": "C-avdeling",
            "channel_name": "avdeling",
            "user_id": "U-member",
            "user_name": "u-member",
            "command": "/mote",
            "text": "",
            "is_enterprise_install": "false",
            "response_url": RESPONSE_URL,
            "trigger_id": "8.3.x",
        },
    ),
    "a slash command with people and signs": Shape(
        "form",
        {
            **APP,
            "channel_id": "C-avdeling",
            "user_id": "U-member",
            "command": "/sak",
            "text": "Opplæring :warning: ved <@U-clinician|u-clinician> &amp; <!subteam^S0EXAMPLE|@vaktlaget>",
            "response_url": RESPONSE_URL,
            "trigger_id": "8.4.x",
        },
    ),
    # --- «Meld som avvik» ---
    "a shortcut on a message": _on_message(text="Epikrisen kom ikke fram", blocks=[RICH]),
    "a shortcut on a message with a file": _on_message(text="Epikrisen kom ikke fram", files=[FILE]),
    "a shortcut on a message that is passed on": _on_message(text="", attachments=[PASSED_ON]),
    "a shortcut on a message of sections": _on_message(text="", blocks=[SECTION], bot_id="B0OTHER"),
    "a shortcut on a message of rich text": _on_message(text="", blocks=[RICH]),
    "a shortcut on attachments": _on_message(
        text="", bot_id="B0OTHER", attachments=[{"id": 1, "color": "ff0000", "fallback": "Epikrisen kom ikke fram"}]
    ),
    "a shortcut on a picture": _on_message(text="", files=[FILE]),
    "a shortcut that is no more": _interaction(
        "message_action",
        callback_id="gammel",
        trigger_id="8.5.x",
        response_url=RESPONSE_URL,
        message={"type": "message", "ts": "1.0", "text": "x"},
        channel={"id": "C-avdeling"},
    ),
    "a shortcut on a message in a thread": _interaction(
        "message_action",
        callback_id="gammel",
        trigger_id="8.6.x",
        response_url=RESPONSE_URL,
        message={"type": "message", "ts": "1788249000.000100", "thread_ts": "1788240000.000100", "text": "x"},
        channel={"id": "C-avdeling"},
    ),
    "a shortcut from anywhere": _interaction("shortcut", callback_id="sak.ny", trigger_id="8.8.x"),
    "a shortcut from anywhere on a Grid": _interaction(
        "shortcut",
        callback_id="avvik.nytt",
        trigger_id="8.9.x",
        team=None,
        enterprise={"id": "E0EXAMPLE", "name": "eksempel"},
        is_enterprise_install=True,
    ),
    "a shortcut without a message": _interaction("shortcut", callback_id="gammel", trigger_id="8.7.x"),
    # --- presses ---
    "a button that is no more": _press({"type": "button", "action_id": "act:gammel:0", "value": "{}"}),
    "a button of another program": _press({"type": "button", "action_id": "noe", "value": "1"}),
    "a list in a message": _press({"type": "static_select", "action_id": "noe", "selected_option": {"value": "1"}}),
    "a button in a thread": _press(
        {"type": "button", "action_id": "act:gammel:0", "value": "{}"},
        message={"type": "message", "bot_id": "B0EXAMPLE", "ts": "2.0", "thread_ts": "1788240000.000100", "text": "x"},
    ),
    "a button of an old kind": _interaction(
        "interactive_message",
        callback_id="gammel",
        actions=[{"name": "noe", "type": "button", "value": "1"}],
        response_url=RESPONSE_URL,
        message_ts="1.0",
        attachment_id="1",
        channel={"id": "C-avdeling"},
    ),
    "a form that is gone": _interaction("view_submission", trigger_id="8.8.x", view=GONE_VIEW, response_urls=[]),
    "a form of another program": _interaction(
        "view_submission", trigger_id="8.9.x", view={**GONE_VIEW, "callback_id": "noe", "private_metadata": ""}
    ),
    "a form of another program was closed": _interaction(
        "view_closed", view={**GONE_VIEW, "callback_id": "noe"}, is_cleared=False
    ),
    "a button of a form that is gone": _interaction(
        "block_actions",
        trigger_id="8.10.x",
        view=GONE_VIEW,
        container={"type": "view", "view_id": "V0EXAMPLE"},
        actions=[{"type": "button", "action_id": "form:back", "value": "back"}],
    ),
    "a search in a form that is gone": _interaction(
        "block_suggestion",
        view=GONE_VIEW,
        action_id="search",
        block_id="unit",
        value="Hjem",
        container={"type": "view"},
    ),
    "a search in a message": _interaction(
        "block_suggestion", action_id="search", block_id="unit", value="x", container={"type": "message"}
    ),
    "a dialog of an old kind searches": _interaction("dialog_suggestion", name="felt", value="x", **LEGACY_DIALOG),
    "a dialog of an old kind is handed in": _interaction(
        "dialog_submission", submission={"felt": "tekst"}, response_url=RESPONSE_URL, **LEGACY_DIALOG
    ),
    "a dialog of an old kind is closed": _interaction(
        "dialog_cancellation", response_url=RESPONSE_URL, **LEGACY_DIALOG
    ),
    "a step of a workflow is set up": _interaction(
        "workflow_step_edit",
        callback_id="steg",
        trigger_id="8.11.x",
        workflow_step={"workflow_id": "W0", "step_id": "S0"},
    ),
}
