"""The gallery of docs/researchers.md: a chart of every kind, with invented figures, as small pictures.

    python -m benchmarks.chart_gallery docs/pictures

The standard, the groups and the words are those of the worked example. Its shares are made up here by a seed, because
the example has no audit that would give intervals.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from PIL import Image

from analysis.coding.suggestion import STANCES
from analysis.findings.charts.agreement import Agreed
from analysis.findings.charts.codes_together import Together
from analysis.findings.charts.every import charts_of
from analysis.findings.shown import (
    ALL,
    CORRECTED,
    SECTION,
    STANCE,
    THEME,
    WITHHELD,
    Code,
    Figure,
    ShownDifference,
    ShownGroup,
    ShownTable,
)
from analysis.standard.edition import Edition, load_edition

GROUPS = {
    "survivor": ("Survivors", 420),
    "family": ("Family and friends", None),
    "provider": ("Providers", 260),
    "commissioner": ("Commissioners", 95),
    "associate": ("Associated organisations", 110),
}
#: Section -> the share of responses of each group, about.
SHARES = {"LG": (27, 0, 49, 55, 41), "AE": (63, 0, 44, 38, 52), "SD": (51, 0, 47, 33, 36), "OE": (14, 0, 31, 42, 22)}
WAVES = {"2023": (31, 46, 47, 21), "2026": (38, 55, 46, 26)}
SHOWN = {
    "audience-sections": "sections",
    "audience-map": "map",
    "audience-stances": "stances",
    "audience-heard": "heard",
    "audience-profile": "profile",
    "waves-change": "change",
    "together-1": "together",
    "agreement": "agreement",
}
SOURCE = "Invented figures"


def main(folder: Path) -> None:
    """Draw them all, and keep those that the guide shows."""
    edition = load_edition("mdan")
    asked = {(section.code, group) for section in edition.sections for group in GROUPS} - {("OE", "family")}
    charts = charts_of(
        [by_audience(edition), by_wave(edition)],
        asked=asked,
        agreed=list(agreed(edition)),
        together=[together(edition)],
        source=SOURCE,
    )
    for chart in charts:
        if chart.name in SHOWN:
            (folder / f"chart-{SHOWN[chart.name]}.png").write_bytes(small(chart.png))


def small(png: bytes) -> bytes:
    """The picture at the size at which a page shows it."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        half = picture.convert("RGB").resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)
        half.quantize(palette=picture, dither=Image.Dither.NONE).save(written, "png", optimize=True)
    return written.getvalue()


def figure(percent: float, size: int) -> Figure:
    """A share with about the interval that so many responses would give."""
    half = 196 * (percent / 100 * (1 - percent / 100) / (size / 2)) ** 0.5
    return Figure(round(percent), max(round(percent - half), 0), min(round(percent + half), 100), CORRECTED, None, 200)


def codes_of(edition: Edition) -> Iterator[Code]:
    """Sections, themes and stances."""
    for section in edition.sections:
        yield Code(section.code, section.title, SECTION, section.code)
        yield from (Code(theme.code, theme.title, THEME, section.code) for theme in section.themes)
        yield from (Code(f"{section.code}/{stance}", stance, STANCE, section.code) for stance in STANCES)


def by_audience(edition: Edition) -> ShownTable:
    """Shares by audience: of themes and stances some part of their section's."""
    chance, codes = Random(5), tuple(codes_of(edition))
    sizes = {code: size or 0 for code, (_name, size) in GROUPS.items()}
    total = sum(sizes.values())
    figures: dict[tuple[str, str], Figure] = {}
    for code in codes:
        part = 1.0 if code.level == SECTION else chance.uniform(0.15, 0.6)
        shares = [SHARES[code.section][place] * min(part * chance.uniform(0.8, 1.2), 1) for place in range(len(GROUPS))]
        spoken = dict(zip(GROUPS, SHARES[code.section] if code.level == SECTION else shares, strict=True))
        for group, size in sizes.items():
            few = min(spoken[group], 100 - spoken[group]) * size / 100 < 10
            figures[code.code, group] = Figure(None, None, None, WITHHELD) if few else figure(spoken[group], size)
        together = sum(spoken[group] * size for group, size in sizes.items()) / total
        figures[code.code, ALL] = figure(together, total)
    groups = (*(ShownGroup(code, *each) for code, each in GROUPS.items()), ShownGroup(ALL, "", total))
    return ShownTable("audience", "audience", codes, groups, figures, tuple(differences(figures)))


def differences(figures: dict[tuple[str, str], Figure]) -> Iterator[ShownDifference]:
    """Between survivors and the others, where both are shown."""
    for section in SHARES:
        for other in list(GROUPS)[1:]:
            one, two = figures[section, "survivor"].percent, figures[section, other].percent
            if one is not None and two is not None:
                yield ShownDifference(
                    section, "survivor", other, one - two, one - two - 10, one - two + 10, abs(one - two) > 12
                )


def by_wave(edition: Edition) -> ShownTable:
    """Sections in two waves."""
    codes = tuple(code for code in codes_of(edition) if code.level == SECTION)
    figures = {
        (code.code, wave): figure(shares[place], 500)
        for wave, shares in WAVES.items()
        for place, code in enumerate(codes)
    }
    figures |= {(code.code, ALL): figure(40, 1000) for code in codes}
    changes = [
        ShownDifference(code.code, "2026", "2023", change, change - 6, change + 6, abs(change) > 6)
        for place, code in enumerate(codes)
        for change in [WAVES["2026"][place] - WAVES["2023"][place]]
    ]
    groups = (ShownGroup("2023", "2023", 500), ShownGroup("2026", "2026", 885), ShownGroup(ALL, "", 1385))
    return ShownTable("waves", "Change between two waves", codes, groups, figures, tuple(changes))


def agreed(edition: Edition) -> Iterator[Agreed]:
    """Agreement such as two coders reach."""
    yield Agreed("All sections together", 0.71, 0.65, 0.77, True)
    for section, alpha in zip(edition.sections, (0.83, 0.78, 0.69, 0.61), strict=True):
        yield Agreed(section.title, alpha, alpha - 0.08, alpha + 0.07)


def together(edition: Edition) -> Together:
    """Sections in the same responses."""
    codes = {section.code: section.title for section in edition.sections}
    pairs = {("LG", "AE"): 18, ("LG", "SD"): 14, ("AE", "SD"): 29, ("AE", "OE"): 9, ("SD", "OE"): 16}
    return Together("everybody", codes, dict(zip(codes, (38, 55, 46, 24), strict=True)), pairs)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
