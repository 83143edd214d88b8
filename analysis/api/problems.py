"""What the programs' door says when it gives no answer: problem details (RFC 9457) in plain sentences."""

import json

from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

PROBLEM_JSON = "application/problem+json"

#: By status: what happened, and what to do.
SAID = {
    400: ("This address cannot be understood", "Compare it with the description at /api/1/openapi.json."),
    401: (
        "A token is needed",
        "Send a token that works as “Authorization: Bearer …”. One that is wrong, over or ended does not work: ask "
        "whoever manages people at the desk for another.",
    ),
    403: ("This token was made for something else", "Ask whoever manages people at the desk for one that reads this."),
    404: ("There is nothing here", "Either it does not exist, or this token does not cover it."),
    405: ("This can only be read", "Ask with GET: nothing can be changed from here."),
    406: ("This is JSON only", "Ask for application/json, or leave the Accept header out."),
    413: ("That is too much to send", "Nothing has to be sent but the address and the token."),
    429: ("Too many questions at once", "Wait as many seconds as Retry-After says, then go on."),
    500: ("Something went wrong on our side", "Nothing was changed. Wait a minute, then ask once more."),
}


class Refusal(HTTPException):
    """No answer, with a status of `SAID`: a sentence of its own where `detail` is one, and more headers."""

    def __init__(self, status: int, detail: str = "", **headers: str) -> None:
        super().__init__()
        self.code, self.detail = status, detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def problem(fault: HTTPException) -> Response:
    """The fault as JSON, and nothing in it that the request brought."""
    status = fault.code or 500
    title, detail = SAID.get(status, SAID[400 if status < 500 else 500])
    more: dict[str, str] = {}
    if isinstance(fault, Refusal):
        detail, more = fault.detail or detail, fault.headers
    if isinstance(fault, MethodNotAllowed):
        more = {"Allow": ", ".join(sorted(fault.valid_methods or ("GET", "HEAD")))}
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(json.dumps(told, ensure_ascii=False), status, more, content_type=PROBLEM_JSON)
