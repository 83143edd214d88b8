"""Changing a plan: one step, or the day the review is due. What moves by it is shown before anything is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from flask import Response, abort, g, make_response, render_template, request

from analysis.revision import plan_words
from analysis.revision.cycle_here import CycleHere
from analysis.revision.earlier_review import answer, calling
from analysis.revision.plan_pages import back, open_cycle
from analysis.revision.plan_words import WAY_SAID, step_called
from analysis.revision.planning import (
    LONGEST,
    PUSH,
    WAYS,
    Plan,
    Step,
    again_back,
    again_from,
    changed,
    late_today,
    moves,
    overlapping,
    worked_before,
)
from analysis.revision.plans import LONGEST_NOTE, Aside, asides_of, keep_plan, plan_of, reviewers, today_in
from analysis.revision.typed_days import NoDay, read_day, read_number
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import plain_day
from safekeeping.staff import Staff

bp = staff_blueprint("cycle_plan", __name__)

CHANGED = _("Somebody changed the plan while this page was open, so nothing was kept. Look at what moves once more.")
#: How the whole plan is worked out anew: backwards from the day, forwards from today, or not at all.
BACK, TODAY, STAY = "back", "today", "stay"


@dataclass(frozen=True)
class Change:
    """A change of the plan that is not kept yet."""

    plan: Plan
    due_on: date
    aside: Aside | None = None

    @property
    def mark(self) -> str:
        """What names it in a form, so that nothing is kept but what was shown."""
        days = [(step.name, step.days, step.due_on.isoformat(), str(step.done_on)) for step in self.plan]
        return sha256(repr([days, self.due_on.isoformat()]).encode()).hexdigest()[:20]


@bp.get("/revise/<key>/plan/<step>")
@may("revise")
def step(key: str, step: str) -> Response:
    """One step, to be changed."""
    here = open_cycle(key)
    now, aside = _step(here, step), asides_of(kept(), here.row)[step]
    typed = {
        "due_on": now.due_on.isoformat(),
        "days": str(now.days),
        "done_on": now.done_on.isoformat() if now.done_on else "",
        "owner": aside.owner_id.hex() if aside.owner_id else "",
        "note": aside.note,
        "way": PUSH,
    }
    return _step_page(here, step, typed)


def _step(here: CycleHere, name: str) -> Step:
    return next((each for each in plan_of(kept(), here.row) if each.name == name), None) or abort(404)


def _step_page(
    here: CycleHere,
    name: str,
    typed: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    to: Change | None = None,
) -> Response:
    return _page(
        here,
        "revise/step.html",
        wrong,
        to,
        typed=typed,
        name=name,
        people=_people(here, name),
        ways={way: _(said) for way, said in WAY_SAID.items()},
        longest=LONGEST_NOTE,
    )


def _people(here: CycleHere, name: str) -> list[Staff]:
    """Who may be given the step; whose it is stands among them also where they revise no more."""
    people, owner = reviewers(kept(), here.row.organisation_id), asides_of(kept(), here.row)[name].owner_id
    had = kept().get(Staff, owner) if owner else None
    return people if had is None or had.id in {each.id for each in people} else [*people, had]


def _page(
    here: CycleHere, template: str, wrong: Mapping[str, str] | None, to: Change | None, **more: object
) -> Response:
    plan, today = plan_of(kept(), here.row), today_in(g.person.zone)
    page = render_template(
        template,
        here=here,
        wrong=wrong or {},
        to=to,
        moves=moves(plan, to.plan) if to else (),
        beware=_beware(plan, to, today) if to else [],
        words=plan_words,
        **more,
    )
    return make_response(page, 400 if wrong else 200)


def _beware(plan: Plan, to: Change, today: date) -> list[str]:
    """What somebody should know before they keep a change."""
    before = {each.name for each in late_today(plan, today)}
    late = [each.name for each in late_today(to.plan, today) if each.name not in before]
    at_once = [_("“{step}” would be late already.", step=step_called(name)) for name in late]
    after = plan_words.against_due(to.plan, to.due_on)
    return [*plan_words.overlaps_said(overlapping(to.plan)), *at_once, *([after] if after else [])]


@bp.post("/revise/<key>/plan/<step>")
@may("revise")
def change(key: str, step: str) -> Response:
    """Show what a change moves, or keep it. `do=done`: it is done today, and nothing else changes."""
    here, today = open_cycle(key), today_in(g.person.zone)
    now, typed = _step(here, step), dict(request.form.items())
    if typed.get("do") == "done":
        return _keep(here, Change(_with(here, replace(now, done_on=today)), here.row.due_on))
    to, aside, wrong = _typed(here, now, today)
    if wrong:
        return _step_page(here, step, typed, wrong)
    way = typed.get("way", "") if typed.get("way") in WAYS else PUSH
    made = Change(changed(plan_of(kept(), here.row), step, to, way), here.row.due_on, aside)
    if typed.get("do") == "keep" and not _is_current(here):
        return _step_page(here, step, typed, {"due_on": _(CHANGED)}, made)
    if typed.get("do") != "keep" or typed.get("seen") != made.mark:
        return _step_page(here, step, typed, to=made)
    return _keep(here, made, step)


def _with(here: CycleHere, to: Step) -> Plan:
    return tuple(to if each.name == to.name else each for each in plan_of(kept(), here.row))


def _is_current(here: CycleHere) -> bool:
    return request.form.get("changes") == str(here.row.plan_changes)


def _keep(here: CycleHere, to: Change, step: str = "") -> Response:
    here.row.due_on = to.due_on
    keep_plan(kept(), here.row, to.plan, {step: to.aside} if step and to.aside else None)
    note("plan changed", here.text.name, step=step)
    return back(here, "kept")


def _typed(here: CycleHere, now: Step, today: date) -> tuple[Step, Aside, dict[str, str]]:
    """The step as the form says it, and what is wrong with that."""
    wrong: dict[str, str] = {}
    due = _day("due_on", wrong) or now.due_on
    done = _day("done_on", wrong)
    if not request.form.get("due_on", "").strip():
        wrong["due_on"] = _("Give the day by which this is to be done, such as 1/3/2027.")
    if done and done > today:
        wrong["done_on"] = _("This day has not come yet. Leave it empty until it is done.")
    days = read_number(request.form.get("days", ""), 1, LONGEST)
    if days is None:
        wrong["days"] = _("Give a whole number of days from 1 to {most}.", most=LONGEST)
    text = " ".join(request.form.get("note", "").split())
    if len(text) > LONGEST_NOTE:
        wrong["note"] = _(
            "This note has {number} letters; at most {most} are kept.", number=len(text), most=LONGEST_NOTE
        )
    owner = _owner(here, now.name, wrong)
    return Step(now.name, days or now.days, due, done), Aside(owner, text), wrong


def _day(field: str, wrong: dict[str, str]) -> date | None:
    try:
        return read_day(request.form.get(field, ""))
    except NoDay:
        wrong[field] = _("This is no day we can read. Write it as 1/3/2027.")
        return None


def _owner(here: CycleHere, name: str, wrong: dict[str, str]) -> bytes | None:
    typed = request.form.get("owner", "")
    found = {each.id.hex(): each.id for each in _people(here, name)}
    if typed and typed not in found:
        wrong["owner"] = _("Choose one of the people in the list, or nobody.")
    return found.get(typed)


@bp.get("/revise/<key>/plan/due")
@may("revise")
def due(key: str) -> Response:
    """The day the review is due, to be changed."""
    here = open_cycle(key)
    on = request.args.get("on", "") or here.row.due_on.isoformat()
    return _due_page(here, {"due_on": on, "way": BACK, "calls": request.args.get("calls", "")})


def _due_page(
    here: CycleHere, typed: Mapping[str, str], wrong: Mapping[str, str] | None = None, to: Change | None = None
) -> Response:
    return _page(here, "revise/due.html", wrong, to, typed=typed)


@bp.post("/revise/<key>/plan/due")
@may("revise")
def change_due(key: str) -> Response:
    """Show what another day moves, or keep it; what called for it is answered by that."""
    here, today = open_cycle(key), today_in(g.person.zone)
    typed, wrong = dict(request.form.items()), dict[str, str]()
    on = _day("due_on", wrong)
    if on is None:
        return _due_page(here, typed, {"due_on": _("Give the day the review is due, such as 1/3/2027."), **wrong})
    if on < here.row.published_on:
        return _due_page(here, typed, {"due_on": _("This is before the edition was published. Give a later day.")})
    made = _due_change(plan_of(kept(), here.row), worked_before(on), typed.get("way", ""), today)
    if typed.get("do") == "keep" and not _is_current(here):
        return _due_page(here, typed, {"due_on": _(CHANGED)}, made)
    if typed.get("do") != "keep" or typed.get("seen") != made.mark:
        return _due_page(here, typed, to=made)
    for row in calling(kept(), here.row.id):
        if row.id.hex() == typed.get("calls"):
            answer(row, today, _("The review is due on {day} instead.", day=plain_day(made.due_on)))
    return _keep(here, made)


def _due_change(plan: Plan, on: date, how: str, today: date) -> Change:
    if how == TODAY:
        return Change(again_from(plan, today), on)
    return Change(plan if how == STAY else again_back(plan, on), on)
