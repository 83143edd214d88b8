"""What can be done to a draft of a code book. Each act gives a new draft, or says what is in its way. Pure.

Acts are data, so that a draft is kept as the list of what was done to it, and undoing takes the last one away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.code_books.lineage import MERGED, SPLIT, Came, Version, joined, unchanged
from analysis.code_books.tree import (
    TEXTS,
    Book,
    Code,
    Placed,
    Wrong,
    fresh_id,
    one_line,
    plain_text,
    replaced,
    wrong_with,
)
from safekeeping.languages import gettext as _

#: {"act": …} and what it needs.
Act = Mapping[str, Any]


class CannotAct(ValueError):
    """An act that cannot be done. `wrong` says for each field why not."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__("; ".join(each.what for each in wrong))
        self.wrong = tuple(wrong)


@dataclass(frozen=True)
class Draft:
    """A book being changed, and where its codes came from in the version that it began with (`base`: their ids)."""

    book: Book
    came: Came
    base: frozenset[str] = frozenset()


def begun(version: Version) -> Draft:
    """A draft of the next version."""
    return Draft(version.book, unchanged(version.book), frozenset(version.book.placed()))


def begun_new(book: Book) -> Draft:
    """A draft of a first version."""
    return Draft(book, {each.code.id: {} for each in book.walk()})


def done(draft: Draft, acts: Sequence[Act]) -> Draft:
    """The draft after these acts, one after the other. Raises `CannotAct`."""
    for act in acts:
        draft = _ACTS[act["act"]](draft, **{name: value for name, value in act.items() if name != "act"})
    return draft


def next_version(draft: Draft, number: int) -> Version:
    """The draft as a version: ids of codes that went are remembered as gone."""
    gone = {*draft.book.gone, *draft.base} - set(draft.book.placed())
    return Version(number, replace(draft.book, gone=tuple(sorted(gone))), draft.came)


def describe(draft: Draft, title: str, publisher: str = "", year: int | None = None) -> Draft:
    """Say what the book is called and who publishes it."""
    return _checked(
        replace(draft, book=replace(draft.book, title=one_line(title), publisher=one_line(publisher), year=year))
    )


def add(draft: Draft, parent: str | None, code: str, title: str, **texts: Any) -> Draft:
    """Add a code at the end of those in `parent` (None: a section)."""
    made = _worded(Code(_fresh(draft, code), code.strip(), one_line(title)), **texts)
    return _checked(_with(draft, _put(draft.book.codes, parent, made), {made.id: {}}), made.id)


def rename(draft: Draft, id: str, code: str, title: str) -> Draft:
    """Give a code another name. It stays the same code."""
    _found(draft, id)
    codes = replaced(draft.book.codes, id, lambda old: (replace(old, code=code.strip(), title=one_line(title)),))
    return _checked(_with(draft, codes, {}), id)


def reword(draft: Draft, id: str, **texts: Any) -> Draft:
    """Say anew what a code means; `texts` are its definition, include, exclude, example, colour and cues."""
    _found(draft, id)
    return _checked(_with(draft, replaced(draft.book.codes, id, lambda old: (_worded(old, **texts),)), {}), id)


def move(draft: Draft, id: str, parent: str | None, before: str | None = None) -> Draft:
    """Take a code with all below it to another place: into `parent`, before the code of that id or else last."""
    here = _found(draft, id)
    below = {each.code.id for each in replace(draft.book, codes=(here.code,)).walk()}
    if parent in below:
        raise _refused(id, "parent", _("“{code}” cannot go into itself. Choose another place.", code=here.code.code))
    codes = replaced(draft.book.codes, id, lambda _old: ())
    placed = replace(draft.book, codes=codes).placed()
    if before in placed and placed[before].parent == parent:
        codes = replaced(codes, before, lambda next_one: (here.code, next_one))
    else:
        codes = _put(codes, parent, here.code)
    return _checked(_with(draft, codes, {}), id)


def merge(draft: Draft, ids: Sequence[str], code: str, title: str, **texts: Any) -> Draft:
    """Make one code of several of a level, in the place of the first. It is one of them where it keeps its name."""
    olds = [_found(draft, id) for id in dict.fromkeys(ids)]
    if len(olds) < 2:
        raise _refused("", "ids", _("Choose at least two codes to merge."))
    if len({len(old.above) for old in olds}) > 1:
        raise _refused("", "ids", _("Only codes of one level can be merged: move them first."))
    made_id = next((old.code.id for old in olds if old.code.code == code.strip()), None) or _fresh(draft, code)
    children = tuple(child for old in olds for child in old.code.children)
    made = _worded(Code(made_id, code.strip(), one_line(title), children=children), **texts)
    codes = replaced(draft.book.codes, olds[0].code.id, lambda _old: (replace(made, id=""),))
    for old in olds[1:]:
        codes = replaced(codes, old.code.id, lambda _old: ())
    codes = replaced(codes, "", lambda _old: (made,))
    came = joined((draft.came[old.code.id] for old in olds), at_least=MERGED)
    return _checked(_with(draft, codes, {made_id: came}), made_id)


def split(draft: Draft, id: str, parts: Sequence[Mapping[str, Any]]) -> Draft:
    """Make several codes of one, in its place; what lay below it lies in the first. One may keep its name."""
    here = _found(draft, id)
    if len(parts) < 2:
        raise _refused(id, "parts", _("Name at least two codes that it becomes."))
    made: list[Code] = []
    for part in parts:
        name = part["code"].strip()
        kept = name == here.code.code and all(other.id != id for other in made)
        made_id = id if kept else _fresh(draft, name, frozenset(other.id for other in made))
        texts = {field: value for field, value in part.items() if field not in ("code", "title")}
        made.append(_worded(Code(made_id, name, one_line(part["title"])), **texts))
    made[0] = replace(made[0], children=here.code.children)
    came = joined([draft.came[id]], at_least=SPLIT)
    codes = replaced(draft.book.codes, id, lambda _old: tuple(made))
    return _checked(_with(draft, codes, {code.id: came for code in made}), *(code.id for code in made))


def retire(draft: Draft, id: str) -> Draft:
    """Take a code out, with all below it. What was coded with it is not lost: see `must_look_again`."""
    _found(draft, id)
    return _with(draft, replaced(draft.book.codes, id, lambda _old: ()), {})


_ACTS: Mapping[str, Callable[..., Draft]] = {
    "describe": describe,
    "add": add,
    "rename": rename,
    "reword": reword,
    "move": move,
    "merge": merge,
    "split": split,
    "retire": retire,
}


def _found(draft: Draft, id: str) -> Placed:
    here = draft.book.placed().get(id)
    if here is None:
        raise _refused(id, "id", _("This code is not in the draft any more. Open the draft again."))
    return here


def _fresh(draft: Draft, code: str, taken: frozenset[str] = frozenset()) -> str:
    return fresh_id(draft.book, code.strip(), taken | draft.base)


def _put(codes: tuple[Code, ...], parent: str | None, code: Code) -> tuple[Code, ...]:
    if parent is None:
        return (*codes, code)
    return replaced(codes, parent, lambda old: (replace(old, children=(*old.children, code)),))


def _worded(code: Code, **texts: Any) -> Code:
    """The code with these texts, each as it is kept. An unknown field is a fault of the code (`TypeError`)."""
    told: dict[str, Any] = {field: plain_text(texts[field]) for field in TEXTS if field in texts}
    if "colour" in texts:
        told["colour"] = one_line(texts["colour"]).lower()
    if "cues" in texts:
        told["cues"] = tuple(dict.fromkeys(filter(None, map(one_line, texts["cues"]))))
    return replace(code, **{**{name: texts[name] for name in texts if name not in told}, **told})


def _with(draft: Draft, codes: tuple[Code, ...], came: Came) -> Draft:
    """The draft with these codes; of codes that are gone nothing is told."""
    book = replace(draft.book, codes=codes)
    told = {**draft.came, **came}
    return replace(draft, book=book, came={id: told[id] for id in book.placed() if id in told})


def _checked(draft: Draft, *ids: str) -> Draft:
    """The draft, if nothing is wrong with it. Raises `CannotAct`: what was touched is named first."""
    wrong = wrong_with(draft.book)
    if any(id not in draft.book.placed() for id in ids):
        wrong.append(Wrong("", "parent", _("The place is not in the draft any more. Choose another.")))
    if wrong:
        raise CannotAct(sorted(wrong, key=lambda each: each.id not in ids))
    return draft


def _refused(id: str, field: str, what: str) -> CannotAct:
    return CannotAct([Wrong(id, field, what)])
