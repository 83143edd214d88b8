"""What the README says is so: commands, settings, files, links; and the repository speaks of the project alone."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.commands import code_command
from app import ERRORS, heard
from safekeeping.settings import SETTINGS
from surveys.example.load import SURVEY
from surveys.managing.commands import survey_command

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def ours() -> list[Path]:
    """Every file of the repository, as far as git is there to ask."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"\bmake ([a-z-]+)\b", README))))
def test_every_make_verb_is_there(verb: str) -> None:
    assert f"\n{verb}:" in MAKEFILE


def test_every_setting_is_told() -> None:
    assert set(re.findall(r"`(HEARD_[A-Z_]+|PORT)`", README)) == {setting.name for setting in SETTINGS}


def test_the_command_takes_the_options_it_is_said_to_take() -> None:
    options = {name for parameter in code_command.params for name in parameter.opts}
    told = set(re.findall(r"--[a-z]+", README.split("## Code a spreadsheet")[1].split("##")[0]))
    assert told <= options
    assert heard.commands["code"] is code_command


def test_the_files_of_heard_code_are_named() -> None:
    for name in ("passages.csv", "responses.csv", "report.html", "manifest.json"):
        assert name in README


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).is_file()


@pytest.mark.parametrize("guide", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_every_link_of_a_guide_leads_to_a_file(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", guide.read_text(encoding="utf-8"))
    assert [link for link in links if not (guide.parent / link).is_file()] == []


def test_the_survey_commands_do_what_they_are_said_to_do(tmp_path: Path) -> None:
    told = re.findall(r"heard survey (\w+) (.*)", README.split("## Write a survey")[1].split("##")[0])
    assert [verb for verb, _ in told] == ["check", "convert", "render"]
    (tmp_path / "survey.toml").write_text(SURVEY.read_text(encoding="utf-8"), encoding="utf-8")
    sheet = CliRunner().invoke(survey_command, ["convert", f"{tmp_path}/survey.toml", f"{tmp_path}/form.xlsx"])
    assert sheet.exit_code == 0
    (tmp_path / "survey.toml").unlink()
    for verb, arguments in [told[1], told[0], told[2]]:
        words = [f"{tmp_path}/{word}" if not word.startswith("-") else word for word in arguments.split()]
        done = CliRunner().invoke(survey_command, [verb, *words])
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize("document", ["SECURITY.md", "README.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    for name in re.findall(r"`(tests/[\w/.]+)`", (ROOT / document).read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_the_stylesheet_is_small() -> None:
    assert (ROOT / "templates" / "static" / "heard.css").stat().st_size < 15_000


def test_no_message_shouts() -> None:
    shown = [*ROOT.glob("templates/**/*.html"), ROOT / "surveys" / "example" / "survey.toml"]
    shouting = [path.name for path in shown if re.search(r"[a-z]!(?:[ <]|$)", path.read_text(encoding="utf-8"))]
    assert not shouting
    assert not [words for told in ERRORS.values() for words in told if "!" in words]


def test_contact_details_are_invented() -> None:
    """E-mail at example.org only, postcodes in ZZ99 only, telephone numbers in Ofcom's drama ranges only."""
    for path in ours():
        if path.suffix not in {".jsonl", ".csv", ".toml", ".md", ".html"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"[\w.]+@(?!example\.org\b)[\w-]+\.[a-z]{2,}", text), path
        assert not re.findall(r"\b(?!ZZ99)[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b", text), path
        assert not re.findall(r"\b07(?!700 900)\d{3} ?\d{6}\b|\b016(?!32 960)\d{2} ?\d{6}\b", text), path
