"""In which language somebody reads: as they chose, else as their browser asks for, else as it was written."""

from flask import Request

from safekeeping.languages import browser_asks, first_of


def wanted(request: Request, offered: tuple[str, ...]) -> str:
    """One of the languages offered (the first where nothing is asked for)."""
    chosen = request.form.get("in") or request.args.get("in") or ""
    return first_of([chosen, *browser_asks(request)], offered)
