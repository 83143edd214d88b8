"""What arrives in forms and queries, before anything reads it."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items


class WithoutNul(ImmutableMultiDict[str, Any]):
    """Fields without NUL: nobody can type one, and PostgreSQL keeps none in a text."""

    def __init__(self, mapping: Any = None) -> None:
        """From pairs, or from what a dictionary may be made of."""
        super().__init__(list(_without(iter_multi_items(mapping or ()))))


def _without(pairs: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in pairs:
        yield name.replace("\0", ""), value.replace("\0", "") if isinstance(value, str) else value


class TypedRequest(Request):
    """A request whose fields hold no NUL, and whose files touch no disk."""

    parameter_storage_class = WithoutNul

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        """A file that is sent stays in memory: what spools over to a disk would lie there for anybody to read."""
        return BytesIO()
