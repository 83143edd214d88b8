"""In which language somebody reads: as they chose, else as their browser asks for, else as it was written."""

from flask import Request


def wanted(request: Request, offered: tuple[str, ...]) -> str:
    """One of the languages offered (the first where nothing is asked for)."""
    chosen = request.form.get("in") or request.args.get("in") or ""
    asked = [chosen, *(tag.lower() for tag, quality in request.accept_languages if quality > 0)]
    spoken_here = (tag for each in asked for tag in (each, each.partition("-")[0]) if tag in offered)
    return next(spoken_here, offered[0])
