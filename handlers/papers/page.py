"""Old papers on a page and in the chat: a committee's, and what was read of one, to be confirmed."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.capability import Waiting
from handlers.dialogs.dialog import Reply
from handlers.meetings.at_hand import meeting_button
from handlers.messages import paging
from handlers.messages.message import Button, Confirm, Fact, Message, PageLink, Section, Style, Upload
from handlers.papers import at_hand, settling, words
from handlers.papers.actions import Do, about, button
from handlers.papers.at_hand import AtHand
from handlers.papers.considering import Considered
from handlers.papers.guarding import guard
from handlers.papers.kept import from_json
from handlers.papers.planning import meeting_on
from handlers.papers.record import PaperKind, PaperRead
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from handlers.writing.typed import typed
from storage import committees, papers
from storage.direct import Question
from storage.papers import PaperOf
from storage.tables import Committee, PaperStatus

ACCEPTED = ".docx,.pdf,.txt,.md,.xlsx,.csv,.ics"
"""What the names of papers end in."""
_MOST = 12
"""So many remarks are read at once."""


async def command(context: Context, text: str) -> Reply:
    """`/papirer [utvalg]`: the papers of the committee whose secretariat somebody is of."""
    own = [each for each in await committees.active(context.session) if may_decide(context.actor, each.id)]
    if not own:
        return Message(
            title=_("Gamle papirer leses inn av sekretariatet"),
            text=_("Du er ikke i sekretariatet for noe utvalg. Vedtakene fra dem finner du med {command}.").format(
                command=typed("vedtak")
            ),
        )
    wanted = await committees.named(context.session, text, context.today) if text.strip() else None
    if wanted is None and text.strip():
        # Old papers carry the name that the committee had then.
        wanted = await committees.named(context.session, text, None)
    if wanted is not None and may_decide(context.actor, wanted.id):
        return await _list(context, wanted, {})
    if len(own) == 1:
        return await _list(context, own[0], {})
    waits = await papers.count_waiting(context.session, [each.id for each in own])
    return Message(
        title=_("Gamle papirer: hvilket utvalg?"),
        sections=tuple(
            Section(
                title=each.name,
                text=_waiting(waits[each.id]) if each.id in waits else "",
                buttons=(button(Do.LIST, _("Åpne"), each.id),),
            )
            for each in own
        ),
    )


def _waiting(count: int) -> str:
    return ngettext(
        "{count} papir venter på at noen bekrefter det.", "{count} papirer venter på at noen bekrefter dem.", count
    ).format(count=count)


def _own(context: Context) -> list[int]:
    return [each for each in context.actor.roles if may_decide(context.actor, each)]


def foresees(context: Context) -> Sequence[Question]:
    """What `home` asks."""
    own = _own(context)
    return [papers.asked_count_waiting(own)] if own else []


async def home(context: Context) -> Sequence[Waiting]:
    """The papers that were read and wait to be confirmed: one statement."""
    own = _own(context)
    if not own:
        return ()
    called = {each.id: each.name for each in context.actor.committees}
    return [
        Waiting(
            _("{committee}: {what}").format(committee=called.get(committee_id, ""), what=_waiting(count)),
            button(Do.LIST, _("Se papirene"), committee_id),
        )
        for committee_id, count in (await papers.count_waiting(context.session, own)).items()
    ]


async def show_list(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await _list(context, await at_hand.committee(context, arguments), arguments)


async def _list(context: Context, committee: Committee, arguments: Mapping[str, str]) -> Message:
    found = await papers.listed(context.session, [committee.id], paging.offset(arguments), paging.SIZE + 1)
    here = _("Last opp filene her, én om gangen. Ingenting lagres før du bekrefter det.")
    where = (
        here
        if context.only
        else _(
            "Last opp filene her, én om gangen, eller på siden som lenken åpner. Ingenting lagres før du bekrefter det."
        )
        if context.links.are_made
        else _(
            "Last opp filene på den lokale siden, eller be den som drifter boten, lese dem inn med {command}."
        ).format(command="python -m bot import")
    )
    return Message(
        title=_("Gamle papirer i {committee}").format(committee=committee.name),
        text="\n".join((where, _("Referater, innkallinger og møteplaner: Word, PDF, tekst, Excel og kalenderfiler."))),
        sections=tuple(_line(context, committee, each) for each in paging.page_of(found)),
        upload=Upload(
            label=_("Last opp et gammelt papir"), action=Do.HAND_IN, arguments=about(committee.id), accept=ACCEPTED
        ),
        opens=(PageLink(label=_("Last opp på nettsiden"), action=Do.LIST, arguments=about(committee.id)),),
        buttons=paging.buttons(found, Do.LIST, {**about(committee.id), "page": arguments.get("page", "0")}),
        replace="page" in arguments,
    )


def _line(context: Context, committee: Committee, each: PaperOf) -> Section:
    paper = each.paper
    day = from_json(paper.read).date if paper.read.get("date") else None
    kind = _(words.KINDS[PaperKind(paper.kind)])
    what = f"{kind} {dates.short_date(day)}" if day else kind
    at = dates.short_day(paper.at, committee.zone)
    by = _("lest inn {day} av {name}").format(day=at, name=each.by) if each.by else _("lest inn {day}").format(day=at)
    style: Style = "primary" if paper.status == PaperStatus.WAITING else "default"
    return Section(
        title=paper.name,
        text=f"{what} – {_(words.STATUS[PaperStatus(paper.status)])}, {by}",
        buttons=(button(Do.SHOW, _("Vis"), committee.id, style=style, paper=paper.id),),
    )


# --- one paper ----------------------------------------------------------------------------------------------


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What was read of it; while it waits, with what becomes of it."""
    found = await at_hand.paper(context, arguments)
    page = await drawn(context, found, arguments)
    return page.model_copy(update={"replace": "page" in arguments})


async def drawn(context: Context, found: AtHand, arguments: Mapping[str, str], *, said: str = "") -> Message:
    """A page of it. `said`: what has just been done."""
    paper, committee = found
    read = from_json(paper.read)
    waits = paper.status == PaperStatus.WAITING
    considered = await settling.considered(context.session, paper, context.now) if waits else None
    at = min(paging.offset(arguments), max(0, len(read.cases) - 1) // paging.SIZE * paging.SIZE)
    cases = read.cases[at : at + paging.SIZE + 1]
    event = await papers.HISTORY.last(context.session, paper.id, settling.READ)
    taken = event.data.get("taken", ()) if event is not None else ()
    above = _above(read, taken, considered, committee) if not at else ()
    text = words.stops(considered) if considered is not None else ""
    return Message(
        title=f"{paper.name}: {words.kind(read)}",
        text="\n".join(filter(None, (said, text, paging.place(at, len(paging.page_of(cases)), len(read.cases))))),
        facts=_facts(found, read) if not at else (),
        sections=(
            *above,
            *(Section(title=words.case_title(each), text=words.case(each)) for each in paging.page_of(cases)),
        ),
        buttons=(
            *(_to_settle(found, considered) if considered is not None else await _settled(context, found, read)),
            *paging.buttons(cases, Do.SHOW, about(committee.id, paper=paper.id, page=at // paging.SIZE)),
            button(Do.LIST, _("Alle papirene"), committee.id),
        ),
        replace=True,
    )


def _facts(found: AtHand, read: PaperRead) -> tuple[Fact, ...]:
    there, away = words.names(read)
    count = ngettext("{count} sak", "{count} saker", len(read.cases)).format(count=len(read.cases))
    rows = (
        (_("Status"), _(words.STATUS[PaperStatus(found.paper.status)])),
        (_("Utvalg"), found.committee.name),
        (_("Dato"), dates.short_date(read.date) if read.date else ""),
        (_("Tid"), words.clocks(read)),
        (_("Sted"), read.place or ""),
        (_("Møteleder"), read.chair or ""),
        (_("Referent"), read.referent or ""),
        (_("Til stede"), there),
        (_("Forfall"), away),
        (_("Saker"), count if read.kind is not PaperKind.PLAN else ""),
        (_("Vedlegg"), shorten("; ".join(read.attachments), 400)),
        (_("Dekning"), words.coverage(read.coverage) if read.coverage.read else ""),
    )
    return tuple(Fact(label=label, value=value) for label, value in rows if value)


def _above(
    read: PaperRead, taken: Sequence[str], considered: Considered | None, committee: Committee
) -> tuple[Section, ...]:
    """What is to be looked at before it is stored, above the cases."""
    unsure = list(words.unsure(read, guard(read).doubts))
    sections = [Section(title=_("Tatt bort"), text=words.taken(taken))] if taken else []
    if considered is not None:
        named = read.committee or ""
        if considered.committee is not None and named and not _is_named(named, committee):
            unsure.insert(
                0,
                _(
                    "Papiret er fra «{named}», og det leses inn som {committee}. Stemmer ikke det, så rett det. Er det "
                    "et gammelt navn, kan den som drifter boten, føre det opp med datoer, så kjenner jeg det neste "
                    "gang."
                ).format(named=named, committee=committee.name),
            )
        if considered.replaces:
            files = ", ".join(f"«{each.name}»" for each in considered.replaces)
            title = _("Ny utgave av {files}. Dette er endret:").format(files=files)
            changed = words.differences(considered) or [_("Ingenting i sakene er endret.")]
            sections.append(Section(title=title, text=_listed(changed)))
        if considered.clashes:
            sections.append(
                Section(title=_("Saksnumre som finnes med en annen tittel"), text=_listed(words.clashes(considered)))
            )
        if considered.live:
            live = ", ".join(considered.live)
            sections.append(
                Section(title=_("Saker som er i boten fra før"), text=_("De er de samme: {cases}.").format(cases=live))
            )
        if considered.planned or considered.unplanned:
            lines = [*words.planned(considered), words.unplanned(considered.unplanned)]
            title = _("Møter som legges i planen") if read.kind is PaperKind.PLAN else _("Møter som papiret nevner")
            sections.append(Section(title=title, text=_listed([each for each in lines if each])))
    if unsure:
        sections.append(Section(title=_("Se på dette"), text=_listed(unsure)))
    return tuple(sections)


def _is_named(named: str, committee: Committee) -> bool:
    """Whether the paper names the committee as it is called."""
    one, other = named.casefold(), committee.name.casefold()
    return one in other or other in one or committee.key.casefold() == one


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST
    shown = [f"• {shorten(each, 400)}" for each in lines[:_MOST]]
    if more > 0:
        shown.append(ngettext("… og {count} til.", "… og {count} til.", more).format(count=more))
    return "\n".join(shown)


def _to_settle(found: AtHand, considered: Considered) -> tuple[Button, ...]:
    paper, committee = found
    buttons = []
    if considered.may_be_stored:
        label = _("Erstatt den forrige utgaven") if considered.replaces else _("Lagre")
        buttons.append(button(Do.STORE, label, committee.id, style="primary", paper=paper.id))
    if considered.known is None:
        missing = considered.without_date or considered.committee is None
        label = _("Legg inn utvalg og dato") if missing else _("Rett utvalg, dato og sted")
        style: Style = "default" if considered.may_be_stored else "primary"
        buttons.append(button(Do.CORRECT, label, committee.id, style=style, paper=paper.id))
    confirm = Confirm(text=_("Papiret lagres ikke, og det som ble lest, slettes."), yes=_("Forkast"))
    buttons.append(button(Do.THROW, _("Forkast"), committee.id, style="danger", confirm=confirm, paper=paper.id))
    return tuple(buttons)


async def _settled(context: Context, found: AtHand, read: PaperRead) -> tuple[Button, ...]:
    paper, committee = found
    if paper.status != PaperStatus.STORED:
        return ()
    buttons = []
    meeting = await meeting_on(context.session, committee, read.date, read.begins) if read.date is not None else None
    if meeting is not None:
        buttons.append(meeting_button(meeting))
    confirm = Confirm(
        text=_("Ta tilbake alt dette papiret har lagt inn? Det som andre har lagt til siden, blir stående."),
        yes=_("Ta tilbake"),
    )
    buttons.append(button(Do.UNDO, _("Ta tilbake"), committee.id, style="danger", confirm=confirm, paper=paper.id))
    return tuple(buttons)
