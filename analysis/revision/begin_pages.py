"""How the revision of a standard begins: which, published when, and the surveys that give it evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, g, make_response, redirect, render_template, request, url_for

from analysis.revision.cycles import begin_cycle, cycles_of, text_of
from analysis.revision.plan_words import PURPOSE_SAID, years_said
from analysis.revision.planning import Plan, due_after, late_today, planned_back, planned_from, usual_days
from analysis.revision.plans import choose_surveys, keep_plan, today_in
from analysis.revision.seen_cycles import published
from analysis.revision.tables import RevisionCycle
from analysis.revision.typed_days import NoDay, read_day
from analysis.standard.held_editions import names_here, newest_edition
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext, plain_day
from surveys.definition.published import GONE, PublishedSurvey, definition_of
from surveys.writing.at_hand import published_for

bp = staff_blueprint("begin_cycle", __name__)

#: From where a plan is worked out: backwards from the day the review is due, or forwards from today.
BACK, TODAY = "back", "today"


@dataclass(frozen=True)
class Choice:
    """Something that can be revised: a standard, all of it or one of its stages."""

    value: str
    name: str
    stage: str
    title: str
    years: int
    published: date | None

    @property
    def said(self) -> str:
        """Its title, and how often it is revised."""
        return _("{title}, {years}", title=self.title, years=years_said(self.years))


def choices() -> list[Choice]:
    """Everything of this organisation that can be revised."""
    found: list[Choice] = []
    for name in names_here(kept(), g.person.organisation_id):
        edition = newest_edition(kept(), g.person.organisation_id, name)
        text, (day, _year) = edition.text, published(edition)
        found.append(Choice(name, name, "", text.title, text.years, day))
        for stage in text.stages:
            title = _("{title}: {stage}", title=text.title, stage=stage.title)
            found.append(Choice(f"{name}|{stage.code}", name, stage.code, title, stage.years, day))
    return found


@bp.get("/revise/begin")
@may("revise")
def begin() -> Response:
    """The form that begins a cycle."""
    every = choices()
    chosen = next((each for each in every if each.value == request.args.get("what")), every[0])
    day = chosen.published.isoformat() if chosen.published else ""
    return _form({"what": chosen.value, "published_on": day}, {})


def _form(typed: Mapping[str, str], wrong: Mapping[str, str], ahead: str = "") -> Response:
    page = render_template(
        "revise/begin.html",
        choices=choices(),
        surveys=surveys_here(),
        define=definition_of,
        purposes={name: _(said) for name, said in PURPOSE_SAID.items()},
        typed=typed,
        wrong=wrong,
        ahead=ahead,
    )
    return make_response(page, 400 if wrong or ahead else 200)


def surveys_here() -> Sequence[PublishedSurvey]:
    """The surveys that can give evidence."""
    return [row for row in published_for("revise") if row.state not in GONE]


@bp.post("/revise/begin")
@may("revise")
def begin_it() -> Response:
    """Begin it, with a plan; where the plan would begin in the past, ask first."""
    typed, today = dict(request.form.items()), today_in(g.person.zone)
    chosen = next((each for each in choices() if each.value == typed.get("what")), None)
    day, wrong = _published(typed.get("published_on", ""), today)
    if chosen is None:
        return _form(typed, {"what": _("Choose one of the standards in the list."), **wrong})
    if _is_under_way(chosen):
        wrong = {"what": _("The revision of this is under way already. You find its plan under Revise."), **wrong}
    if wrong or day is None:
        return _form(typed, wrong)
    due = due_after(day, chosen.years)
    plan = _plan(day, due, today, typed.get("way", ""))
    if plan is None:
        return _form(typed, {}, _ahead(day, due, today))
    whose = {"title": chosen.title[:200], "stage": chosen.stage, "made_by": g.person.id}
    cycle = begin_cycle(kept(), g.person.organisation_id, chosen.name, day, due, **whose)
    keep_plan(kept(), cycle, plan)
    choose_surveys(kept(), cycle, purposes_typed(surveys_here()))
    note("began cycle", chosen.name, stage=chosen.stage)
    return make_response(redirect(url_for("cycle.look", key=cycle.id.hex(), done="begun"), 303))


def _published(typed: str, today: date) -> tuple[date | None, dict[str, str]]:
    try:
        day = read_day(typed)
    except NoDay:
        day = None
    if day is None:
        return None, {"published_on": _("Give the day it was published, such as 1/3/2026.")}
    if day > today:
        return None, {"published_on": _("This day has not come yet. Give the day the edition was published.")}
    return day, {}


def _is_under_way(chosen: Choice) -> bool:
    from_it = cycles_of(kept(), g.person.organisation_id)
    return any(_same(each, chosen) for each in from_it if each.ended_on is None)


def _same(cycle: RevisionCycle, chosen: Choice) -> bool:
    return cycle.stage == chosen.stage and text_of(kept(), cycle).name == chosen.name


def _plan(published_on: date, due: date, today: date, way: str) -> Plan | None:
    """The plan, or None where it would be late from its first day and nobody has said that it may be."""
    days = usual_days(published_on, due)
    if way == TODAY:
        return planned_from(today, days)
    plan = planned_back(due, days)
    return plan if way == BACK or not late_today(plan, today) else None


def _ahead(published_on: date, due: date, today: date) -> str:
    days = usual_days(published_on, due)
    late, last = late_today(planned_back(due, days), today), planned_from(today, days)[-1].due_on
    values = {"due": plain_day(due), "day": plain_day(last)}
    return ngettext(
        "The review is due on {due}. Worked backwards from then, {number} step would be late already. Begun today, "
        "the next edition can be published on {day}.",
        "The review is due on {due}. Worked backwards from then, {number} steps would be late already. Begun today, "
        "the next edition can be published on {day}.",
        len(late),
        **values,
    )


def purposes_typed(surveys: Sequence[PublishedSurvey]) -> dict[bytes, str]:
    """What the form says each of these surveys is for; those it does not name are left out."""
    typed = {row.id: request.form.get(f"survey-{row.id.hex()}") for row in surveys}
    return {survey_id: said for survey_id, said in typed.items() if said is not None and said in ("", *PURPOSE_SAID)}
