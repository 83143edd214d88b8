"""Markup, attributes and templates in what people write: in every place where words are shown they are words.

A page with a payload is made of just the elements and attributes that it has without. The same in a real browser:
tests/browser/test_payloads.py.
"""

from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest
from flask import Flask, render_template
from werkzeug.datastructures import MultiDict

from analysis.findings.charts.first_shares import shares_chart
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Example, Figures, Tally, render_report
from analysis.standard.edition import load_edition
from safekeeping.cookies import TokenForm
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.responding.fields import page_form
from surveys.responding.rendering import render_answers, render_check, render_intro, render_page
from tests.hostile.naughty import PAYLOADS, tenth
from tests.hostile.wide import EACH, NAMES, Structure, tables

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
SECRET = {"csrf_context": b"s" * 32}
EDITION = load_edition("mdan")
AUDIENCES = 4
Shown = Callable[[list[str]], str]


def survey_titled(title: str) -> Survey:
    return Survey.model_validate(tables(title=title, public_title=title, intro=[title]))


WIDE = survey_titled("Wide")


def voice_of(words: list[str]) -> Voice:
    """Somebody who wrote these, each into a field of every kind."""
    answers = {name: words[at // 5 % len(words)] for at, name in enumerate(NAMES)}
    chosen = {name.removesuffix("_other"): "other" for name in answers if name.startswith("one")}
    several = {name.removesuffix("_other"): ["other"] for name in answers if name.startswith("some")}
    return Voice(Path(WIDE, answers | chosen | several), "en")


def form_page(words: list[str]) -> str:
    """Values of attributes, and text areas."""
    voice = voice_of(words)
    page = voice.path.pages[0]
    return render_page(voice, page, page_form(voice, page, SECRET["csrf_context"]), problem="", trial=False, live=True)


def check_page(words: list[str]) -> str:
    """Texts of elements."""
    voice = voice_of(words)
    form = TokenForm(meta=SECRET, formdata=None)
    return render_check(voice, form, render_answers(voice), trial=False, live=True)


def titles(words: list[str]) -> str:
    """Titles, headings and what stands before the first question."""
    more = {"trial": False, "live": True, "asks_ticket": False, "refused": "", "typed": ""}
    pages = [render_intro(survey_titled(word), "en", **more) for word in words]
    return "".join(pages)


def pages_of_faults(words: list[str]) -> str:
    """What is handed back to be copied where a survey has closed or nothing can be kept."""
    typed = MultiDict((f"q-{at}", f"{word} and more than twenty") for at, word in enumerate(words))
    return "".join(
        render_template(f"responding/{page}.html", typed=typed, has_answers=True) for page in ("closed", "busy")
    )


def figures(words: list[str]) -> Figures:
    tally = Tally()
    for at in range(AUDIENCES):
        for _ in range(30):
            tally.add(f"a{at}", 2, ["AE"])
    return figures_from(tally, EDITION, {f"a{at}": words[at % len(words)] for at in range(AUDIENCES)})


def report(words: list[str]) -> str:
    """The file that is sent on: its title, its tables, its quotes, how it was made."""
    examples = [Example("AE", word, "a0") for word in words]
    return render_report(figures(words), "<svg></svg>", examples, {"model": f"{words[0]} and so on"}, words[0])


#: Where words are shown as HTML.
PLACES: dict[str, Shown] = {
    "attributes and text areas": form_page,
    "elements": check_page,
    "titles": titles,
    "faults": pages_of_faults,
    "report": report,
}


def some_at_once(words: list[str], size: int) -> Iterator[list[str]]:
    """So many at a time, the last ones filled up from the front."""
    for start in range(0, len(words), size):
        yield (words[start:] + words)[:size]


def differing(shown: Shown, words: list[str]) -> list[str]:
    """The payloads beside which a page is made of anything else."""
    without = Structure(shown(["word"] * EACH)).elements
    return [f"{some}" for some in some_at_once(words, EACH) if Structure(shown(some)).elements != without]


@pytest.mark.parametrize("place", PLACES)
def test_a_page_is_made_of_the_same_with_and_without(app: Flask, place: str) -> None:
    with app.test_request_context("/wide"):
        assert differing(PLACES[place], tenth(PAYLOADS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_a_page_is_made_of_the_same_at_full_size(app: Flask, place: str) -> None:
    assert len(PAYLOADS) >= 400
    with app.test_request_context("/wide"):
        assert differing(PLACES[place], PAYLOADS) == []


def test_the_comparison_sees_what_is_not_escaped(app: Flask) -> None:
    """Almost every payload with a bracket in it would change a page that let it through."""
    without = Structure("<p>word</p>").elements
    brackets = [word for word in PAYLOADS if "<img" in word or "<svg" in word]
    missed = [word for word in brackets if Structure(f"<p>{word}</p>").elements == without]
    assert len(missed) < len(brackets) / 10, missed


# The chart -------------------------------------------------------------------------------------------


def parts(chart: str) -> set[tuple[str, tuple[str, ...]]]:
    """What a chart is made of. It is read as a browser reads it where it stands alone: as XML."""
    tree = ElementTree.fromstring(chart)  # noqa: S314 (our own picture)
    return {(element.tag, tuple(sorted(element.attrib))) for element in tree.iter()}


def odd_charts(words: list[str]) -> list[str]:
    without = parts(shares_chart(figures(["word", "some words that are longer than a line of the chart can be"])))
    return [f"{some}" for some in some_at_once(words, AUDIENCES) if not parts(shares_chart(figures(some))) <= without]


def test_a_chart_is_made_of_the_same_with_and_without(app: Flask) -> None:
    assert odd_charts(PAYLOADS[::45]) == []


@pytest.mark.slow
def test_a_chart_is_made_of_the_same_at_full_size(app: Flask) -> None:
    assert odd_charts(PAYLOADS) == []
