"""The page of one case, for somebody who is not on chat: `GET` shows it, `POST` presses a button or submits a form.

A surface like the others, drawn as plain HTML; a script is on it only where things can be put in another order. Its
address holds a signed link (see `handlers.people.links`), which says for whom it is and what it is about; nothing else
can be done on it. `GET` changes nothing, since mail scanners open links.
"""

import logging
import re
import secrets
from collections.abc import Mapping
from typing import assert_never, get_args

from aiohttp import web
from multidict import MultiMapping

from bot.web import draw
from bot.web.files import LOOKS, linked_page, problem, static, status_of, told_plainly
from bot.web.guard import WITH_SCRIPT, from_elsewhere, is_preview, linked
from bot.web.posted import Malformed, button_in, posted_form, text_in
from bot.web.uploaded import MULTIPART, uploaded
from handlers.bot import Bot
from handlers.dialogs.dialog import ASKED, Form, Intent, Reply
from handlers.errors import BotError, Repeated
from handlers.messages.message import Button, Message
from handlers.people import recognising
from handlers.people.ticket import LinkExpired, Purpose, Ticket
from handlers.writing.identity import without_numbers
from handlers.writing.language import _
from handlers.writing.text import clean
from storage import people as stored
from storage.database import DatabaseUnavailable

log = logging.getLogger(__name__)

_INTENTS = frozenset(get_args(Intent))
_ONCE = re.compile(r"[\w-]{16,64}", re.ASCII)


class CasePage:
    """Pages that signed links open."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/side/static/{name}", linked(static(*LOOKS))),
            web.get("/side/{token}", linked(told_plainly(self._show))),
            web.post("/side/{token}", linked(told_plainly(self._act))),
        ]

    async def _show(self, request: web.Request) -> web.StreamResponse:
        if is_preview(request):
            return web.Response(status=403)
        try:
            ticket = self._bot.links.read(Purpose.PAGE, request.match_info["token"])
        except LinkExpired as error:
            return _expired(error, {})
        if request.method == "HEAD":
            return web.Response()
        return await self._message(ticket, await self._bot.look(ticket))

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """A button was pressed, or a form submitted. What was typed is in the answer, whatever goes wrong."""
        if from_elsewhere(request, self._bot.links.base):
            return problem(_("Forespørselen kom fra en annen nettside."), 403)
        token = request.match_info["token"]
        if request.content_type == MULTIPART:
            return await self._take(request, token)
        try:
            posted = await posted_form(request)
        except web.HTTPRequestEntityTooLarge:
            return problem(_("Det er for mye tekst til å sendes. Gå tilbake, kort den ned, og prøv igjen."), 413)
        except Malformed as error:
            return _old_page(error, token)
        try:
            ticket = self._bot.links.read(Purpose.PAGE, token)
            reply = await self._done(ticket, posted)
            if reply is None and posted.get("intent") == "save":
                return web.Response(status=204)
            return await self._answer(ticket, token, reply)
        except LinkExpired as error:
            return await self._renewed(error.ticket) if "renew" in posted else _expired(error, posted)
        except Malformed as error:
            return _old_page(error, token)
        except BotError as error:
            again = posted.items() if error.again else ()
            kept = [(name, without_numbers(value)) for name, value in again]
            return problem(str(error), status_of(error), back=token, again=kept, written=_written(posted))

    async def _take(self, request: web.Request, token: str) -> web.StreamResponse:
        """A file was handed in. Whose link it is comes first: nobody else's is read."""
        try:
            ticket = self._bot.links.read(Purpose.PAGE, token)
            handed = await uploaded(request)
            reply = await self._bot.hand_in(recognising.by_link(ticket), handed.action, handed.arguments, handed.file)
            return await self._answer(ticket, token, reply)
        except LinkExpired as error:
            return _expired(error, {})
        except web.HTTPRequestEntityTooLarge:
            return problem(_("Filen er for stor. Gå tilbake, og velg en mindre."), 413)
        except Malformed as error:
            return _old_page(error, token)
        except BotError as error:
            return problem(str(error), status_of(error), back=token)

    async def _done(self, ticket: Ticket, posted: MultiMapping[str]) -> Reply:
        sender = recognising.by_link(ticket)
        if "button" in posted:
            action, arguments = button_in(text_in(posted, "button"))
            once = posted.get("once", "")
            key = f"page:{ticket.person_id}:{once}" if _ONCE.fullmatch(once) else None
            try:
                return await self._bot.press(sender, action, arguments, request_key=key)
            except Repeated:
                # The page was sent twice: it has had its effect, and the case shows it.
                return None
        token, typed = text_in(posted, "form"), draw.read(posted)
        intent = posted.get("intent", "next")
        if intent not in _INTENTS:
            raise Malformed("intent")
        if "search" in posted:
            intent = "search"
            typed.raw[ASKED] = posted["search"]
        return await self._bot.submit(sender, token, typed.raw, intent)  # type: ignore[arg-type]  # looked up

    # --- what is shown -------------------------------------------------------------------------------------

    async def _answer(self, ticket: Ticket, token: str, reply: Reply) -> web.StreamResponse:
        match reply:
            case Form():
                return await self._form(ticket, token, reply)
            case Message():
                return await self._message(ticket, reply, back=token)
            case None:
                return web.Response(status=303, headers={"Location": token})
        assert_never(reply)

    async def _message(self, ticket: Ticket, message: Message, *, back: str = "") -> web.Response:
        page = linked_page(
            "linked_message.html",
            message=self._of_page(ticket, message),
            name=await self._name(ticket),
            only=ticket.arguments,
            once=secrets.token_urlsafe(16),
            back=back,
        )
        if message.orders_within():
            page.headers.update(WITH_SCRIPT)
        return page

    def _of_page(self, ticket: Ticket, message: Message) -> Message:
        """The message without the buttons that would be refused here, since they are about another kind of thing."""

        def kept(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
            known = self._bot.registry
            return tuple(each for each in buttons if known.may_be_done_from(ticket.arguments, each.action))

        sections = tuple(
            each.model_copy(update={"buttons": kept(each.buttons)}) if each.buttons else each
            for each in message.sections
        )
        return message.model_copy(update={"buttons": kept(message.buttons), "sections": sections})

    async def _form(self, ticket: Ticket, back: str, form: Form) -> web.Response:
        # Minutes are written for as long as a meeting lasts; a form about a case is short, and stays without script.
        saves = "meeting" in ticket.arguments
        page = linked_page(
            "linked_form.html",
            form=form,
            wrong=[field for field in form.fields if field.error],
            name=await self._name(ticket),
            back=back,
            saves=saves,
        )
        if saves:
            page.headers.update(WITH_SCRIPT)
        return page

    async def _renewed(self, ticket: Ticket) -> web.Response:
        await self._bot.renew(ticket)
        text = _("Den kommer på e-post, eller der du skriver til boten hvis du bruker Slack eller Teams.")
        return await self._message(ticket, Message(title=_("En ny lenke er på vei"), text=text))

    async def _name(self, ticket: Ticket) -> str:
        """Whose page this is, for whoever reads a mailbox that several share."""
        try:
            async with self._bot.database.reading() as session:
                return (await stored.names(session, [ticket.person_id])).get(ticket.person_id, "")
        except DatabaseUnavailable:
            return ""


def _expired(error: LinkExpired, posted: "MultiMapping[str] | Mapping[str, str]") -> web.Response:
    text = _("Lenken er for gammel. Trykk på knappen, så sender jeg en ny til deg.")
    return problem(text, status_of(error), renewable=True, written=_written(posted))


def _old_page(error: Malformed, token: str) -> web.Response:
    log.warning("a page posted something malformed: %s", error)
    return problem(_("Siden er gammel. Åpne saken på nytt."), 400, back=token)


def _written(posted: "MultiMapping[str] | Mapping[str, str]") -> list[str]:
    """What somebody wrote in words, to show it again; not what was chosen, which is short."""
    words = [clean(value) for name, value in posted.items() if name.startswith("value.")]
    return [without_numbers(text) for text in words if " " in text]
