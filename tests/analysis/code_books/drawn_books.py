"""Code books and acts on them, drawn by Hypothesis."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from analysis.code_books.acts import CannotAct, Draft, done
from analysis.code_books.tree import Book, Code, first_id, one_line, plain_text

LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=30)
TEXTS = st.one_of(
    LETTERS.map(plain_text),
    st.sampled_from(["", "=1+1", "@x", "[Include]\nmore", "\\[Code] AB", "a\n\nb", "'quoted", "a | b", "-"]),
)
TITLES = st.one_of(
    LETTERS.map(one_line).map(lambda text: text or "T"), st.sampled_from(["=A1", "Safety, first", "“Q”"])
)
NAMES = st.sampled_from([f"{letter}{number}" for letter in "ABCDE" for number in range(9)] + ["É1", "٣"])
COLOURS = st.sampled_from(["", "#2f5d8a", "#000000"])
CUES = st.lists(LETTERS.map(one_line).filter(bool), max_size=3, unique=True).map(tuple)


@st.composite
def books(draw: st.DrawFn, most: int = 3, worded: bool = False) -> Book:
    """A sound book of up to `most` sections; `worded` ones have texts of all kinds, which take long to draw."""
    names = (f"{letter}{number}" for letter in "FGHKLM" for number in range(9))

    def code(level: int) -> Code:
        name = next(names)
        below = draw(st.integers(0, 2)) if level < 3 else 0
        made = Code(first_id("mine", name), name, f"About {name}", "Meant.")
        if worded:
            definition, include, exclude, example = (draw(TEXTS) for _ in range(4))
            texts = (draw(TITLES), definition, include, exclude, example)
            made = Code(made.id, name, *texts, draw(COLOURS), draw(CUES))
        return replace(made, children=tuple(code(level + 1) for _ in range(below)))

    year = draw(st.sampled_from([None, 2024])) if worded else None
    return Book("mine", "Ours", "", year, tuple(code(1) for _ in range(draw(st.integers(1, most)))))


def act(data: st.DataObject, draft: Draft) -> dict[str, Any]:
    """One act that may or may not be possible."""
    ids = st.sampled_from([*draft.book.placed(), "nobody"])
    somewhere = st.one_of(st.none(), ids)
    made: dict[str, st.SearchStrategy[Any]] = {
        "add": st.fixed_dictionaries({"parent": somewhere, "code": NAMES, "title": st.just("T")}),
        "rename": st.fixed_dictionaries({"id": ids, "code": NAMES, "title": st.just("T")}),
        "reword": st.fixed_dictionaries({"id": ids, "definition": st.sampled_from(["Meant.", "Other"])}),
        "move": st.fixed_dictionaries({"id": ids, "parent": somewhere, "before": somewhere}),
        "merge": st.fixed_dictionaries(
            {"ids": st.lists(ids, min_size=2, max_size=3), "code": NAMES, "title": st.just("T")}
        ),
        "split": st.fixed_dictionaries(
            {"id": ids, "parts": st.lists(st.fixed_dictionaries({"code": NAMES, "title": st.just("T")}), max_size=3)}
        ),
        "retire": st.fixed_dictionaries({"id": ids}),
    }
    name = data.draw(st.sampled_from(sorted(made)))
    return {"act": name, **data.draw(made[name])}


def acted(data: st.DataObject, draft: Draft, most: int = 6) -> Draft:
    """The draft after some acts; those that cannot be done are left out."""
    for _ in range(data.draw(st.integers(0, most))):
        try:
            draft = done(draft, [act(data, draft)])
        except CannotAct:
            continue
    return draft
