"""An edition as people look through it: by stage, by aim, counted. Pure."""

from collections.abc import Mapping

from analysis.standard.clauses import LEVELS, PlacedClause, StandardText


def tags_of(placed: PlacedClause, kind: str) -> tuple[str, ...]:
    """The aims or stages (`kind`) of a clause: its own, or those of the nearest above that has some."""
    return next((tags for each in (placed.clause, *reversed(placed.above)) if (tags := getattr(each, kind))), ())


def fitting(text: StandardText, stage: str = "", aim: str = "") -> tuple[PlacedClause, ...]:
    """The lowest clauses of a stage and an aim (empty: of any), in order."""
    return tuple(
        placed
        for placed in text.lowest()
        if (not stage or stage in tags_of(placed, "stages")) and (not aim or aim in tags_of(placed, "aims"))
    )


def shown_ids(text: StandardText, stage: str = "", aim: str = "") -> set[str]:
    """Ids of the clauses to show: those that fit, and those they lie in."""
    return {each.id for placed in fitting(text, stage, aim) for each in (placed.clause, *placed.above)}


def counted(text: StandardText) -> Mapping[str, int]:
    """Level -> how many clauses are of it."""
    levels = [placed.clause.level for placed in text.walk()]
    return {level: levels.count(level) for level in LEVELS}
