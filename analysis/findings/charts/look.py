"""How every chart looks: its colours by day and by night, its sizes, its type. One place. Pure.

Colour never says anything alone: beside each mark stands its word or its number, and marks differ by place, shape or
filling. Colours by night follow from those by day, so each one by day has a meaning of its own (see `DARK`).
"""

#: Ink for words, a softer one for what is beside the point, hairlines, what a bar lies on, and the sheet.
INK, SOFT, LINE, TRACK, PAPER = "#1d2a2f", "#4f5f67", "#d9d6cd", "#efece4", "#ffffff"
#: The section colours of heard.css; a fifth section begins again, told apart by its title.
COLOURS = ("#2f5d8a", "#226b4b", "#8a4b7d", "#855a0c")
#: From few to many, each clearly darker than the one before; words on the last two are light.
SHADES = ("#f5f3ee", "#dfe8ea", "#bdd0d8", "#94b4c1", "#3d6f87", "#1c4d63")
ON_STRONG = "#fffffe"
#: A share of at least so many per cent has the next shade.
STEPS = (10, 25, 40, 55, 75)

_SHADES_DARK = ("#222c30", "#2a3d45", "#345260", "#40697a", "#8dbccd", "#bfe0ea")
#: A colour by day -> the same by night.
DARK = {
    INK: "#e9edeb",
    SOFT: "#adb9ba",
    LINE: "#465257",
    TRACK: "#2a3336",
    PAPER: "#1c2326",
    ON_STRONG: "#0e1a1b",
    **dict(zip(COLOURS, ("#8db8e0", "#86cdaa", "#d7a3cb", "#dcb766"), strict=True)),
    **dict(zip(SHADES, _SHADES_DARK, strict=True)),
}

#: Narrow, so that the words can still be read on a phone; on a desk a picture is shown this much larger.
WIDTH, ENLARGED = 400, 1.3
#: Sizes of type, in the units of the sheet: a heading, words, and what is small; and the height of a line of each.
HEADING, WORDS, SMALL = 15.0, 14.0, 12.0
LEADING = 1.25
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


def colour_of(place: int) -> str:
    """The colour of the section at this place of its standard."""
    return COLOURS[place % len(COLOURS)]


def shade_of(percent: int) -> str:
    """The shade of a share of so many per cent."""
    return SHADES[sum(percent >= step for step in STEPS)]


def ink_on(shade: str) -> str:
    """The colour of words on a shade."""
    return ON_STRONG if shade in SHADES[-2:] else INK
