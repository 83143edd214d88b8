"""What a proxy or a service manager asks: whether the process answers, and whether it can take answers.

Plain words, the same for everybody, with nothing in them about the installation or about anybody who answers.
"""

from flask import Blueprint, Response, current_app

from safekeeping.readiness import Parts, folders_of, lacking

bp = Blueprint("health", __name__)

NOT_NOW = 503


@bp.get("/health")
def health() -> Response:
    """That the process answers. Looks at nothing else."""
    return _said("ok")


@bp.get("/ready")
def ready() -> Response:
    """Whether somebody who came now could answer; if not, a word for each part that is missing."""
    here = current_app.extensions
    missing = lacking(Parts(here["engine"], here["drafts_engine"], folders_of(here["settings"])))
    return _said(f"not ready: {', '.join(missing)}", NOT_NOW) if missing else _said("ready")


def _said(words: str, status: int = 200) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")
