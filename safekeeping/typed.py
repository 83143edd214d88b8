"""What arrives in forms and queries, before anything reads it."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items

#: Bytes of a request; a page of answers filled to the brim is about half of it. Pages that take files say so.
LARGEST_REQUEST = 256 * 1024
MOST_PARTS = 500


class WithoutNul(ImmutableMultiDict[str, Any]):
    """Fields without NUL: nobody can type one, and PostgreSQL keeps none in a text."""

    def __init__(self, mapping: Any = None) -> None:
        """From pairs, or from what a dictionary may be made of."""
        super().__init__(list(_without(iter_multi_items(mapping))) if mapping else None)


def _without(pairs: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in pairs:
        yield name.replace("\0", ""), value.replace("\0", "") if isinstance(value, str) else value


class TypedRequest(Request):
    """A request whose fields hold no NUL, and whose files touch no disk.

    Its limits stand here: Flask would look each of them up in the settings of the application, eight times a form.
    """

    parameter_storage_class = WithoutNul
    max_content_length: int | None = LARGEST_REQUEST
    max_form_memory_size: int | None = LARGEST_REQUEST
    max_form_parts: int | None = MOST_PARTS

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        """A file that is sent stays in memory: what spools over to a disk would lie there for anybody to read."""
        return BytesIO()
