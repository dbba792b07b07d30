"""The statutory notice of a serious event (varslingsplikten): what holds when, as the partnership has set it, and where
a report stands.

Who is to have the notice, what it is called, by when and by which law changes, so no such rule stands in the program:
the partnership file has them, each with the date from which it holds. Of a report, the rule counts that held on the day
it was reported: that is the day somebody had to act, and it stays the same afterwards. The bot sends no notice, and
never stands in for one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from handlers.calendar import dates
from handlers.calendar.working_days import is_working_day
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.messages.message import Fact, Link
from handlers.writing.language import _, current
from storage.deviations import Report
from storage.tables.deviations import SERIOUS

NAME = "notices"
"""The setting's name in the database; its value: `{"rules": [...]}`, see `stored`."""
MOST_DAYS = 30
"""No deadline is longer: later than that, nobody is reminded any more."""


class Rule(BaseModel):
    """What holds from the local date `since` on (None: always so far), until another rule does.

    `word`: what it is called (varsel, melding). `recipients`: who is to have it. `days`: by when, in calendar days from
    the day the event was known; or `working_days`. `at_once`: that is the latest, it is to be sent at once. `concerns`:
    which events. `afterwards`: what is to be sent later. `link`: where it is sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    since: date | None = None
    word: str
    recipients: tuple[str, ...]
    legal_basis: str
    at_once: bool = False
    days: int | None = None
    working_days: int | None = None
    concerns: str = ""
    afterwards: str = ""
    link: str = ""


def stored(rules: Sequence[Rule]) -> dict[str, Any]:
    """The rules as they are stored, by date."""
    ordered = sorted(rules, key=lambda rule: rule.since or date.min)
    return {"rules": [rule.model_dump(mode="json") for rule in ordered]}


def holding(setting: Mapping[str, Any], day: date) -> Rule | None:
    """The rule that holds on this local date, of the stored setting."""
    rules = [Rule.model_validate(rule) for rule in setting.get("rules", ())]
    begun = [rule for rule in rules if rule.since is None or rule.since <= day]
    return max(begun, key=lambda rule: rule.since or date.min, default=None)


def last_day(rule: Rule, known_on: date) -> date:
    """The local date by whose end the notice is to be sent, of an event that was known on `known_on`."""
    if rule.working_days is None:
        return known_on + timedelta(days=rule.days or 0)
    day, left = known_on, rule.working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


# --- of one report -----------------------------------------------------------------------------------------


def concerns(report: Report) -> bool:
    """Whether the event may fall under the statutory notice («Betydelig», «Død»)."""
    return report.deviation.consequence in SERIOUS


def settled(report: Report) -> bool:
    """Whether somebody has said that it was considered, or sent: that stops the clock."""
    deviation = report.deviation
    return deviation.notice_considered_at is not None or deviation.notice_sent_at is not None


def known_on(report: Report) -> date:
    """The local date from which the bot counts: it cannot know of an event before it is reported."""
    return local_day(report.deviation.created_at)


def rule_of(report: Report) -> Rule | None:
    """The rule that counts for this report. None: the partnership has set none that held then."""
    return holding(report.notices or {}, known_on(report))


# --- in words ----------------------------------------------------------------------------------------------


def word(rule: Rule | None) -> str:
    """What the notice is called."""
    return rule.word if rule else _("varsel eller melding")


def label(report: Report) -> str:
    return _("Lovpålagt {word}").format(word=word(rule_of(report)))


def considered_label(report: Report) -> str:
    return _("Lovpålagt {word} er vurdert").format(word=word(rule_of(report)))


def sent_label(report: Report) -> str:
    return _("Lovpålagt {word} er sendt").format(word=word(rule_of(report)))


def facts(report: Report) -> tuple[Fact, ...]:
    """Where it stands with the notice; nothing for an event that it cannot concern."""
    return (Fact(label=label(report), value=state(report)),) if concerns(report) else ()


def sentence(report: Report) -> str:
    """The same in one line."""
    stands = state(report)
    return f"{label(report)}: {stands[:1].lower()}{stands[1:]}"


def state(report: Report) -> str:
    """What stopped the clock, by whom and when; or until when it runs."""
    deviation, rule = report.deviation, rule_of(report)
    said = []
    if deviation.notice_considered_at is not None:
        # Ticked on the form, it is the reporter's own word, and no event tells it.
        by = report.considered_by or report.reporter.name
        said.append(_("Vurdert av {actor}, {when}").format(actor=by, when=_moment(deviation.notice_considered_at)))
    if deviation.notice_sent_at is not None:
        by = report.sent_by or report.reporter.name
        said.append(_("Sendt av {actor}, {when}").format(actor=by, when=_moment(deviation.notice_sent_at)))
    if said:
        return ". ".join(said)
    if rule is None:
        return _("Ikke krysset av for at det er vurdert eller sendt")
    return _("Ikke krysset av for at det er vurdert eller sendt. Frist: {deadline}").format(
        deadline=_deadline(rule, known_on(report))
    )


def clock(report: Report, now: datetime) -> str:
    """For a list: the state without who and when, or how long the clock still runs; empty for other events."""
    if not concerns(report):
        return ""
    deviation, rule = report.deviation, rule_of(report)
    if deviation.notice_sent_at is not None:
        stands = _("sendt")
    elif deviation.notice_considered_at is not None:
        stands = _("vurdert")
    elif rule is None:
        stands = _("ikke krysset av for")
    else:
        last = last_day(rule, known_on(report))
        if last < local_day(now):
            stands = _("ikke krysset av for, fristen gikk ut {day}").format(day=_day(last))
        else:
            remaining = dates.remaining(now, _noon(last), LOCAL_ZONE.key)
            stands = _("ikke krysset av for, frist {day}, {remaining}").format(day=_day(last), remaining=remaining)
    return _("lovpålagt {word}: {state}").format(word=word(rule), state=stands)


def reminder(rule: Rule | None, known: date, *, with_link: bool = False) -> str:
    """What whoever reported, or leads there, is to consider. `known`: see `known_on`. `with_link`: the address too."""
    if rule is None:
        return _(
            "Hendelsen kan kreve lovpålagt varsel eller melding til myndighetene. Helsefellesskapet har ikke lagt inn "
            "hvem som skal ha det, og når: spør lederen din med en gang. Denne avviksmeldingen erstatter det ikke."
        )
    from babel.lists import format_list  # noqa: PLC0415 - see `handlers.calendar.dates`

    recipients = format_list(list(rule.recipients), locale=current())
    sentences = [
        _("Vurder lovpålagt {word} til {recipients} ({legal_basis}).").format(
            word=rule.word, recipients=recipients, legal_basis=rule.legal_basis
        ),
        _("Det gjelder {events}.").format(events=rule.concerns) if rule.concerns else "",
        _("Frist: {deadline}, regnet fra {day}. Ble hendelsen kjent før det, løper fristen fra da.").format(
            deadline=_deadline(rule, known), day=_day(known)
        ),
        _("Senere: {what}.").format(what=rule.afterwards) if rule.afterwards else "",
        _("Denne avviksmeldingen erstatter ikke lovpålagt {word}.").format(word=rule.word),
        _("Sendes her: {address}").format(address=rule.link) if rule.link and with_link else "",
    ]
    return " ".join(filter(None, sentences))


def reminder_of(report: Report, *, with_link: bool = False) -> str:
    return reminder(rule_of(report), known_on(report), with_link=with_link)


def links(report: Report) -> tuple[Link, ...]:
    """Where it is sent."""
    rule = rule_of(report)
    if rule is None or not rule.link:
        return ()
    host = urlsplit(rule.link).netloc
    return (Link(label=_("Send {word} ({host})").format(word=rule.word, host=host), url=rule.link),)


def _deadline(rule: Rule, known: date) -> str:
    day = _day(last_day(rule, known))
    return (_("straks, og senest {day}") if rule.at_once else _("senest {day}")).format(day=day)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LOCAL_ZONE)


def _day(day: date) -> str:
    return dates.short_day(_noon(day), LOCAL_ZONE.key)


def _moment(moment: datetime) -> str:
    zone = LOCAL_ZONE.key
    return _("{day} kl. {clock}").format(day=dates.short_day(moment, zone), clock=dates.clock(moment, zone))
