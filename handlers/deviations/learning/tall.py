"""`/avvik tall [periode]`: what was reported both ways, how it was answered, and who has been silent."""

from collections.abc import Callable, Iterable, Mapping

from handlers.deviations.actions import Do
from handlers.deviations.learning import files, numbers, picture
from handlers.deviations.learning.masking import Cell
from handlers.deviations.learning.numbers import Figures, Side, View, Whose, time_to_answer
from handlers.deviations.learning.period import Month, Period, parse
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, Fact, Image, Message, Section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed

WORD = "tall"
"""The word after `/avvik` that asks for them."""
_MOST_SILENT = 15
_LONGEST_PERIOD = 8
"""Words: «fra 1. mars 2026 til 30. juni 2026»."""


def may_be_period(text: str) -> bool:
    """Whether what stands after the word may be a period; more words than any has are somebody's description."""
    return len(text.split()) <= _LONGEST_PERIOD


async def command(context: Context, text: str) -> Reply:
    """What is typed after `/avvik tall`. Raises `BadInput` for a period that is none."""
    period = parse(text, context.today)
    return await _shown(context, period, View())


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The same from a button, in the place of the message it sat on."""
    period, view = files.asked_for(context, arguments)
    return (await _shown(context, period, view)).model_copy(update={"replace": True})


async def _shown(context: Context, period: Period, view: View) -> Message:
    figures = await numbers.figures(context, period, view)
    buttons = _buttons(context, figures)
    title = _("Avvik i tall, {period}").format(period=period)
    if figures.empty:
        return Message(title=title, text=f"{figures.of}\n\n{_nothing(view)}", buttons=buttons)
    return Message(
        title=title,
        text=f"{figures.of}\n\n{numbers.too_few_to_spread()}" if figures.too_few else figures.of,
        facts=facts(figures),
        image=None if figures.too_few else _picture(figures),
        files=files.links(period, view),
        sections=_silent(figures),
        buttons=buttons,
        small=numbers.explained(figures),
    )


def _picture(figures: Figures) -> Image:
    file = files.reference(files.PICTURE, figures.period, figures.view)
    return Image(file=file, alt=picture.in_words(figures))


def _nothing(view: View) -> str:
    if view.whose is Whose.UNITS:
        return _("Ingen avvik til enheten i denne perioden.")
    return _(
        "Ingen avvik er meldt i denne perioden. Det kan bety at alt har gått bra, eller at noen lot være å melde. "
        "Skriv {command} for å melde et, stort eller lite. Velg gjerne en annen periode her."
    ).format(command=typed("avvik"))


def facts(figures: Figures) -> tuple[Fact, ...]:
    """The figures of both directions, one under the other in each."""

    def both(label: str, say: Callable[[Side], Cell | object]) -> Fact:
        lines = (f"{_(way)}: {say(side)}" for way, side in zip(picture.TOWARDS, figures.sides, strict=True))
        return Fact(label=label, value="\n".join(lines))

    found = [
        both(_("Meldt"), lambda side: side.total),
        both(_("Besvart"), lambda side: side.answered),
        both(_("Besvart innen fristen"), lambda side: side.in_time),
        *(
            [both(_("Alvorlige besvart innen fristen"), lambda side: side.serious_in_time)]
            if all(side.serious_in_time for side in figures.sides)
            else []
        ),
        both(_("Tid til svar (median)"), lambda side: time_to_answer(side.median_hours)),
        both(_("Avvist"), lambda side: side.rejected),
        both(_("Nesten-hendelser"), lambda side: side.near_misses),
        both(_("Svaret var nyttig"), lambda side: side.helpful),
    ]
    if figures.fixed_told:
        found.append(both(_("Løst direkte (telles for seg)"), lambda side: side.fixed))
    return tuple(found)


def _silent(figures: Figures) -> tuple[Section, ...]:
    if not figures.silent:
        return ()
    names = [f"{unit.name}, {unit.organisation}" for unit in figures.silent]
    lines = [f"• {name}" for name in names[:_MOST_SILENT]]
    if len(names) > _MOST_SILENT:
        lines.append(_("… og {count} til. Regnearket har alle.").format(count=len(names) - _MOST_SILENT))
    title = ngettext(
        "{count} enhet har verken meldt eller fått avvik",
        "{count} enheter har verken meldt eller fått avvik",
        len(names),
    ).format(count=len(names))
    if figures.silent_in:
        title = _("{what} i {years}").format(what=title, years=figures.silent_in)
    return (Section(title=title, text="\n".join(lines)),)


def _buttons(context: Context, figures: Figures) -> tuple[Button, ...]:
    period, view = figures.period, figures.view
    found = [_button(_("Tidligere"), period.shifted(-1), view)]
    later = period.shifted(1)
    if later.first <= Month.of(context.today):
        found.append(_button(_("Senere"), later, view))
    found += [_button(label, period, other) for label, other in _others(figures.choices, view)]
    return tuple(found)


def _others(allowed: Iterable[View], shown: View) -> Iterable[tuple[str, View]]:
    """The other views that the actor may choose, as buttons call them."""
    labels = {
        Whose.ALL: _("Hele helsefellesskapet"),
        Whose.UNITS: _("Enhetene mine"),
        Whose.ORGANISATION: _("Virksomheten min"),
    }
    return [(labels[view.whose], view) for view in allowed if view != shown]


def _button(label: str, period: Period, view: View) -> Button:
    return Button(label=label, action=Do.NUMBERS, arguments=files.arguments_of(period, view))
