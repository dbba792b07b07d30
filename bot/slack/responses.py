"""What a request of Slack's is answered with."""

from typing import Any

from pydantic_core import to_json
from slack_bolt.response import BoltResponse

from bot.slack.elements import plain
from bot.slack.requests import Payload
from bot.slack.views import errors_in_place, final_view, first_input, form_view, view_with_error
from handlers.dialogs.dialog import Form, Reply
from handlers.limits import SLACK
from handlers.messages.message import Message


def ok() -> BoltResponse:
    # A new one each time: whoever sends it may change it.
    return BoltResponse(status=200, body="")


def not_now() -> BoltResponse:
    """Slack shows a warning, sends an event again, or says that a list did not load."""
    return BoltResponse(status=503, body="")


def instead_of_options(why: str) -> dict[str, Any]:
    """Where there is nothing to choose, an option that says why: an empty list would say that nothing was found.
    Choosing it has no effect but the same answer."""
    sentence, _dot, rest = why.partition(". ")
    option: dict[str, Any] = {"text": plain(sentence, SLACK.option), "value": "-"}
    return {**option, "description": plain(rest, SLACK.option)} if rest else option


def answer_to(view: Payload, reply: Reply) -> BoltResponse:
    """To the form that was submitted."""
    match reply:
        case None:
            return BoltResponse(status=200, body={"response_action": "clear"})
        case Form():
            errors = errors_in_place(reply, view)
            if errors is not None:
                return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
            return _instead(form_view(reply))
        case Message():
            title = (view.get("title") or {}).get("text") or reply.title
            return _instead(final_view(reply, title))


def _instead(view: Payload) -> BoltResponse:
    # Bolt would write it with Python's own JSON, which takes several times as long.
    return BoltResponse(status=200, body=to_json({"response_action": "update", "view": view}).decode())


def error_in(view: Payload, error: str) -> BoltResponse:
    """The error in the form that is open, with all that is typed in it."""
    field = first_input(view)
    if field is not None:
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: error}})
    return BoltResponse(status=200, body={"response_action": "update", "view": view_with_error(view, error)})
