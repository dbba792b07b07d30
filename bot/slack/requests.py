"""Requests from Slack: whether they are Slack's, what they hold, and who they are from.

The signature is checked over the bytes that came, before anything is read out of them
(Slack: «Verifying requests from Slack»; platforms.md, «Slack: what Bolt leaves to the app»).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from yarl import URL

SIGNATURE_SECONDS = 300
BODY_LIMIT = 1024 * 1024
"""Bytes. The largest real request is a form of 250 KB, form-encoded."""

Payload = dict[str, Any]


class NotFromSlack(Exception):
    """The signature is missing, wrong or too old: 401."""


class Malformed(Exception):
    """Signed, but not a request as Slack makes them: 400."""


class Signature:
    """Checks that a request was signed with this app's secret, and not long ago."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises `NotFromSlack`."""
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        given = headers.get("X-Slack-Signature", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
            raise NotFromSlack("no time")
        if abs(now.timestamp() - int(timestamp)) > SIGNATURE_SECONDS:
            raise NotFromSlack("too old")
        right = _digest(self._secret, timestamp, body)
        if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
            raise NotFromSlack("another signature")


def signed(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The headers by which a request says that it is Slack's."""
    timestamp = str(int(now.timestamp()))
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": _digest(secret.encode(), timestamp, body),
    }


def _digest(secret: bytes, timestamp: str, body: bytes) -> str:
    return "v0=" + hmac.digest(secret, b"v0:%b:%b" % (timestamp.encode(), body), "sha256").hex()


def request_key(payload: Payload, body: bytes) -> str:
    """The same for the same request delivered again: an event keeps its id, and not always its bytes."""
    event_id = payload.get("event_id")
    if payload.get("type") == "event_callback" and isinstance(event_id, str) and event_id:
        return f"slack:event:{hashlib.sha256(event_id.encode()).hexdigest()}"
    return "slack:" + hashlib.sha256(body).hexdigest()


_SSL_CHECK_BYTES = 1000
_MOST_FIELDS = 100


def is_ssl_check(content_type: str, body: bytes) -> bool:
    """Whether somebody looks if the address answers with a certificate that is believed. Slack does so now and then
    for slash commands, and does not sign it (Slack: «Implementing slash commands»). There is nothing to be done."""
    if content_type != "application/x-www-form-urlencoded" or len(body) > _SSL_CHECK_BYTES or b"ssl_check" not in body:
        return False
    return dict(parse_qsl(body.decode("ascii", "replace"))).get("ssl_check") == "1"


def parse(content_type: str, body: bytes) -> Payload:
    """What a signed request holds: an event, a slash command or an interaction.

    Raises:
        Malformed: it is none of them.
    """
    try:
        text = body.decode()
        if content_type == "application/json":
            return _event(_object(text))
        if content_type == "application/x-www-form-urlencoded":
            form = _form(text)
            return _interaction(_object(form["payload"])) if "payload" in form else _command(form)
    except (ValueError, RecursionError) as error:
        # The text of the error would quote the request.
        raise Malformed(type(error).__name__) from None
    raise Malformed("another content type")


def _form(text: str) -> dict[str, str]:
    """The fields of a form. A modal has thousands of characters that are written as three: `urllib` reads them one by
    one, which takes ten times as long."""
    fields = text.split("&", _MOST_FIELDS)
    if len(fields) > _MOST_FIELDS or not all("=" in field for field in fields):
        raise ValueError
    return dict(URL.build(query_string=text, encoded=True).query)


def enveloped(envelope: Payload) -> Payload:
    """What an envelope on a socket holds (Slack: «Using Socket Mode»): the same as what comes over HTTP, parsed.

    Raises:
        Malformed: it is none of them.
    """
    payload = envelope.get("payload")
    if not isinstance(payload, dict):
        raise Malformed("no JSON object")
    match envelope.get("type"):
        case "events_api":
            return _event(payload)
        case "slash_commands":
            return _command(payload)
        case "interactive":
            return _interaction(payload)
        case _other:
            raise Malformed("another kind of envelope")


def _object(text: str) -> Payload:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise Malformed("no JSON object")
    return found


def _event(payload: Payload) -> Payload:
    if payload.get("type") == "event_callback":
        _demand(isinstance(payload.get("event"), dict) and _is_text(payload["event"], "type"))
    else:
        _demand(_is_text(payload, "type"))
    return payload


def _command(form: dict[str, str]) -> Payload:
    _demand(_is_text(form, "command", "team_id", "user_id"))
    return form


def _interaction(payload: Payload) -> Payload:
    _demand(_is_text(payload, "type") and isinstance(payload.get("user"), dict) and _is_text(payload["user"], "id"))
    _demand(bool(_workspaces(payload)))
    match payload["type"]:
        case "block_actions":
            actions: Any = payload.get("actions")
            _demand(isinstance(actions, list) and bool(actions) and isinstance(actions[0], dict))
            _demand(_is_text(actions[0], "action_id") and isinstance(payload.get("view") or {}, dict))
        case "message_action":
            _demand(_is_text(payload, "callback_id") and isinstance(payload.get("message"), dict))
        case "shortcut":
            _demand(_is_text(payload, "callback_id"))
        case "view_submission" | "view_closed":
            _demand(isinstance(payload.get("view"), dict))
        case "block_suggestion":
            _demand(isinstance(payload.get("view") or {}, dict))
        case _other:
            pass
    return payload


def _demand(fulfilled: bool) -> None:
    if not fulfilled:
        raise Malformed("something is missing")


def _is_text(holder: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(holder.get(name), str) and holder[name] for name in names)


def _text_at(payload: Mapping[str, Any], *path: str) -> str:
    found: Any = payload
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _workspaces(payload: Payload) -> tuple[str, ...]:
    """The ids that a request gives for where the person speaks from, the person's own first, at most four.

    On Enterprise Grid the person's workspace, the app's, and the Grid's own id (`E…`) differ within one organisation,
    and which of them come with a request varies with its kind. For somebody of another organisation (Slack Connect)
    the first is theirs, and the others are the app's.
    """
    event = payload.get("event") if payload.get("type") == "event_callback" else None
    if isinstance(event, dict):
        found = [_text_at(event, "user_team"), _text_at(event, "team"), _text_at(payload, "team_id")]
        found.append(_text_at(payload, "enterprise_id"))
    elif "command" in payload:
        found = [_text_at(payload, "team_id"), _text_at(payload, "enterprise_id")]
    else:
        found = [
            _text_at(payload, "user", "team_id"),
            _text_at(payload, "team", "id"),
            _text_at(payload, "enterprise", "id") or _text_at(payload, "team", "enterprise_id"),
        ]
    return tuple(dict.fromkeys(filter(None, found)))


def speaker(payload: Payload) -> tuple[tuple[str, ...], str]:
    """(ids of the workspace, user id) of the person that a parsed request is from."""
    workspaces = _workspaces(payload) or ("",)
    if "command" in payload:
        return workspaces, payload["user_id"]
    if payload["type"] == "event_callback":
        return workspaces, payload["event"]["user"]
    return workspaces, payload["user"]["id"]


def installation(payload: Payload) -> tuple[str, ...]:
    """The ids of the workspace, and of the Enterprise Grid around it, whose app was spoken to, the likeliest first.

    They are another's than the person's own where somebody of another organisation speaks (Slack Connect). An app that
    is installed for a whole Grid has no `team` in an interaction (Slack: «Developing for Enterprise orgs»); a modal
    says whose it is (`app_installed_team_id`).
    """
    if payload.get("type") == "event_callback":
        given = payload.get("authorizations")
        first = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
        found = [_text_at(first, "team_id"), _text_at(payload, "team_id"), _text_at(first, "enterprise_id")]
        found.append(_text_at(payload, "enterprise_id"))
    elif "command" in payload:
        found = [_text_at(payload, "team_id"), _text_at(payload, "enterprise_id")]
    else:
        found = [
            _text_at(payload, "view", "app_installed_team_id"),
            _text_at(payload, "team", "id"),
            _text_at(payload, "enterprise", "id") or _text_at(payload, "team", "enterprise_id"),
            _text_at(payload, "user", "team_id"),
        ]
    return tuple(dict.fromkeys(filter(None, found)))


def taken_out_of(payload: Payload) -> tuple[str, ...]:
    """The id of the workspace, or of the whole Grid, that an event (`app_uninstalled`, `tokens_revoked`) says the app
    was taken out of: of a Grid only where it was installed for all of it."""
    given = payload.get("authorizations")
    first = given[0] if isinstance(given, list) and given and isinstance(given[0], dict) else {}
    grid, team = _text_at(payload, "enterprise_id"), _text_at(payload, "team_id")
    whole = first.get("is_enterprise_install") is True or payload.get("is_enterprise_install") is True
    return tuple(filter(None, [grid if whole or not team else team]))


def tells_only_of_people(payload: Payload) -> bool:
    """Whether it says of people's own tokens, of which the bot has none, that they end (Slack: tokens_revoked)."""
    event = payload["event"]
    tokens = event.get("tokens")
    return event["type"] == "tokens_revoked" and not (isinstance(tokens, dict) and tokens.get("bot"))


def own_id(payload: Payload) -> str:
    """The user id of the bot itself, where an event says so (Slack: «Events API», `authorizations`)."""
    authorizations = payload.get("authorizations")
    for each in authorizations if isinstance(authorizations, list) else ():
        if isinstance(each, dict) and each.get("is_bot") and isinstance(each.get("user_id"), str):
            return str(each["user_id"])
    return ""
