"""Names that stay the same whenever the same thing is exported: version 5 UUIDs (RFC 9562) of stable ids. Pure."""

from collections.abc import Callable
from uuid import UUID, uuid5

#: The namespace of all that Heard names; itself the version 5 UUID of “heard” in the namespace of the DNS.
HEARD = uuid5(UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "heard")
#: What a keyed mark of a message comes to.
Mark = Callable[[bytes], bytes]


def guid(kind: str, *parts: str | bytes | int) -> str:
    """The guid of a thing of this kind: the same for the same parts, in the same order.

    >>> guid("code", "mdan", "AE") == guid("code", "mdan", "AE") != guid("code", "mdan", "SD")
    True
    """
    told = (part.hex() if isinstance(part, bytes) else str(part) for part in parts)
    return str(uuid5(HEARD, "\x1f".join((kind, *told))))


def guid_of_text(mark: Mark, survey_id: bytes, response_id: bytes, answer: str) -> str:
    """The guid of one answer. It follows from the keys, so that nobody else can tell whose answer it is, nor which two
    are one person's."""
    return guid("text", mark(b"text of a project" + survey_id + response_id + answer.encode()))


def guid_of_code(book: str, code: str) -> str:
    """The guid of a code of the book of this name."""
    return guid("code", book, code)


def guid_of_coder(staff_id: bytes) -> str:
    """The guid of somebody who codes."""
    return guid("coder", staff_id)


def guid_of_model(identity: str) -> str:
    """The guid under which a model's suggestions stand."""
    return guid("model", identity)
