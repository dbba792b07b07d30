"""What each of the four sees at each step, as HTML."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tests.catalogue import slack, teams
from tests.four_organisations.scene import ORGANISATIONS, Step

_STYLE = Path(slack.__file__).with_name("page.css").read_text(encoding="utf-8")
_TOOLS = {"slack": "Slack", "teams": "Teams"}
_MORE = """
body { display: block; width: 1720px; padding: 16px 20px 24px; background: #e6ecef; }
table { width: 100%; border-collapse: separate; border-spacing: 12px 8px; table-layout: fixed; }
th { padding: .5rem .8rem; text-align: left; font-weight: 600; background: #fff; border-radius: .5rem; }
th span { display: block; font-weight: 400; font-size: .87rem; color: var(--quiet); }
td { vertical-align: top; }
td > .drawn + .drawn { margin-top: .7rem; }
.did { padding-top: .9rem; font-size: 1.1rem; border-top: 2px solid #9db1ba; }
"""


def page(steps: Sequence[Step], *, newest: bool = False) -> str:
    """One column for each, one row for each step with what is new or has changed on their screen; with `newest`, the
    lowest of that only."""
    columns = [(who, organisation, _TOOLS[tool]) for organisation, tool, _workspace, who in ORGANISATIONS.values()]
    heads = Markup("").join(
        Markup("<th>Eksempel {}<span>{}, {}</span></th>").format(who.title(), organisation, tool)
        for who, organisation, tool in columns
    )
    rows = Markup("").join(
        Markup('<tr><td class="did" colspan="{}">{}. Eksempel {} {}:</td></tr><tr>{}</tr>').format(
            len(columns), number, step.who.title(), step.does, _cells(step, newest=newest)
        )
        for number, step in enumerate(steps, 1)
    )
    return Markup(
        '<!doctype html><html lang="nb"><meta charset="utf-8"><title>Fire virksomheter</title><style>{}{}</style>'
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(Markup(_STYLE), Markup(_MORE), heads, rows)


def _cells(step: Step, *, newest: bool) -> Markup:
    seen = (step.seen[who] for _organisation, _tool, _workspace, who in ORGANISATIONS.values())
    return Markup("").join(Markup("<td>{}</td>").format(_drawn(each[-1:] if newest else each)) for each in seen)


def _drawn(seen: Sequence[Any]) -> Markup:
    """Slack's blocks are lists, a card is one thing."""
    return Markup("").join(
        Markup('<div class="drawn">{}</div>').format(
            slack.message(shown) if isinstance(shown, list) else teams.card(shown)
        )
        for shown in seen
    )
