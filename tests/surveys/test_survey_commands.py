"""`heard survey`: exit status, what is said where, and that files are whole or untouched."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from surveys.definition.load import load_survey
from surveys.example.load import SURVEY
from surveys.managing import static_preview
from surveys.managing.commands import survey_command
from surveys.responding.kinds import html_id, html_name
from tests.factories import DEFINITIONS

TEXT = Path(__file__).parent / "formats" / "questionnaire.txt"
TINY = DEFINITIONS / "tiny.toml"


def run(*words: object) -> Result:
    """The command with these words behind it."""
    return CliRunner().invoke(survey_command, [str(word) for word in words], catch_exceptions=False)


def test_check_says_that_it_is_in_order() -> None:
    done = run("check", SURVEY)
    assert done.exit_code == 0
    assert re.match(rf"{SURVEY} is in order: 6 pages, 16 questions, about \d+ to \d+ minutes\n", done.output)


def test_check_says_what_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(TINY.read_text(encoding="utf-8").replace('"Your views"', '"Domestic abuse"'), encoding="utf-8")
    done = run("check", path)
    assert done.exit_code == 0
    assert re.search("Discretion: .*“domestic”", done.output)
    assert "standard" not in done.output


def test_check_names_each_fault_and_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    text = TINY.read_text(encoding="utf-8")
    path.write_text(text.replace('kind = "long-text"', 'kind = "essay"') + '\nstray = "x"\n', encoding="utf-8")
    done = run("check", path)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert all(line.startswith("x.toml, ") for line in done.stderr.splitlines())


def test_convert_lists_what_is_lost_and_counts_it(tmp_path: Path) -> None:
    out = tmp_path / "out.toml"
    done = run("convert", TEXT, out)
    assert done.exit_code == 0
    assert done.stdout == f"{out} is written: 3 pages, 10 questions\n"
    *listed, count = done.stderr.splitlines()
    assert count == f"{len(listed)} things not carried over as they are."
    assert all(": " in line and "Instead: " in line for line in listed)
    assert len(load_survey(out).questions) == 10
    assert [path.name for path in tmp_path.iterdir()] == ["out.toml"]


def test_convert_does_not_replace_without_being_told(tmp_path: Path) -> None:
    out = tmp_path / "out.toml"
    out.write_text("mine", encoding="utf-8")
    refused = run("convert", TEXT, out)
    assert (refused.exit_code, out.read_text(encoding="utf-8")) == (2, "mine")
    assert "add --force" in refused.stderr
    assert run("convert", TEXT, out, "--force").exit_code == 0
    assert load_survey(out).title == "What helps men"


@pytest.mark.parametrize(
    ("source", "target"), [("none.toml", "out.toml"), (str(TEXT), "out.odd"), (str(TEXT), "no/such/folder/out.toml")]
)
def test_convert_refuses_in_words_and_leaves_nothing(source: str, target: str, tmp_path: Path) -> None:
    done = run("convert", source, tmp_path / target)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert re.fullmatch(r"[^\n]+\.\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.toml"
    out.write_text("mine", encoding="utf-8")

    def full(survey: Any, path: Path) -> tuple[()]:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("surveys.formats.convert.WRITERS", {".toml": full})
    done = run("convert", TEXT, out, "--force")
    assert done.exit_code == 2
    assert "No space left on device" in done.stderr
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("out.toml", "mine")]


def test_convert_never_takes_a_folder_away(tmp_path: Path) -> None:
    (tmp_path / "out.toml").mkdir()
    done = run("convert", TEXT, tmp_path / "out.toml", "--force")
    assert done.exit_code == 2
    assert (tmp_path / "out.toml").is_dir()


def test_stopping_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(static_preview, "write_preview", stopped)
    done = run("render", TINY, "--out", tmp_path / "preview")
    assert done.exit_code == 130
    assert "Nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


class Links(HTMLParser):
    """Every address on a page, and the tags that carry one or run anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        named = dict(attrs)
        self.found += [str(named[key]) for key in ("href", "src", "action", "formaction") if named.get(key)]
        assert not [key for key in named if key.startswith("on")]


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `heard survey render` makes of a survey with conditions and two languages."""
    folder = tmp_path_factory.mktemp("preview") / "pages"
    assert run("render", DEFINITIONS / "languages.toml", "--out", folder).exit_code == 0
    return folder


def test_every_page_of_every_audience_in_every_language_is_there(preview: Path) -> None:
    survey = load_survey(DEFINITIONS / "languages.toml")
    folders = {(path.parent.parent.name, path.parent.name) for path in preview.glob("*/*/*.html")}
    assert folders == {(audience, tag) for audience in survey.audience_names() for tag in survey.all_languages}
    assert len(list(preview.glob("*/*/*.html"))) == static_preview.count_sheets(survey)
    assert (preview / "heard.css").read_bytes() == (static_preview.STATIC / "heard.css").read_bytes()


def test_every_link_works_from_the_folder_alone(preview: Path) -> None:
    pages = [*preview.rglob("*.html")]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        links = Links(text)
        assert "script" not in links.tags
        for link in links.found:
            if link.startswith("data:image/svg+xml,"):  # the icon stands in the page
                continue
            assert link.startswith("#") or (page.parent / link).resolve().is_file(), (page, link)
            assert (page.parent / link).resolve().is_relative_to(preview.resolve())
    linked = Links((preview / "index.html").read_text(encoding="utf-8")).found
    assert {preview / link for link in linked if link.endswith(".html")} == set(pages) - {preview / "index.html"}


def test_conditional_questions_are_shown_with_their_condition(tmp_path: Path) -> None:
    assert run("render", DEFINITIONS / "conditions.toml", "--out", tmp_path / "p").exit_code == 0
    survey = load_survey(DEFINITIONS / "conditions.toml")
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "p").rglob("*.html"))
    assert "is shown only if" in text
    asked = [question for question in survey.questions if question.kind != "information"]
    assert all(f'id="{html_id(html_name(question.name))}"' in text for question in asked)


def test_render_does_not_replace_a_folder_without_being_told(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    for words in ([], ["--force"]):
        assert run("render", TINY, "--out", tmp_path, *words).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert run("render", TINY, "--out", tmp_path / "new").exit_code == 0
    assert run("render", TINY, "--out", tmp_path / "new", "--force").exit_code == 0
    assert (tmp_path / "new" / "index.html").is_file()
