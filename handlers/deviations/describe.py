"""A report in words: its title, where it stands, what was reported and answered, and what was done when.

Titles, which a notification shows, hold the reference and what kind of event it is, never what somebody wrote.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from handlers.calendar import dates, when
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.deviations import notice
from handlers.deviations.words import (
    CATEGORIES,
    CONSENTS,
    CONSEQUENCES,
    DIRECTIONS,
    OTHER,
    REJECT_REASONS,
    SERVICES,
)
from handlers.limits import ANYWHERE
from handlers.messages.message import Fact, Section
from handlers.people.recognising import called
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import length
from storage.deviations import AT_UNIT, Report
from storage.history import Event
from storage.tables import Deviation, DeviationStatus
from storage.tables.deviations import SERIOUS

ZONE = LOCAL_ZONE.key


# --- words -------------------------------------------------------------------------------------------------


def is_serious(report: Report) -> bool:
    """Whether the event may fall under the statutory notice («Betydelig», «Død»)."""
    return notice.concerns(report)


def categories(report: Report) -> str:
    """What the event concerns, in the order of the form, with the text of «Annet»."""
    return category_names(report.categories, report.deviation.category_other)


def category_names(chosen: Collection[str], other: str) -> str:
    """The names of these categories, in the order of the form, `other` beside «Annet»."""
    names = [_(name) for key, name in CATEGORIES.items() if key in chosen and key != OTHER]
    if OTHER in chosen:
        names.append(": ".join(filter(None, (_(CATEGORIES[OTHER]), other))))
    return ", ".join(names)


def title(report: Report) -> str:
    """`AVV-2026-0007: Legemidler, fra Eksempel sykehus`, marked when the event is serious."""
    deviation = report.deviation
    return titled(deviation.reference, deviation.consequence, report.categories, report.reporter.organisation)


def titled(reference: str, consequence: str, categories: Collection[str], organisation: str) -> str:
    """The same of a report of which only this is known. `organisation`: the reporter's."""
    first = next((name for key, name in CATEGORIES.items() if key in categories), CATEGORIES[OTHER])
    sentence = _("{reference}: {category}, fra {organisation}")
    if consequence in SERIOUS:
        sentence = _("Alvorlig, {reference}: {category}, fra {organisation}")
    return sentence.format(reference=reference, category=_(first), organisation=organisation)


def unit_name(report: Report) -> str:
    """The responsible unit with its organisation."""
    return f"{report.unit.name}, {report.organisation}"


def service_name(chosen: str, other: str) -> str:
    """The name of this service, or what was written in its place; empty for none."""
    if chosen == OTHER and other:
        return other
    return _(SERVICES[chosen]) if chosen in SERVICES else ""


def _happened(deviation: Deviation) -> str:
    moment = when.stored(deviation)
    return when.in_words(moment) if moment else ""


def status(report: Report, *, own: bool = False) -> str:
    """Where it stands, in a few words. `own`: to whoever reported it. A handler who has left is to be taken out of
    the report first (`announce.today`)."""
    deviation = report.deviation
    match DeviationStatus(deviation.status):
        case DeviationStatus.AT_LEADER:
            return (
                _("Hos lederen din, som ser over meldingen før den sendes") if own else _("Venter på melderens leder")
            )
        case DeviationStatus.TAKEN if report.handler is not None:
            return _("{handler} har tatt saken").format(handler=report.handler.name)
        case DeviationStatus.SENT | DeviationStatus.TAKEN:
            return _("Sendt til {unit}").format(unit=report.unit.name) if own else _("Ingen har tatt saken")
        case DeviationStatus.ASKED:
            return _("Venter på svar fra deg") if own else _("Venter på svar fra melderen")
        case DeviationStatus.ANSWERED:
            return _("Besvart")
        case DeviationStatus.REJECTED:
            return _("Avvist: {reason}").format(reason=_(REJECT_REASONS.get(deviation.reject_reason, "")))
        case DeviationStatus.WITHDRAWN:
            return _("Trukket av melderen")


def who_has_it(report: Report, *, taken: bool) -> str:
    """Whether somebody in the unit handles it, and who. `taken`: whoever has taken it still works there."""
    has_it = _("{handler} har saken").format(handler=report.handler.name) if taken and report.handler else ""
    if report.deviation.status == DeviationStatus.ASKED:
        return ", ".join(filter(None, (has_it, _("venter på svar fra melderen"))))
    return has_it or _("ingen har tatt den")


def deadline(report: Report, now: datetime) -> str:
    """`17. des. 2026, om 9 dager`, or how long it is overdue."""
    due = report.deviation.due_at
    if due is None or report.deviation.status not in AT_UNIT:
        return ""
    day = dates.short_day(due, ZONE)
    if due >= now:
        return _("{day}, {remaining}").format(day=day, remaining=dates.remaining(now, due, ZONE))
    late = (local_day(now) - local_day(due)).days
    if late == 0:
        return _("{day}, gikk ut i dag").format(day=day)
    return ngettext("{day}, {count} dag over fristen", "{day}, {count} dager over fristen", late).format(
        day=day, count=late
    )


def age(report: Report, now: datetime) -> str:
    """How long the unit has had it: `12 dager`, counted in local calendar days."""
    since = report.deviation.sent_at or report.deviation.created_at
    days = (local_day(now) - local_day(since)).days
    return ngettext("{count} dag", "{count} dager", days).format(count=days) if days else _("kom i dag")


# --- what stands in it -------------------------------------------------------------------------------------


def particulars(report: Report) -> tuple[Fact, ...]:
    """What was reported, but for its longer texts (see `told`); what was left empty is left out."""
    return (*written(report.deviation, report.categories), *notice.facts(report))


def written(deviation: Deviation, chosen: Collection[str]) -> tuple[Fact, ...]:
    """The same of a row that may not be stored yet, with the categories that are `chosen`: what is looked over before
    it is sent reads as it will afterwards."""
    consequence = _(CONSEQUENCES[deviation.consequence])
    if deviation.near_miss:
        consequence = _("{consequence} (nesten-hendelse)").format(consequence=consequence)
    return facts_of(
        (_("Gjelder"), category_names(chosen, deviation.category_other)),
        (_("Retning"), _(DIRECTIONS[deviation.direction])),
        (_("Tjeneste i kommunen"), service_name(deviation.service, deviation.service_other)),
        (_("Når"), _happened(deviation)),
        (_("Faktisk konsekvens"), consequence),
        (_("Samtykke"), _(CONSENTS[deviation.consent]) if deviation.consent else ""),
    )


def told(report: Report) -> tuple[Section, ...]:
    """The texts of the report, each by itself: together they may be more than one message holds."""
    return _texts(*texts(report.deviation))


def texts(deviation: Deviation) -> tuple[tuple[str, str], ...]:
    """What was written at length, each with what it is called."""
    return (
        (_("Hva skjedde"), deviation.description),
        (_("Strakstiltak"), deviation.immediate_measures),
        (_("Forslag for å hindre gjentakelse"), deviation.prevention),
    )


def facts_of(*pairs: tuple[str, str]) -> tuple[Fact, ...]:
    """Labels and values as facts; what is empty is left out."""
    return tuple(Fact(label=label, value=value) for label, value in pairs if value)


def _texts(*pairs: tuple[str, str]) -> tuple[Section, ...]:
    return tuple(Section(title=label, text=text) for label, text in pairs if text)


def answer(report: Report) -> tuple[Section, ...]:
    """What the unit answered, the last time it did."""
    deviation = report.deviation
    return _followed_up(
        _texts((_("Hva enheten fant"), deviation.finding), (_("Tiltak"), deviation.measure)),
        deviation.measure_by,
        deviation.measure_due,
    )


def earlier_answers(events: Sequence[Event]) -> tuple[Section, ...]:
    """What the unit answered before it was asked once more and answered anew, each with its date."""
    sections: tuple[Section, ...] = ()
    for event in [event for event in events if event.kind == "answered"][:-1]:
        day = dates.short_day(event.at, ZONE)
        written = {name: str(event.data.get(name, "")) for name in ("finding", "measure", "measure_by", "measure_due")}
        sections += _followed_up(
            _texts(
                (_("Tidligere svar ({day}): hva enheten fant").format(day=day), written["finding"]),
                (_("Tidligere svar ({day}): tiltak").format(day=day), written["measure"]),
            ),
            written["measure_by"],
            written["measure_due"],
        )
    return sections


def _followed_up(sections: tuple[Section, ...], by: str, due: str) -> tuple[Section, ...]:
    """These sections of an answer, with who follows it up, and by when, below the last."""
    follow_up = facts_of((_("Hvem følger opp"), by), (_("Innen"), due))
    if not sections or not follow_up:
        return sections
    return (*sections[:-1], sections[-1].model_copy(update={"facts": follow_up}))


def who_reported(report: Report) -> str:
    """The reporter as the unit sees them: name, workplace, organisation, as on the paper form."""
    reporter = report.reporter
    who = ", ".join(
        filter(None, (called(reporter.name, guest=reporter.guest), reporter.workplace, reporter.organisation))
    )
    return _("{who} (har sluttet)").format(who=who) if reporter.left else who


_SENTENCES = {
    "reported": N_("{actor} meldte avviket"),
    "completed": N_("{actor} så over meldingen og sendte den"),
    "sent": N_("Meldingen ble sendt til enheten"),
    "taken": N_("{actor} tok saken"),
    "released": N_("{actor} ga fra seg saken"),
    "forwarded": N_("{actor} sendte saken fra {from_unit} til {to_unit}"),
    "noted": N_("{actor} skrev til enheten: {note}"),
    "questioned": N_("{actor} spurte: {note}"),
    "replied": N_("{actor} svarte: {note}"),
    "added": N_("{actor} la til: {note}"),
    "rejected": N_("{actor} avviste saken: {note}"),
    "answered": N_("{actor} besvarte saken"),
    "asked_again": N_("{actor} spurte en gang til: {note}"),
    "rated": N_("{actor} vurderte svaret: {rating}"),
    "withdrawn": N_("{actor} trakk meldingen"),
    "duplicate": N_("{actor} oppga at hendelsen er meldt fra før som {reference}"),
    "alias_learnt": N_("{actor} la til at {unit} også kalles «{alias}»"),
    "notice_considered": N_("{actor} krysset av for at lovpålagt {word} er vurdert"),
    "notice_sent": N_("{actor} krysset av for at lovpålagt {word} er sendt"),
}


_BY_REPORTER = frozenset({"added", "replied", "asked_again"})


def who_did_what(event: Event) -> str:
    """An event as a sentence with when: «Eksempel Saksbehandler tok saken (3. des. 2026 kl. 10.02)»."""
    data = {"from_unit": "", "to_unit": "", "unit": "", "alias": "", "rating": "", "reference": "", **event.data}
    data.setdefault("word", notice.word(None))
    rating = data["rating"]
    data["rating"] = _(rating) if rating else ""
    actor = event.actor or _("Boten")
    sentence = _(_SENTENCES.get(event.kind, "{actor}")).format(actor=actor, note=event.note, **data)
    return _("{what} ({day} kl. {clock})").format(
        what=sentence, day=dates.short_day(event.at, ZONE), clock=dates.clock(event.at, ZONE)
    )


def added_later(events: Sequence[Event]) -> tuple[Section, ...]:
    """What the reporter has written since the report, first to last, each text with its date."""
    lines = [
        _("{day} kl. {clock}: {text}").format(
            day=dates.short_day(event.at, ZONE), clock=dates.clock(event.at, ZONE), text=event.note
        )
        for event in events
        if event.kind in _BY_REPORTER
    ]
    return _listed(_("Lagt til av melderen"), lines)


def history(events: Sequence[Event]) -> tuple[Section, ...]:
    """Every event so far, first to last."""
    return _listed(_("Historikk"), [who_did_what(event) for event in events])


def _listed(title: str, lines: Sequence[str]) -> tuple[Section, ...]:
    """A list, in as many parts as it takes for nothing to be cut off."""
    parts: list[str] = []
    for line in (f"• {line}" for line in lines):
        if parts and length(parts[-1]) + length(line) < ANYWHERE.text:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return tuple(Section(title="" if number else title, text=text) for number, text in enumerate(parts))
