"""Walking `/avvik` to its end, screen by screen."""

from typing import Any

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from tests.kept_world import kept
from tests.surface import FakeSurface, form, message

DESCRIPTION = "Pasienten kom hjem uten epikrise."
WHAT: dict[str, Any] = {"categories": ["communication"]}
HAPPENED: dict[str, Any] = {"description": DESCRIPTION}
OUTCOME: dict[str, Any] = {"consequence": "none"}
SEND: dict[str, Any] = {"consent": "asked"}


@kept
async def to_happened(surface: FakeSurface, who: str = "clinician", unit: str = "homecare", **what: Any) -> Form:
    first = await surface.open(who, "avvik")
    return form(await surface.submit(who, first, {"unit": str(surface.world.units[unit]), **WHAT, **what}))


@kept
async def to_outcome(surface: FakeSurface, who: str = "clinician", unit: str = "homecare", **happened: Any) -> Form:
    shown = await to_happened(surface, who, unit)
    return form(await surface.submit(who, shown, {**HAPPENED, **happened}))


@kept
async def to_send(surface: FakeSurface, who: str = "clinician", unit: str = "homecare", **outcome: Any) -> Form:
    shown = await to_outcome(surface, who, unit)
    return form(await surface.submit(who, shown, {**OUTCOME, **outcome}))


@kept
async def report(surface: FakeSurface, who: str = "clinician", unit: str = "homecare", **answers: Any) -> Message:
    """The receipt. `answers` may be to any of the screens."""
    shown = await to_happened(surface, who, unit, **_of(("categories", "service", "workplace", "direction"), answers))
    shown = form(await surface.submit(who, shown, {**HAPPENED, **_of(("description", "when"), answers)}))
    shown = form(await surface.submit(who, shown, {**OUTCOME, **_of(("consequence", "near_miss"), answers)}))
    return message(await surface.submit(who, shown, {**SEND, **_of(("consent", "notice_considered"), answers)}))


def _of(names: tuple[str, ...], answers: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name in names}
