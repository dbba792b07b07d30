"""Slack's blocks as HTML, near what Slack makes of them. All text is escaped."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

Block = Mapping[str, Any]


def view(drawn: Block) -> Markup:
    """A modal."""
    submit = _button(drawn["submit"]["text"], "primary") if "submit" in drawn else Markup("")
    return Markup('<div class="modal"><header>{}</header>{}<footer>{} {}</footer></div>').format(
        drawn["title"]["text"], blocks(drawn["blocks"]), _button(drawn["close"]["text"]), submit
    )


def message(drawn: Sequence[Block]) -> Markup:
    return Markup('<div class="said">{}</div>').format(blocks(drawn))


def blocks(drawn: Sequence[Block]) -> Markup:
    return Markup("").join(_block(block) for block in drawn)


def _block(block: Block) -> Markup:
    match block["type"]:
        case "section":
            return Markup('<p class="text">{}</p>').format(block["text"]["text"])
        case "context":
            texts = Markup(" ").join(Markup("<span>{}</span>").format(each["text"]) for each in block["elements"])
            return Markup('<p class="context text">{}</p>').format(texts)
        case "rich_text":
            runs = Markup("").join(_run(run) for section in block["elements"] for run in section["elements"])
            return Markup('<p class="text">{}</p>').format(runs)
        case "image":
            return Markup('<p class="picture">{}</p>').format(block["alt_text"])
        case "actions":
            return Markup('<div class="buttons">{}</div>').format(Markup(" ").join(map(_pressed, block["elements"])))
        case "input":
            hint = block.get("hint", {}).get("text", "")
            return Markup('<div class="field"><b>{}</b>{}{}<p class="context">{}</p></div>').format(
                block["label"]["text"],
                Markup(" <i>(optional)</i>") if block["optional"] else "",
                _element(block["element"]),
                hint,
            )
        case other:
            raise ValueError(f"a block of type {other}")


def _run(run: Block) -> Markup:
    if run["type"] == "link":
        return Markup('<span class="link" title="{}">{}</span>').format(run["url"], run["text"])
    return Markup("<b>{}</b>" if run.get("style", {}).get("bold") else "{}").format(run["text"])


def _pressed(button: Block) -> Markup:
    """A button, and what it asks before anything is done."""
    drawn = _button(button["text"]["text"], button.get("style", ""))
    if "confirm" not in button:
        return drawn
    asks = button["confirm"]
    answers = Markup(" ").join(_button(asks[name]["text"]) for name in ("confirm", "deny"))
    return drawn + Markup('<div class="asked">{} {}</div>').format(asks["text"]["text"], answers)


def _button(label: str, style: str = "") -> Markup:
    return Markup('<span class="button {}">{}</span>').format(style, label)


def _element(element: Block) -> Markup:
    match element["type"]:
        case "plain_text_input":
            return box(
                element.get("initial_value", ""),
                element.get("placeholder", {}).get("text", ""),
                tall=element["multiline"],
            )
        case "datepicker" | "timepicker":
            return box(element.get("initial_date") or element.get("initial_time") or "", "…")
        case "checkboxes":
            chosen = element.get("initial_options", ())
            return ticks([(each["text"]["text"], each in chosen) for each in element["options"]])
        case "static_select" | "multi_static_select" | "external_select" | "multi_external_select":
            one = [element["initial_option"]] if "initial_option" in element else []
            chosen = [each["text"]["text"] for each in element.get("initial_options", one)]
            return choice(chosen, [each["text"]["text"] for each in element.get("options", ())])
        case other:
            raise ValueError(f"an input of type {other}")


# --- what a form is filled in with, on any platform ---------------------------------------------------------


def box(value: str, placeholder: str = "", *, tall: bool = False) -> Markup:
    inside = value if value else Markup("<i>{}</i>").format(placeholder)
    return Markup('<div class="box text{}">{}</div>').format(" tall" if tall else "", inside)


def ticks(options: Sequence[tuple[str, bool]]) -> Markup:
    """Boxes to tick, and whether they are."""
    lines = (Markup("<li>{} {}</li>").format("☑" if ticked else "☐", label) for label, ticked in options)
    return Markup('<ul class="ticks">{}</ul>').format(Markup("").join(lines))


def choice(chosen: Sequence[str], options: Sequence[str]) -> Markup:
    """A list that opens: what is chosen, and folded what there is to choose from."""
    shown = Markup('<div class="box text">{} ▾</div>').format(", ".join(chosen))
    if not options:
        return shown
    listed = Markup("").join(Markup("<li>{}</li>").format(each) for each in options)
    return shown + Markup("<details><summary>{} options</summary><ul>{}</ul></details>").format(len(options), listed)
