"""In which language somebody reads: as they chose, else as their browser asks for, else as it was written."""

from flask import Request

from safekeeping.languages import browser_asks, first_of


def wanted(request: Request, offered: tuple[str, ...]) -> str:
    """One of the languages offered (the first where nothing is asked for)."""
    typed = request.form.get("in") if request.method == "POST" else ""
    chosen = typed or (request.args.get("in") if request.query_string else "") or ""
    return first_of([chosen, *browser_asks(request)], offered)
