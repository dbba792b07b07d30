"""A plan that waits, for somebody who may plan meetings in it."""

from collections.abc import Mapping

from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.messages.settled import Settled
from handlers.people.access import PLANNERS, may_plan
from handlers.people.context import Context
from handlers.planning.actions import Do, button
from handlers.planning.answers import PlanAnswers
from handlers.writing.language import _
from storage import plans
from storage.tables import MeetingPlan, PlanStatus

FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_of(context: Context, arguments: Mapping[str, str]) -> int:
    """The year that a button is about; without one, this."""
    text = arguments.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else context.today.year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def year_said(arguments: Mapping[str, str]) -> int:
    """The year that a button is about. Raises `Gone`: it says none, so it is not one of ours."""
    text = arguments.get("year", "")
    if not (text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise Gone(_("Møteplanen finnes ikke lenger."))
    return int(text)


def plans_any(context: Context) -> bool:
    """Whether the actor may plan the meetings of some committee."""
    return any(may_plan(context.actor, each) for each in context.actor.roles)


def require_planner_of_any(context: Context) -> None:
    """Raises `NotAllowed` for anybody who plans no committee's meetings."""
    if not plans_any(context):
        raise NotAllowed(
            _("Møteplaner legges inn av sekretariatet og møtelederne. Du har ingen av rollene {roles}.").format(
                roles=", ".join(PLANNERS)
            )
        )


async def plan(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> MeetingPlan:
    """The plan called `plan`, of the year called `year`.

    Raises:
        Gone, NotAllowed: says why not.
    """
    require_planner_of_any(context)
    found = await plans.plan(context.session, id_of(arguments, "plan"), lock=lock)
    if found is None or found.year != year_of(context, arguments):
        raise Gone(_("Møteplanen finnes ikke lenger."))
    return found


async def waiting(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> MeetingPlan:
    """The same while it waits. Raises `Settled` besides: somebody was first."""
    found = await plan(context, arguments, lock=lock)
    if found.status != PlanStatus.WAITING:
        show = button(Do.YEAR, _("Vis året"), found.year)
        said = (
            _("Møteplanen for {year} er forkastet.")
            if found.status == PlanStatus.THROWN
            else _("Møteplanen for {year} er allerede lagret.")
        )
        raise Settled(said.format(year=found.year), show)
    return found


async def still(context: Context, arguments: Mapping[str, str]) -> None:
    """For `Dialog.still`."""
    await waiting(context, arguments)


def answers(found: MeetingPlan) -> PlanAnswers:
    return PlanAnswers.model_validate(found.answers)


def answer(found: MeetingPlan, changed: PlanAnswers) -> None:
    """Keep it. Whoever calls holds the plan."""
    found.answers = changed.as_json()
    found.revision += 1
