"""A plan that waits, as a page: what to settle, what to look at, what would change; and one press to store it."""

from collections.abc import Iterator, Mapping, Sequence

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Button, Confirm, Fact, Message, PageLink, Section
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.planning import at_hand, considering
from handlers.planning.actions import Do, about, button
from handlers.planning.checks.facts import Body
from handlers.planning.checks.finding import Finding, Rule
from handlers.planning.comparing import Change, What
from handlers.planning.considering import Considered
from handlers.planning.laying import Unknown
from handlers.planning.parts import sections
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage.tables import Meeting, MeetingPlan

_LIKELY = 4
"""So many committees are offered for a name; there is a list of all besides."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    found = await at_hand.waiting(context, arguments)
    shown = await drawn(context, found, arguments)
    return shown.model_copy(update={"replace": "page" in arguments})


async def considered(context: Context, found: MeetingPlan, *, hold: bool = False) -> Considered:
    """What it would come to, for whoever looks."""

    def own(committee_id: int) -> bool:
        return may_plan(context.actor, committee_id)

    return await considering.of_row(context.session, found, context.now, own, hold=hold)


async def drawn(
    context: Context, found: MeetingPlan, arguments: Mapping[str, str], *, said: str = "", of: Considered | None = None
) -> Message:
    """`said`: what has just been done. `of`: what it comes to, where that is known."""
    of = of or await considered(context, found)
    everything = [*_to_settle(found, of), *_to_look_at(found, of), *_preview(found, of)]
    at = min(paging.offset(arguments), max(0, len(everything) - 1) // paging.SIZE * paging.SIZE)
    shown = everything[at : at + paging.SIZE + 1]
    first = not at
    return Message(
        title=_("Møteplanen for {year}: se over").format(year=found.year),
        text="\n".join(
            filter(None, (said, _summary(of), paging.place(at, len(paging.page_of(shown)), len(everything))))
        ),
        facts=_facts(found, of) if first else (),
        sections=tuple(paging.page_of(shown)),
        opens=(PageLink(label=_("Åpne på nettsiden"), action=Do.SHOW, arguments=about(found.year, plan=found.id)),),
        buttons=(
            *_store(found, of),
            *paging.buttons(shown, Do.SHOW, about(found.year, plan=found.id, page=at // paging.SIZE)),
            _throw(found, of),
        ),
        replace=True,
    )


def _throw(found: MeetingPlan, of: Considered) -> Button:
    text = _("Planen blir borte, og ingen møter endres.")
    if _waits_for_others(of):
        text = _("Resten av planen blir borte, også for dem den venter på. Møtene som er lagret, blir stående.")
    return button(Do.THROW, _("Forkast"), found.year, plan=found.id, confirm=Confirm(text=text, yes=_("Forkast")))


def _waits_for_others(of: Considered) -> bool:
    """Whether all that the reader may store is stored, and others have a part of their own left."""
    return not of.compared.changes and bool(of.others)


# --- at the top --------------------------------------------------------------------------------------------


def _summary(of: Considered) -> str:
    if of.laid.unknown or of.stops:
        return _("Noe må avklares før planen kan lagres. Ingenting er endret ennå.")
    if _waits_for_others(of):
        return _("Resten av planen venter på de som planlegger møtene i de andre utvalgene.")
    if not of.changes_something:
        return _("Alt i planen er lagret fra før, så det er ingenting å endre.")
    if of.asks:
        return ngettext(
            "Se på {count} ting under. Ingenting er endret før du lagrer.",
            "Se på {count} ting under. Ingenting er endret før du lagrer.",
            len(of.asks),
        ).format(count=len(of.asks))
    return _("Ingenting er i veien. Ingenting er endret før du lagrer.")


_COUNTED = (What.NEW, What.MOVES, What.DETAILS, What.BACK, What.CANCELLED, What.SAME)


def _counted(what: What, count: int) -> str:
    match what:
        case What.NEW:
            return ngettext("{count} nytt", "{count} nye", count).format(count=count)
        case What.MOVES:
            return ngettext("{count} flyttes", "{count} flyttes", count).format(count=count)
        case What.DETAILS:
            return ngettext(
                "{count} får nytt vertskap eller ny møteleder", "{count} får nytt vertskap eller ny møteleder", count
            ).format(count=count)
        case What.BACK:
            return ngettext("{count} holdes likevel", "{count} holdes likevel", count).format(count=count)
        case What.CANCELLED:
            return ngettext("{count} avlyses", "{count} avlyses", count).format(count=count)
        case _same:
            return ngettext("{count} uendret", "{count} uendret", count).format(count=count)


def _facts(found: MeetingPlan, of: Considered) -> tuple[Fact, ...]:
    counts = [_counted(what, len(of.compared.of(what))) for what in _COUNTED if of.compared.of(what)]
    if of.compared.gone:
        counts.append(
            ngettext("{count} står ikke i planen", "{count} står ikke i planen", len(of.compared.gone)).format(
                count=len(of.compared.gone)
            )
        )
    bodies = {each.row.body.id: each.row.body for each in of.compared.changes if each.row.body is not None}
    others = [f"{of.known.bodies[each].name} ({count})" for each, count in of.others.items() if each in of.known.bodies]
    hears = (
        ngettext(
            "{count} person, og de som har meldt saker",
            "{count} personer, og de som har meldt saker",
            of.hears,
        ).format(count=of.hears)
        if of.hears
        else ""
    )
    rows = (
        (_("Kilde"), found.name or _("skrevet inn")),
        (_("Utvalg"), shorten(", ".join(each.name for each in bodies.values()), 400)),
        (_("Møter"), ", ".join(counts)),
        (_("Får beskjed"), hears),
        (
            _("Venter på andre"),
            _("{committees}: bare sekretariatet og møtelederen der kan lagre disse.").format(
                committees=", ".join(others)
            )
            if others
            else "",
        ),
    )
    return tuple(Fact(label=label, value=value) for label, value in rows if value)


def _store(found: MeetingPlan, of: Considered) -> tuple[Button, ...]:
    if not of.may_be_stored:
        return ()
    seen = of.compared.seen
    gone = len(of.compared.gone)
    if not gone:
        label = _("Lagre likevel") if of.asks else _("Lagre planen")
        return (button(Do.STORE, label, found.year, style="primary", plan=found.id, seen=seen),)
    keep = ngettext("Lagre, og behold {count} møte til", "Lagre, og behold {count} møter til", gone)
    cancel = ngettext("Lagre, og avlys {count} møte", "Lagre, og avlys {count} møter", gone)
    asked = ngettext(
        "{count} møte som ikke står i planen, blir avlyst, og de det gjelder, får beskjed.",
        "{count} møter som ikke står i planen, blir avlyst, og de det gjelder, får beskjed.",
        gone,
    ).format(count=gone)
    return (
        button(Do.STORE, keep.format(count=gone), found.year, style="primary", plan=found.id, seen=seen, gone="keep"),
        button(
            Do.STORE,
            cancel.format(count=gone),
            found.year,
            style="danger",
            confirm=Confirm(text=asked, yes=_("Lagre og avlys")),
            plan=found.id,
            seen=seen,
            gone="cancel",
        ),
    )


# --- what is to be settled and looked at -------------------------------------------------------------------


def _to_settle(found: MeetingPlan, of: Considered) -> Iterator[Section]:
    for each in of.laid.unknown:
        yield _whose(found, of, each)
    for finding in of.stops:
        yield Section(title=_("Må avklares"), text=finding.text, buttons=_remedies(found, of, finding))


def _whose(found: MeetingPlan, of: Considered, unknown: Unknown) -> Section:
    row = next(each for each in of.laid.rows if each.body is None and each.planned.committee.strip() == unknown.name)
    count = ngettext("{count} møte i planen.", "{count} møter i planen.", unknown.count).format(count=unknown.count)
    title = _("Hvilket utvalg er «{name}»?").format(name=unknown.name) if unknown.name else _("Hvilket utvalg er det?")
    first = _("Det første: {where}.").format(where=row.planned.where) if row.planned.where else ""
    where = f"{count} {first}".strip()
    return Section(
        title=shorten(title, 140),
        text=where,
        buttons=(
            *(
                button(Do.IS, shorten(each.name, 70), found.year, plan=found.id, row=row.number, committee=each.id)
                for each in unknown.likely[:_LIKELY]
            ),
            button(Do.WHOSE, _("Velg utvalg"), found.year, plan=found.id, row=row.number),
            button(Do.WITHOUT, _("Ta ut av planen"), found.year, plan=found.id, row=row.number, whole="1"),
        ),
    )


def _to_look_at(found: MeetingPlan, of: Considered) -> Iterator[Section]:
    for finding in of.asks:
        yield Section(title=_("Se på dette"), text=finding.text, buttons=_remedies(found, of, finding))
    if of.tells:
        yield from sections(_("Til orientering"), [f"• {each.text}" for each in of.tells])


def _remedies(found: MeetingPlan, of: Considered, finding: Finding) -> tuple[Button, ...]:
    """What can be done about it in place."""
    numbers = [int(each[1:]) for each in finding.refs if each.startswith("r")]
    row = of.row(numbers[0]) if numbers else None
    if row is None or row.body is None:
        return ()
    buttons: list[Button] = []
    if finding.better is not None:
        label = _("Flytt til {day}").format(day=dates.short_date(finding.better))
        buttons.append(
            button(
                Do.TAKE,
                label,
                found.year,
                style="primary",
                plan=found.id,
                row=row.number,
                day=finding.better.isoformat(),
            )
        )
    if finding.rule is Rule.TIME and len(numbers) > 1:
        label = _("Sett klokkeslett for alle")
        buttons.append(button(Do.USUAL, label, found.year, plan=found.id, committee=row.body.id))
    buttons.append(button(Do.CORRECT, _("Rett møtet"), found.year, plan=found.id, row=row.number))
    if finding.rule is Rule.TWICE:
        buttons.append(button(Do.WITHOUT, _("Ta ut av planen"), found.year, plan=found.id, row=row.number))
    return tuple(buttons)


# --- what would change -------------------------------------------------------------------------------------


def _preview(found: MeetingPlan, of: Considered) -> Iterator[Section]:
    by_body: dict[int, list[Change]] = {}
    for each in of.compared.changes:
        if each.row.body is not None:
            by_body.setdefault(each.row.body.id, []).append(each)
    gone: dict[int, list[Meeting]] = {}
    for meeting in of.compared.gone:
        gone.setdefault(meeting.committee_id, []).append(meeting)
    for body_id, changes in by_body.items():
        body = of.known.bodies[body_id]
        lines = [said for each in changes if (said := line(of, each))]
        same = sum(each.what is What.SAME for each in changes)
        if same:
            lines.append(ngettext("{count} møte er som før.", "{count} møter er som før.", same).format(count=same))
        lines += [
            _("Står ikke i planen: {when}").format(when=dates.span(each.starts_at, each.ends_at, each.zone))
            for each in gone.get(body_id, ())
        ]
        yield from sections(body.name, lines, _about_body(found, body, changes))


def _about_body(found: MeetingPlan, body: Body, changes: Sequence[Change]) -> tuple[Button, ...]:
    apart = [
        button(
            Do.APART,
            _("{day} er et annet møte").format(day=dates.short_day(each.meeting.starts_at, each.meeting.zone)),
            found.year,
            plan=found.id,
            meeting=each.meeting.id,
        )
        for each in changes
        if each.on_another_day and each.meeting is not None
    ]
    without = any(not each.row.planned.place for each in changes if each.what is What.NEW)
    place = [button(Do.USUAL, _("Sett tid og sted"), found.year, plan=found.id, committee=body.id)] if without else []
    return (*apart[:4], *place)


def line(of: Considered, change: Change) -> str:
    """What becomes of one meeting; empty: nothing."""
    row, meeting = change.row, change.meeting
    now = _when(of, change)
    before = dates.span(meeting.starts_at, meeting.ends_at, meeting.zone) if meeting is not None else ""
    match change.what:
        case What.NEW:
            return _("Nytt: {when}").format(when=now)
        case What.MOVES:
            where = f", {meeting.place}" if meeting is not None and meeting.place else ""
            return _("Flyttes: {before} → {after}").format(before=f"{before}{where}", after=now)
        case What.BACK:
            return _("Holdes likevel: {when}").format(when=now)
        case What.CANCELLED:
            return _("Avlyses: {when}").format(when=before)
        case What.DETAILS:
            return _("Vertskap eller møteleder: {when}").format(when=now)
        case What.PAST:
            return _("Er over: {day}").format(day=dates.full_date(row.planned.day))
        case What.SAME:
            return ""


def _when(of: Considered, change: Change) -> str:
    row = change.row
    parts = [dates.full_date(row.planned.day)]
    if row.planned.begins is not None and row.planned.ends is not None:
        begins, ends = dates.clock_of(row.planned.begins), dates.clock_of(row.planned.ends)
        parts[0] = _("{day} kl. {clock}–{end}").format(day=parts[0], clock=begins, end=ends)
    if row.planned.place:
        parts.append(row.planned.place)
    if row.host_id is not None and row.host_id in of.known.parties:
        parts.append(_("vertskap: {party}").format(party=of.known.parties[row.host_id].name))
    if row.chair_id is not None and row.chair_id in of.known.people:
        parts.append(_("møteleder: {person}").format(person=of.known.people[row.chair_id]))
    return ", ".join(parts)
