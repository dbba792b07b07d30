"""What is said of a reminder that was sent or was not: how it arrived, and why not. Never what it is about."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.reminders.channels import name as surface_name
from handlers.reminders.kind import Reason
from handlers.writing.language import N_, _
from storage.oversight import Arrival, Overseen

_REASONS: Mapping[str, str] = {
    Reason.DONE: N_("har gjort det"),
    Reason.OVER: N_("det var for sent"),
    Reason.CHANGED: N_("det som den gjaldt, ble endret"),
    Reason.NOT_THEIRS: N_("det gjelder ikke personen lenger"),
    Reason.NEWER: N_("en senere påminnelse om det samme sa det"),
    Reason.UNWANTED: N_("har slått av slike påminnelser"),
}
_NOT_DELIVERED: Mapping[str, str] = {
    "Misconfigured": N_("boten får ikke sendt meldinger dit nå"),
    "Rejected": N_("meldingen ble avvist der den skulle leveres"),
    "TryLater": N_("den lot seg ikke levere, selv etter mange forsøk"),
    "Uncertain": N_("det er uvisst om den kom fram"),
    "nothing of it may be mailed": N_("er ikke på chat, og meldingen kan ikke sendes på e-post"),
    "no longer worth saying": N_("det ble for sent før den kunne leveres"),
    "has left": N_("er ikke med i samarbeidet lenger"),
}
"""By how the error begins that the log has."""


def reason(code: str) -> str:
    """Why a reminder was skipped, or was withdrawn."""
    return _(_REASONS.get(code, code))


def not_delivered(overseen: Overseen) -> str:
    """Why it did not arrive, with the reference of the fault for whoever runs the bot."""
    why = next(
        (_(said) for begins, said in _NOT_DELIVERED.items() if overseen.error.startswith(begins)),
        _("er ikke på chat, og har ingen e-post vi når"),
    )
    if overseen.reference:
        return _("{why} (referanse {reference})").format(why=why, reference=overseen.reference)
    return why


def arrived(overseen: Overseen, zone: str) -> str:
    """How it arrived, or that it did not, and when: «sendt 3. des. 2026 kl. 08.00, Slack»."""
    moment = overseen.sent_at or overseen.send_at
    when = _("{day} kl. {clock}").format(day=dates.short_day(moment, zone), clock=dates.clock(moment, zone))
    match overseen.arrival:
        case Arrival.SENT:
            sent = _("sendt {when}").format(when=when)
            return f"{sent}, {surface_name(overseen.surface)}" if overseen.surface else sent
        case Arrival.UNDELIVERED:
            return _("skulle vært sendt {when}: {why}").format(when=when, why=not_delivered(overseen))
        case Arrival.COMING:
            return _("er på vei") if overseen.delivered is not None else _("kommer {when}").format(when=when)
        case Arrival.SKIPPED | Arrival.WITHDRAWN:
            return _("ikke sendt {when}: {why}").format(when=when, why=reason(overseen.reason))


def counted(arrival: Arrival, count: int) -> str:
    """«18 sendt»."""
    words = {
        Arrival.UNDELIVERED: _("{count} ikke levert"),
        Arrival.SENT: _("{count} sendt"),
        Arrival.COMING: _("{count} kommer"),
        Arrival.SKIPPED: _("{count} trengtes ikke"),
    }
    return words[arrival].format(count=count)


def in_short(counts: Mapping[Arrival, int]) -> str:
    """«18 sendt, 1 ikke levert, 6 kommer»; empty: there are none."""
    told = (Arrival.SENT, Arrival.UNDELIVERED, Arrival.COMING)
    return ", ".join(counted(each, counts[each]) for each in told if counts.get(each))
