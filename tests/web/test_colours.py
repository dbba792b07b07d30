"""Every pair of colours that is used together can be told apart (WCAG 2.2, 1.4.3 and 1.4.11), light and dark."""

import re
from pathlib import Path

import pytest

import bot.web

CSS = (Path(bot.web.__file__).parent / "static" / "chat.css").read_text()

# Text wants 4.5 : 1, the outline of a field or a focus ring 3 : 1.
TEXT = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink", "tint"),
    ("quiet", "ground"),
    ("quiet", "surface"),
    ("quiet", "tint"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent", "tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("danger", "surface"),
    ("danger", "danger-tint"),
    ("on-trial", "trial"),
]
SHAPES = [("edge", "surface"), ("focus", "surface"), ("focus", "ground"), ("focus", "tint"), ("accent", "surface")]


def themes() -> dict[str, dict[str, str]]:
    light, dark = [
        dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.S)
    ]
    return {"light": light, "dark": {**light, **dark}}


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), [*((pair, 4.5) for pair in TEXT), *((pair, 3.0) for pair in SHAPES)])
def test_contrast(theme: str, pair: tuple[str, str], least: float) -> None:
    colours = themes()[theme]
    assert contrast(*(colours[name] for name in pair)) >= least
