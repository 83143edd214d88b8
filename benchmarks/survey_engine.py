"""How long the survey engine takes for surveys of growing length: the path, and a page on the server.

Run: python benchmarks/survey_engine.py

Every third question (30 in 100) hangs on an earlier answer, as in long surveys in the field; everything is answered.
Figures are the median of many runs, and each length is run in turn with the others, so that all meet the same
machine. "Growth" is the time per question beside that of the shortest survey: 1 is linear, below 1 better.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Any

from app import ROOT, create_app
from safekeeping.cookies import TokenForm
from safekeeping.master_keys import generate_master_key
from safekeeping.settings import read_settings
from surveys.definition.load import survey_from
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.responding.fields import page_form
from surveys.responding.rendering import render_answers, render_check, render_page

LENGTHS = (50, 100, 200, 400, 800)
ON_A_PAGE = 5
ROUNDS = 40
KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "yes-no"},
    {"kind": "number", "most": 99},
    {"kind": "one-choice", "choices": [{"value": f"v{at}", "label": f"Choice {at}"} for at in range(6)]},
    {"kind": "long-text"},
    {"kind": "scale", "points": 5, "ends": ["Not at all", "Fully"]},
)
ANSWERS = {"yes-no": "yes", "number": 7, "one-choice": "v1", "long-text": "Some words of an answer.", "scale": "4"}


def question(at: int) -> dict[str, Any]:
    """One question; of every ten, three hang on an answer before."""
    table = {"name": f"q{at}", "wording": f"Question {at} about services?", **KINDS[at % len(KINDS)]}
    if at % 10 in (3, 6, 9):
        first = at - at % 10
        asked = f"${{q{first}}} = 'yes'" if KINDS[first % len(KINDS)]["kind"] == "yes-no" else f"${{q{first}}} != ''"
        table["relevant"] = f"{asked} and ${{q{first + 1}}} >= 3"
    return table


def survey(length: int) -> Survey:
    """A survey of so many questions."""
    pages = [
        {
            "name": f"p{start}",
            "title": f"Page {start}",
            "question": [question(at) for at in range(start, min(start + ON_A_PAGE, length))],
        }
        for start in range(0, length, ON_A_PAGE)
    ]
    everyone = {"name": "everyone", "label": "Everyone", "plural": "People"}
    whole = {"title": "T", "public_title": "Your views", "address": "long", "intro": ["I"], "audience": [everyone]}
    return survey_from(whole | {"page": pages})


def milliseconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def path_of(of: Survey) -> Path:
    """The whole path of somebody who answered everything."""
    path = Path(of, {each.name: ANSWERS[each.kind] for each in of.questions})
    assert len(path.pages) == len(of.pages)  # noqa: S101
    return path


def page_of(of: Survey) -> str:
    """A page in the middle, from the answers to the finished HTML."""
    path = path_of(of)
    page = path.pages[len(path.pages) // 2]
    voice = Voice(path, "en")
    return render_page(voice, page, page_form(voice, page, b"s" * 32))


def check_of(of: Survey) -> str:
    """Check your answers, with every question on it."""
    voice = Voice(path_of(of), "en")
    return render_check(voice, TokenForm(meta={"csrf_context": b"s" * 32}, formdata=None), render_answers(voice))


def medians(surveys: dict[int, Survey], work: Callable[[Survey], object]) -> dict[int, float]:
    """Length -> median milliseconds."""
    times: dict[int, list[float]] = {length: [] for length in surveys}
    for _ in range(ROUNDS):
        for length, of in surveys.items():
            times[length].append(milliseconds(lambda of=of: work(of)))  # type: ignore[misc]
    return {length: statistics.median(found) for length, found in times.items()}


def report(what: str, found: dict[int, float]) -> None:
    """One line for each length."""
    shortest = min(found)
    print(f"\n{what}")
    print("questions  conditions  milliseconds  growth")
    for length, each in found.items():
        growth = (each / length) / (found[shortest] / shortest)
        print(f"{length:9}  {length * 3 // 10:10}  {each:12.2f}  {growth:6.2f}")


def main() -> None:
    """Measure and print."""
    begun = time.perf_counter()
    surveys = {length: survey(length) for length in LENGTHS}
    print(f"Loading and checking all five surveys: {time.perf_counter() - begun:.1f} s")
    report("The path of somebody who answered everything", medians(surveys, path_of))
    with TemporaryDirectory() as folder:
        settings = read_settings({"HEARD_INSTANCE": folder}, ROOT)
        generate_master_key(File(settings.keys))
        with create_app(settings).test_request_context("/long"):
            report("A page of five questions: path, form, HTML", medians(surveys, page_of))
            report("Check your answers, all of them on one page", medians(surveys, check_of))


if __name__ == "__main__":
    main()
