"""What the forms of a draft ask for: acts from what was typed, and the places a code can be moved to. Pure."""

from collections.abc import Callable, Iterator, Mapping

from analysis.code_books.acts import Act
from analysis.code_books.tree import LEVELS, TEXTS, Book, Code, Placed, plain_text
from safekeeping.languages import gettext as _

Typed = Mapping[str, str]
PARTS = 4  # that a code can be split into at once


def acts_of(do: str, typed: Typed, ids: list[str], here: Placed | None) -> list[Act]:
    """The acts that a form asks for. `here` is the code it is about; raises `KeyError` for an unknown form."""
    return _FORMS[do](typed, ids, here)


def _words(typed: Typed) -> dict[str, object]:
    told: dict[str, object] = {name: plain_text(typed.get(name, "")) for name in (*TEXTS, "colour")}
    return {**told, "cues": typed.get("cues", "").splitlines()}


def _name(typed: Typed, end: str = "") -> dict[str, str]:
    return {"code": typed.get(f"code{end}", ""), "title": typed.get(f"title{end}", "")}


def _keep(typed: Typed, _ids: list[str], here: Placed | None) -> list[Act]:
    """One act for its name and one for its words, each only where something is different."""
    assert here is not None  # noqa: S101 (its page is about a code)
    name, words = _name(typed), _words(typed)
    acts: list[Act] = []
    if (name["code"].strip(), name["title"].strip()) != (here.code.code, here.code.title):
        acts.append({"act": "rename", "id": here.code.id, **name})
    if words != _words(as_typed(here.code)):
        acts.append({"act": "reword", "id": here.code.id, **words})
    return acts


def _add(typed: Typed, _ids: list[str], here: Placed | None) -> list[Act]:
    return [{"act": "add", "parent": here.code.id if here else None, **_name(typed), **_words(typed)}]


def _move(typed: Typed, _ids: list[str], here: Placed | None) -> list[Act]:
    assert here is not None  # noqa: S101
    parent, _bar, before = typed.get("to", "").partition("|")
    return [{"act": "move", "id": here.code.id, "parent": parent or None, "before": before or None}]


def _merge(typed: Typed, ids: list[str], here: Placed | None) -> list[Act]:
    assert here is not None  # noqa: S101
    return [{"act": "merge", "ids": [here.code.id, *ids], **_name(typed), "definition": typed.get("definition", "")}]


def _split(typed: Typed, _ids: list[str], here: Placed | None) -> list[Act]:
    assert here is not None  # noqa: S101
    parts = [
        {**_name(typed, f"-{number}"), "definition": typed.get(f"definition-{number}", "")}
        for number in range(1, PARTS + 1)
    ]
    return [{"act": "split", "id": here.code.id, "parts": [part for part in parts if any(part.values())]}]


def _retire(_typed: Typed, _ids: list[str], here: Placed | None) -> list[Act]:
    assert here is not None  # noqa: S101
    return [{"act": "retire", "id": here.code.id}]


def _describe(typed: Typed, _ids: list[str], _here: Placed | None) -> list[Act]:
    year = typed.get("year", "").strip()
    number = int(year) if year.isascii() and year.isdigit() and len(year) <= 4 else None
    told = {"title": typed.get("title", ""), "publisher": typed.get("publisher", ""), "year": number}
    return [{"act": "describe", **told}]


_FORMS: Mapping[str, Callable[[Typed, list[str], Placed | None], list[Act]]] = {
    "keep": _keep,
    "add": _add,
    "move": _move,
    "merge": _merge,
    "split": _split,
    "retire": _retire,
    "describe": _describe,
}
#: Forms on the page of a code, and on that of the book.
OF_CODE, OF_BOOK = frozenset(_FORMS) - {"describe"}, frozenset({"add", "describe"})


def as_typed(code: Code) -> dict[str, str]:
    """A code as its form shows it."""
    texts = {name: str(getattr(code, name)) for name in ("code", "title", *TEXTS, "colour")}
    return {**texts, "cues": "\n".join(code.cues)}


def beside(book: Book, here: Placed) -> list[Code]:
    """The other codes of its level: what it can be merged with."""
    return [each.code for each in book.walk() if len(each.above) == len(here.above) and each.code != here.code]


def places(book: Book, here: Placed) -> Iterator[tuple[str, str]]:
    """Where a code can be moved to: the value and what it says."""
    room = len(LEVELS) - _height(here.code)
    yield "", _("At the end, as a section")
    yield from ((f"|{each.id}", _before(each)) for each in book.codes if each != here.code)
    for each in book.walk():
        if len(each.above) >= room or here.code in (each.code, *each.above):
            continue
        yield each.code.id, _("Into {code} {title}, at the end", code=each.code.code, title=each.code.title)
        for child in each.code.children:
            if child != here.code:
                yield f"{each.code.id}|{child.id}", _before(child)


def _before(code: Code) -> str:
    return _("Before {code} {title}", code=code.code, title=code.title)


def _height(code: Code) -> int:
    return 1 + max(map(_height, code.children), default=0)
