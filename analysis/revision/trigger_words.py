"""What calls for an earlier review, in sentences."""

from collections.abc import Mapping

from analysis.findings.shown import ALL
from analysis.revision.tables import LAW, ReviewTrigger
from analysis.standard.edition import Edition
from safekeeping.languages import gettext as _
from safekeeping.languages import plain_day


def everyone_called() -> str:
    """Everybody who answered, as a group."""
    return _("Everyone")


def titles(frame: Edition | None) -> dict[str, str]:
    """Code -> how a section or theme of a code book is called, in its order."""
    found: dict[str, str] = {}
    for section in frame.sections if frame else ():
        found[section.code] = f"{section.code} {section.title}"
        found |= {theme.code: f"{theme.code} {theme.title}" for theme in section.themes}
    return found


def trigger_said(row: ReviewTrigger, frame: Edition | None, audiences: Mapping[str, str]) -> str:
    """One of them: what changed or is watched, and since when it holds."""
    if row.kind == LAW:
        if row.comes_on is None:
            return row.text
        return _("{what} It comes into force on {day}.", what=_ended(row.text), day=plain_day(row.comes_on))
    values = {
        "audience": audiences.get(row.audience, everyone_called() if row.audience == ALL else row.audience),
        "code": _titled(row.code, frame),
        "percent": row.percent,
    }
    if row.raised_on:
        day = plain_day(row.raised_on)
        return _("{audience}: {percent} per cent or more speak to “{code}”, noted on {day}.", day=day, **values)
    return _("{audience}: whether {percent} per cent or more speak to “{code}”.", **values)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _titled(code: str, frame: Edition | None) -> str:
    return titles(frame).get(code, code)
