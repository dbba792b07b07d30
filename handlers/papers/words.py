"""How old papers are read about, in chat, on pages and at the command line."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.calendar import dates
from handlers.papers.closing import closed_under
from handlers.papers.considering import Considered
from handlers.papers.guarding import Doubtful, told
from handlers.papers.record import CaseRead, Coverage, PaperKind, PaperRead
from handlers.papers.settling import Undone, already
from handlers.papers.storing import Stored
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage.tables import PaperStatus

KINDS: Mapping[PaperKind, str] = {
    PaperKind.MINUTES: N_("Referat"),
    PaperKind.PROTOCOL: N_("Protokoll"),
    PaperKind.CASE_PROTOCOL: N_("Saksprotokoll"),
    PaperKind.CONVOCATION: N_("Innkalling"),
    PaperKind.PLAN: N_("Møteplan"),
    PaperKind.CASE_PAPER: N_("Saksframlegg"),
    PaperKind.OTHER: N_("Annet"),
}

STATUS: Mapping[PaperStatus, str] = {
    PaperStatus.WAITING: N_("Venter på bekreftelse"),
    PaperStatus.STORED: N_("Lagret"),
    PaperStatus.REPLACED: N_("Erstattet av en nyere utgave"),
    PaperStatus.THROWN: N_("Forkastet"),
    PaperStatus.UNDONE: N_("Tatt tilbake"),
}

WARNINGS: Mapping[str, str] = {
    "weekday_date_conflict": N_("Ukedagen passer ikke til datoen. Sjekk datoen."),
    "deadline_on_holiday": N_("En frist er på en helligdag."),
    "deadline_on_weekend": N_("En frist er på en lørdag eller søndag."),
    "deadline_before_meeting": N_("En frist var over da møtet ble holdt."),
    "meeting_on_holiday": N_("Møtet er på en helligdag. Sjekk datoen."),
    "meeting_on_weekend": N_("Møtet er på en lørdag eller søndag. Sjekk datoen."),
    "next_meeting_on_day_off": N_("Et møte som nevnes, er på en fridag."),
    "ends_before_it_begins": N_("Møtet slutter før det begynner. Sjekk klokkeslettene."),
    "year_not_written": N_("Datoen står uten år. Året er hentet fra resten av papiret."),
    "odd_case_number": N_("Et saksnummer er skrevet på en uvanlig måte, og står som det er skrevet."),
    "gap_in_case_numbers": N_("Det mangler et saksnummer mellom to andre."),
    "same_name_twice": N_("To til stede har samme navn."),
    "present_and_absent": N_("Samme navn står både som til stede og som forfall."),
    "attachments_said_none": N_("Det står at det ikke er vedlegg, men noen er listet opp."),
    "other_document_left_out": N_("Et annet dokument følger med i filen, og er ikke lest."),
}
"""What is said of a warning of the reader (see docs/papers/json.md). What is shown beside it already (a date that is
missing, text that is suspected) is not said twice."""
_SAID_OTHERWISE = frozenset({"no_date", "no_cases", "suspected_text", "no_text"})

_SHOWN = 300
_NAMES = 600


def kind(read: PaperRead) -> str:
    words = _(KINDS[read.kind])
    return _("{kind} (utkast)").format(kind=words) if read.draft else words


def coverage(found: Coverage) -> str:
    """«lest 23 · står ikke der 4 · mistenkt 2 (96 % av teksten)»."""
    return _("lest {read} · står ikke der {absent} · mistenkt {suspected} ({share} % av teksten)").format(
        read=found.read, absent=found.absent, suspected=found.suspected, share=round(found.share * 100)
    )


def clocks(read: PaperRead) -> str:
    if read.begins is None:
        return ""
    began = f"{read.begins:%H.%M}"
    return f"{began}–{read.ends:%H.%M}" if read.ends is not None else began


def names(read: PaperRead) -> tuple[str, str]:
    """Who was there, and who was not, as they are written."""

    def one(name: str, *more: str) -> str:
        beside = ", ".join(filter(None, more))
        return f"{name} ({beside})" if beside else name

    there = [
        one(each.name, each.role, _("for {member}").format(member=each.substitute_for) if each.substitute_for else "")
        for each in read.present
    ]
    away = [one(each.name, each.remark) for each in read.absent]
    return shorten("; ".join(there), _NAMES), shorten("; ".join(away), _NAMES)


def case(each: CaseRead) -> str:
    """What was read of a case, below its title."""
    lines = [
        *(_("Vedtak: {text}").format(text=shorten(text, _SHOWN)) for text in each.decisions),
        _("Enighet i kommentarene: {text}").format(text=shorten(each.agreement, _SHOWN)) if each.agreement else "",
        _("Utsatt: {text}").format(text=shorten(each.postponed, _SHOWN)) if each.postponed else "",
        *(
            _("Oppfølging: {text}").format(
                text=", ".join(
                    filter(
                        None,
                        (
                            shorten(to_do.text.rstrip(" ."), _SHOWN),
                            to_do.owner or _("ingen ansvarlig"),
                            to_do.due_text or (dates.short_date(to_do.due) if to_do.due else _("ingen frist")),
                        ),
                    )
                )
            )
            for to_do in each.followups
        ),
        _("Vedlegg: {names}").format(names="; ".join(each.attachments)) if each.attachments else "",
    ]
    found = "\n".join(filter(None, lines))
    if not each.decisions:
        none = _("Ingen vedtak.")
        found = f"{none}\n{found}" if found else none
    return found


def case_title(each: CaseRead) -> str:
    title = f"{each.number or ''} {each.title}".strip() or _("Uten tittel")
    return f"{title} ({'/'.join(each.types)})" if each.types else title


def unsure(read: PaperRead, doubts: Sequence[Doubtful]) -> Sequence[str]:
    """What somebody is to look at before it is stored."""
    return [
        *(_(WARNINGS[each]) if each in WARNINGS else each for each in read.warnings if each not in _SAID_OTHERWISE),
        *(
            _("{where}: «{text}» – {why}").format(where=each.where, text=shorten(each.text, _SHOWN), why=each.why)
            for each in read.suspected
        ),
        *(
            _("{case}: står som unntatt offentlighet. Bare medlemmene ser hva den gjelder.").format(
                case=case_title(each)
            )
            for each in read.cases
            if closed_under(each)
        ),
        *(_("Kan handle om en pasient: {doubt}").format(doubt=each) for each in told(doubts)),
    ]


def taken(places: Sequence[str]) -> str:
    """What was taken out as possible identity numbers, and where it stood."""
    count = len(places)
    if not count:
        return ""
    return ngettext(
        "{count} tall som kan være et fødselsnummer, er tatt bort: {places}.",
        "{count} tall som kan være fødselsnumre, er tatt bort: {places}.",
        count,
    ).format(count=count, places=", ".join(dict.fromkeys(places)))


def differences(found: Considered) -> Sequence[str]:
    return [f"{each.case}: {each.text}" for each in found.changes]


def clashes(found: Considered) -> Sequence[str]:
    return [
        _("{number}: papiret har «{title}», registeret har «{there}»").format(
            number=each.number, title=shorten(each.title, 120), there=shorten(each.there, 120)
        )
        for each in found.clashes
    ]


def planned(found: Considered) -> Sequence[str]:
    return [
        f"{each.committee.name} {dates.short_date(each.day)}{f' kl. {each.begins:%H.%M}' if each.begins else ''}"
        for each in found.planned
    ]


def unplanned(days: Sequence[date]) -> str:
    """Which meetings to come do not go into the plan, and why."""
    if not days:
        return ""
    return _(
        "Disse legges ikke i planen, for utvalget eller klokkeslettet står ikke der: {days}. Skriv inn klokkeslettet, "
        "eller legg dem i planen i filen."
    ).format(days=", ".join(map(dates.short_date, days)))


def years(found: Considered, read: PaperRead) -> str:
    """From when what was to be done is: «2019»."""
    return str(read.date.year) if read.date is not None else ""


def stops(found: Considered) -> str:
    """Why it cannot be stored as it is; empty: it can."""
    if found.stops:
        return found.stops
    if found.known is not None:
        return already(found.known)
    if found.without_date:
        return _("Jeg finner ingen dato i papiret. Legg den inn.")
    if found.committee is None:
        return _("Jeg er ikke sikker på hvilket utvalg papiret er fra. Velg det.")
    return ""


def stored(done: Stored) -> str:
    """What was stored: «12 saker, 9 vedtak, 4 oppfølginger»."""
    parts = [
        ngettext("{count} sak", "{count} saker", done.cases).format(count=done.cases) if done.cases else "",
        ngettext("{count} vedtak", "{count} vedtak", done.conclusions).format(count=done.conclusions)
        if done.conclusions
        else "",
        ngettext("{count} oppfølging", "{count} oppfølginger", done.follow_ups).format(count=done.follow_ups)
        if done.follow_ups
        else "",
        ngettext("{count} møte i planen", "{count} møter i planen", len(done.meetings)).format(count=len(done.meetings))
        if done.meetings
        else "",
    ]
    return ", ".join(filter(None, parts)) or _("ingenting nytt")


def beside(done: Stored) -> Sequence[str]:
    """What somebody is to know of how it was stored."""
    found = []
    if done.history:
        found.append(
            ngettext(
                "{count} oppfølging står som historikk, og ingen blir minnet om den.",
                "{count} oppfølginger står som historikk, og ingen blir minnet om dem.",
                done.history,
            ).format(count=done.history)
        )
    if done.live:
        found.append(_("Saker som var her fra før, og som er de samme: {cases}.").format(cases=", ".join(done.live)))
    if done.kept:
        found.append(
            _("Dette står ikke lenger i papiret, men er beholdt, for noe henger på det: {what}.").format(
                what="; ".join(done.kept)
            )
        )
    return found


def undone(done: Undone) -> str:
    """What was taken back, what stays, and what is back."""
    lines = []
    if done.restored:
        lines.append(
            _("Utgaven før er tilbake: {files}.").format(files=", ".join(f"«{each.name}»" for each in done.restored))
        )
    if done.left:
        lines.append(_("Dette er ikke tatt bort:"))
        lines += [f"• {each}" for each in done.left]
    return "\n".join(lines)
