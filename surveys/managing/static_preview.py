"""A survey as plain HTML files: each page as each audience reads it in each language, to look at without a server.

Every question is shown, also those that hang on answers; above them stands to whom they are shown.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as File
from typing import Any

from flask import Flask
from markupsafe import Markup

from safekeeping import languages, static_files
from safekeeping.languages import spoken
from surveys.definition.path import Path
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.tables import as_tables
from surveys.definition.voice import Voice
from surveys.definition.why import shown_when
from surveys.definition.wording import say
from surveys.responding import pages
from surveys.responding.fields import page_form
from surveys.responding.rendering import render_intro, render_page

ROOT = File(__file__).resolve().parent.parent.parent
STATIC = ROOT / "templates" / "static"
INDEX, STYLE, ICON = "index.html", "heard.css", "icon.svg"
#: Tells a preview from any other folder with an index page.
MARK = "heard survey render"
#: Nothing is sent from these files, so there is no secret to keep.
NO_SECRET = bytes(32)
#: In place of what leads to a server: addresses, scripts, and buttons that send.
_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>\n?", re.DOTALL)
_ASSET = re.compile(r'href="/static/([\w.-]+)"')
_ELSEWHERE = re.compile(r'<a\b([^>]*) href="/[^"]*"([^>]*)>(.*?)</a>', re.DOTALL)
_FORM = re.compile(r'<form method="post"')
_HIDDEN = re.compile(r'<input\b[^>]*type="hidden"[^>]*>\n?')
_TONGUE_BUTTON = re.compile(r'<button class="link" name="go" value="language:([a-z0-9-]+)"')
_TONGUE_LINK = re.compile(r'href="\?in=([a-z0-9-]+)"')
_MAIN = re.compile(r"(<main\b[^>]*>)")
_TAKEN_OUT = ("relevant", "choice_filter")


@dataclass(frozen=True)
class Sheet:
    """One file: for whom, in which language, its name and title, and what makes its HTML."""

    audience: str
    language: str
    name: str
    title: str
    make: Callable[[], str]

    @property
    def path(self) -> str:
        """Where it lies in the folder."""
        return f"{self.audience}/{self.language}/{self.name}"


def count_sheets(survey: Survey) -> int:
    """How many pages there are to write."""
    return len(list(_sheets(survey)))


def is_preview(folder: File) -> bool:
    """Whether the folder holds what `write_preview` wrote."""
    index = folder / INDEX
    return index.is_file() and MARK in index.read_text(encoding="utf-8", errors="replace")


def write_preview(survey: Survey, folder: File, helpline: str, go_on: Callable[[], None]) -> None:
    """Write all pages into `folder`, which is there and empty; `go_on` is called after each. Raises `OSError`."""
    app = Flask("heard preview", root_path=str(ROOT), template_folder="templates", static_folder=None)
    languages.init_app(app)
    static_files.init_app(app)
    app.register_blueprint(pages.bp)  # its templates need what it teaches them; nobody asks it for a page
    app.context_processor(lambda: {"helpline": helpline, "organisation": "", "public_address": ""})
    for asset in (STYLE, ICON):
        shutil.copyfile(STATIC / asset, folder / asset)
    sheets = list(_sheets(survey))
    with app.app_context():
        for before, here, after in _with_neighbours(sheets):
            file = folder / here.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_alone(survey, here, before, after), encoding="utf-8")
            go_on()
    (folder / INDEX).write_text(_index(survey, sheets), encoding="utf-8")


def _sheets(survey: Survey) -> Iterator[Sheet]:
    """Every page of every audience in every language, in order."""
    opened = _without_conditions(survey)
    for audience in survey.audience_names():
        for language in survey.all_languages:
            voice = Voice(Path(opened, {AUDIENCE: audience}), language)
            yield Sheet(audience, language, "00-start.html", "Before the first page", _intro_of(survey, language))
            for number, page in enumerate(voice.path.pages, 1):
                title = voice.say(page.page.title)
                yield Sheet(audience, language, f"{number:02}-{page.page.name}.html", title, _page_of(voice, page))


def _intro_of(survey: Survey, language: str) -> Callable[[], str]:
    return lambda: render_intro(survey, language)


def _page_of(voice: Voice, page: Any) -> Callable[[], str]:
    return lambda: render_page(voice, page, page_form(voice, page, NO_SECRET))


def _without_conditions(survey: Survey) -> Survey:
    """The same survey with everything shown; it was found in order before."""
    tables = as_tables(survey)
    for page in tables["page"]:
        for part in (page, *page["question"]):
            for key in _TAKEN_OUT:
                part.pop(key, None)
    return Survey.model_validate(tables)


def _with_neighbours(sheets: list[Sheet]) -> Iterator[tuple[Sheet, Sheet, Sheet]]:
    """Each sheet with the one before and after it for the same people; at the ends itself."""

    def same(one: Sheet, other: Sheet) -> bool:
        return (one.audience, one.language) == (other.audience, other.language)

    for (before, here), (_, after) in pairwise(pairwise([sheets[0], *sheets, sheets[-1]])):
        yield before if same(before, here) else here, here, after if same(here, after) else here


def _alone(survey: Survey, sheet: Sheet, before: Sheet, after: Sheet) -> str:
    """The page without a server: what would lead there leads to another of these files, or nowhere."""
    html = _HIDDEN.sub("", _SCRIPT.sub("", sheet.make()))
    html = _ASSET.sub(r'href="../../\1"', html)
    html = _TONGUE_BUTTON.sub(rf'<button class="link" formaction="../\1/{sheet.name}"', html)
    html = _TONGUE_LINK.sub(rf'href="../\1/{sheet.name}"', html)
    html = _ELSEWHERE.sub(r"<span\1\2>\3</span>", html)
    html = _FORM.sub(f'<form method="get" action="{after.name}"', html)
    html = html.replace('name="go" value="back"', f'formaction="{before.name}"').replace(' name="go"', "")
    return _MAIN.sub(lambda found: f"{found[1]}\n{_above(survey, sheet, before, after)}", html, count=1)


def _above(survey: Survey, sheet: Sheet, before: Sheet, after: Sheet) -> Markup:
    """What stands above a page: whose it is, where else to go, and to whom its questions are shown."""
    whose = survey.audience_names()[sheet.audience]
    said = Markup(
        '<div class="note" lang="en" dir="ltr"><p><b>Preview</b> for {} in {}. Nothing is sent. '
        '<a href="../../{}">All pages</a> · <a href="{}">Before</a> · <a href="{}">Next</a></p>'
    ).format(whose, spoken(sheet.language).name, INDEX, before.name, after.name)
    page = survey.page(sheet.name[3:].removesuffix(".html"))
    conditions = [
        (question, when)
        for question in (page.questions if page else ())
        if (when := shown_when(survey, question, sheet.audience))
    ]
    for question, when in conditions:
        said += Markup("<p>“{}” is shown only if {}.</p>").format(say(question.wording, sheet.audience), when)
    return said + Markup("</div>")


def _index(survey: Survey, sheets: list[Sheet]) -> str:
    """The page that leads to all others."""
    parts = [
        Markup("<h1>{}</h1>\n<p>Every page as each audience reads it. Nothing is sent from here.</p>\n").format(
            survey.title
        )
    ]
    for audience, plural in survey.audience_names().items():
        for language in survey.all_languages:
            parts.append(Markup("<h2>{}, {}</h2>\n<ol>\n").format(plural, spoken(language).name))
            parts += [
                Markup('<li><a href="{}">{}</a></li>\n').format(sheet.path, sheet.title)
                for sheet in sheets
                if (sheet.audience, sheet.language) == (audience, language)
            ]
            parts.append(Markup("</ol>\n"))
    head = Markup(
        '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Preview</title>\n'
        '<meta name="generator" content="{}">\n'
        '<link rel="icon" href="{}">\n<link rel="stylesheet" href="{}">\n</head>\n<body>\n<main>\n'
    ).format("en", MARK, ICON, STYLE)
    return head + Markup("").join(parts) + Markup("</main>\n</body>\n</html>\n")
