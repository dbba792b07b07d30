"""The Word templates of a committee: which it uses, and one of its own, checked before it is taken into use.

Which kinds of documents there are, whoever puts the rooms together says (see `handlers.capabilities`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from handlers.calendar import dates
from handlers.calendar.clock import SystemClock
from handlers.capability import Document, File, Handed, Intake
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.meetings import at_hand
from handlers.meetings.actions import Do
from handlers.meetings.at_hand import AtHand, about, meeting_button
from handlers.messages.message import Button, Confirm, FileLink, FileRef, Message, PageLink, Section, Upload
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.template.check import Checked, check
from handlers.writing.template.fields import Field, Kind, Rows
from handlers.writing.template.package import MAX_FILE
from handlers.writing.word import DOCX
from storage import convocations
from storage.convocations import KeptTemplate

FILE = "mote.mal"
"""The template that is in use."""
_KIND = "kind"


class _Looked(NamedTuple):
    """A file that was handed in, and what was found in it."""

    file: Handed
    checked: Checked


class Templates:
    """The kinds of documents that a committee may have a template of its own for."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.kinds = {kind.name: kind for kind in kinds}
        """By name, as it is typed and stored."""
        self.document = Document(FILE, self._file)
        self.intake = Intake(Do.HAND_IN_TEMPLATE, MAX_FILE, self._allow, self._look, self._take)

    async def show(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """Which templates the committee uses, where one of its own is handed in, and what can stand in it."""
        found = await at_hand.to_prepare(context, arguments)
        return await self._page(context, found)

    async def use_default(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """Go back to the template that ships. Doing it twice is as once."""
        found = await at_hand.to_prepare(context, arguments)
        await convocations.remove_template(context.session, found.committee.id, self._kind(arguments).name)
        page = await self._page(context, found)
        return page.model_copy(update={"replace": True})

    async def _page(self, context: Context, found: AtHand, *before: Section, title: str = "") -> Message:
        kept = await convocations.kept_templates(context.session, found.committee.id)
        sections = [_section(found, kind, kept.get(kind.name)) for kind in self.kinds.values()]
        where = (
            _("Last opp en egen mal her, eller på siden som lenken åpner.")
            if context.links.are_made
            else _("Det er ingen adresse å laste opp på. Be den som drifter boten, om å sette PUBLIC_URL.")
        )
        return Message(
            title=title or _("Word-maler for {committee}").format(committee=found.committee.name),
            text=where,
            sections=(*before, *sections),
            # Where no file can be handed in, it is done on a page.
            opens=(
                PageLink(label=_("Last opp en mal på nettsiden"), action=Do.TEMPLATES, arguments=about(found.meeting)),
            ),
            buttons=(meeting_button(found.meeting, page="0"),),
        )

    def _kind(self, arguments: Mapping[str, str]) -> Kind:
        found = self.kinds.get(arguments.get(_KIND, ""))
        if found is None:
            raise Gone(_("Malen finnes ikke lenger."))
        return found

    async def _allow(self, context: Context, arguments: Mapping[str, str]) -> None:
        await at_hand.to_prepare(context, arguments)
        self._kind(arguments)

    def _look(self, arguments: Mapping[str, str], file: Handed) -> _Looked:
        return _Looked(file, check(file.content, self._kind(arguments), SystemClock().now()))

    async def _take(self, context: Context, arguments: Mapping[str, str], looked: _Looked) -> Reply:
        """Take it into use, unless something in it must be mended first; either way, say what was found."""
        found = await at_hand.to_prepare(context, arguments)
        kind, checked = self._kind(arguments), looked.checked
        name = looked.file.name or f"{kind.name}.docx"
        said = "\n".join(f"• {finding}" for finding in checked.findings)
        if not checked.may_be_used:
            wrong = Section(title=_("Dette må rettes"), text=said)
            title = _("«{file}» er ikke tatt i bruk").format(file=name)
            return await self._page(context, found, wrong, title=title)
        await convocations.put_template(
            context.session,
            found.committee.id,
            kind.name,
            looked.file.content,
            name,
            context.actor.person_id,
            context.now,
        )
        remarks = (Section(title=_("Merknader"), text=said),) if said else ()
        title = _("«{file}» er tatt i bruk").format(file=name)
        return await self._page(context, found, *remarks, title=title)

    async def _file(self, context: Context, arguments: Mapping[str, str]) -> File:
        found = await at_hand.to_prepare(context, arguments)
        kind = self._kind(arguments)
        own = await convocations.template(context.session, found.committee.id, kind.name)
        return File(f"{kind.name}.docx", DOCX, lambda: own or kind.default())


def _section(found: AtHand, kind: Kind, kept: KeptTemplate | None) -> Section:
    arguments = about(found.meeting, **{_KIND: kind.name})
    if kept is not None:
        text = _("Egen mal: {file}, lagt inn {day} av {name}.").format(
            file=kept.file_name, day=dates.short_day(kept.added_at, found.meeting.zone), name=kept.added_by
        )
    else:
        text = _("Standardmalen brukes.")
    back = Button(
        label=_("Bruk standardmalen"),
        action=Do.DEFAULT_TEMPLATE,
        arguments=arguments,
        confirm=Confirm(text=_("Den egne malen slettes. Har dere den selv?"), yes=_("Bruk standardmalen")),
    )
    return Section(
        title=_(kind.label),
        text="\n".join([text, _("Felter: {fields}").format(fields=", ".join(_fields(kind.fields)))]),
        files=(FileLink(label=_("Hent malen (Word)"), file=FileRef(document=FILE, arguments=arguments)),),
        buttons=(back,) if kept is not None else (),
        upload=Upload(
            label=_("Last opp ny mal: {kind}").format(kind=_(kind.label)),
            action=Do.HAND_IN_TEMPLATE,
            arguments=arguments,
            accept=".docx",
        ),
    )


def _fields(fields: Mapping[str, Field]) -> Iterator[str]:
    """«utvalg», «saker (nummer, tema)»."""
    for name, field in fields.items():
        yield f"{name} ({', '.join(_fields(field.each))})" if isinstance(field, Rows) else name
