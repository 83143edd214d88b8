"""The steps of `large_data.py`, each run in a process of its own: what the jobs and pages of a large survey do.

Nothing here is a shortcut past Heard: answers are sealed and landed as they are, jobs are run as a worker runs them.
The one stand-in is who codes the audit: two made-up coders whose codes follow from the id of each passage.
"""

import csv
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from pkgutil import resolve_name

from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from analysis.auditing.blind_coding import Seat, record
from analysis.auditing.deciding import decide
from analysis.auditing.designing import ask_to_draw, begin_sample, edition_of, samples
from analysis.auditing.example import _seats
from analysis.auditing.planning import proposed, sizes_about
from analysis.auditing.sample_tables import AuditUnit
from analysis.auditing.settling import Codes
from analysis.auditing.standing import standing_of
from analysis.coding.tables import Passage, Suggestion
from analysis.findings.estimates_kept import Estimates
from analysis.jobs import KINDS
from analysis.reading.asked import Asked
from analysis.reading.tables import ReadingFigures, keep_asked
from analysis.sharing.made_files import QUOTABLE, Export
from analysis.sharing.wave import bind, choose, freeze, waves_of
from app import ROOT, create_app
from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.jobs import Job, enqueue
from safekeeping.opening import Opened, open_installation
from safekeeping.permissions import ROLES
from safekeeping.recovery_key import keep_sealing, new_recovery_key, recovery_from
from safekeeping.settings import Settings
from safekeeping.staff import add_staff, begin_session
from safekeeping.working import run_one
from surveys.definition.published import as_open, definition_of, publish, published_at
from surveys.intake.mix import mix, rewritten
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, arrivals, land

SURVEY = Path(__file__).parent / "data" / "large.toml"
ADDRESS = "large"
AUDITED = 400
#: Submissions that are sealed and landed together.
AT_ONCE = 2_000
#: The audiences, and how many of a hundred are of each.
AUDIENCES = {"survivor": 50, "provider": 20, "commissioner": 10, "professional": 15, "other": 5}
REGIONS = ("north", "midlands", "east", "south", "west", "wales")
KNOWN = ("before", "later", "no")
FORMS = ("csv", "xlsx", "sav", "dta", "ddi", "jsonl", "html")
REASON = "A stand-in for two people who agree."

#: What is asked of the reading tools.
QUESTIONS = {
    "find": Asked(text='"waiting list"'),
    "kwic": Asked(kind="kwic", text="men"),
    "beside": Asked(kind="beside", text="men"),
    "frequencies": Asked(kind="frequencies", pairs=True),
    "keyness": Asked(kind="keyness", group="audience:survivor"),
    "together": Asked(kind="together"),
}


def submissions(first: int, count: int) -> Iterator[Submission]:
    """So many submissions from the number `first` on: the same each time."""
    mixed_answers = resolve_name("benchmarks.many_answers:mixed_answers")  # it loads what most steps do not need
    chance, texts = random.Random(first), mixed_answers(first, first * 2)
    for _number in range(count):
        answers: dict[str, object] = {
            "audience": chance.choices([*AUDIENCES], [*AUDIENCES.values()])[0],
            "region": chance.choice(REGIONS),
            "known": chance.choice(KNOWN),
            "weeks": min(int(chance.expovariate(0.1)), 520),
            "asked_again": chance.choice(("yes", "no")),
            **{name: str(chance.randint(1, 5)) for name in ("listened", "safer", "staffed")},
            "again": chance.choice(("yes", "no")),
            "may_quote": chance.choice(("yes", "no")),
        }
        answers |= {name: " ".join(next(texts)) for name in ("help", "change") if chance.random() < 2 / 3}
        yield Submission(answers)


def begin(settings: Settings) -> None:
    """An empty installation with the survey."""
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        publish(session, opened.vault, SURVEY.read_text(encoding="utf-8"), steady_now())
        add_staff(session, "Researcher", ROLES)
    opened.close()


def fill(settings: Settings, first: int, count: int) -> None:
    """Seal and land submissions, a few at a time, as an import of many does."""
    opened = open_installation(settings)
    with session_for(opened.engine.execution_options(reading=True)) as session:
        target = as_open(session, published_at(session, ADDRESS))
    sent = submissions(first, count)
    while some := list(islice(sent, AT_ONCE)):
        arrived = arrivals(target, some)
        with session_for(opened.engine) as session:
            land(session, target, arrived)
    opened.close()


def mix_part(settings: Settings, first: int, count: int) -> None:
    """Mix what waits, without rewriting the stores: that comes once, at the end."""
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        row = published_at(session, ADDRESS)
        mix(session, row.id, opened.vault.opener(row.id), closing=True)
    opened.close()


def rewrite(settings: Settings) -> None:
    """Rewrite both stores, as every mixing does."""
    opened = open_installation(settings)
    rewritten(opened.engine, opened.vault.store.engine)
    opened.close()


# Jobs ----------------------------------------------------------------------------------------------


def run_job(settings: Settings, step: str) -> None:
    """Run the job of a step as `heard work` does, with nothing else waiting. Raises `SystemExit` where it fails."""
    kind, argument = JOBS[step]
    app = create_app(settings)
    opened = Opened(app.extensions["engine"], app.extensions["vault"])
    with session_for(opened.engine) as session:
        session.execute(update(Job).where(Job.state != "done").values(state="done"))
        job = enqueue(session, kind, argument(session, opened)).id
    context = {
        "model folder": ROOT / "instance" / "models",
        "drafts": app.extensions["drafts_engine"],
        "watch": _watch,
    }
    while _state(opened, job) in ("queued", "running", "parted") and run_one(
        opened.engine, opened.vault, KINDS, context
    ):
        pass  # its parts, where it is cut into some
    if _state(opened, job) != "done":
        raise SystemExit(f"the job {kind} failed")
    with session_for(opened.engine) as session:
        session.execute(update(Job).where(Job.state != "done").values(state="done"))


def _state(opened: Opened, job: bytes) -> str:
    with session_for(opened.engine) as session:
        return session.get_one(Job, job).state


def _watch(done: int, total: int) -> None:
    print(f"\r  {done:,} of {total:,}    ", end="", file=sys.stderr, flush=True)


def _survey(session: Session, _opened: Opened) -> str:
    return published_at(session, ADDRESS).id.hex()


def _estimate_anew(session: Session, opened: Opened) -> str:
    session.execute(delete(Estimates))
    return _survey(session, opened)


def _count_anew(session: Session, opened: Opened) -> str:
    session.execute(delete(ReadingFigures))
    return _survey(session, opened)


def _audit(session: Session, opened: Opened) -> str:
    """An audit of some 400 responses, planned as the page proposes it."""
    row = published_at(session, ADDRESS)
    sample = begin_sample(session, row, definition_of(row).standard, "", steady_now())
    person = add_staff(session, "First coder", ()).id
    wanted = proposed(sizes_about(session, row), AUDITED)
    return ask_to_draw(session, sample, wanted, person, steady_now()).id.hex()


def label(settings: Settings) -> None:
    """Code the audit: what is suggested, changed where the hash of a passage says so. The second coder differs
    sometimes, and both then decide for the first."""
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        row, now = published_at(session, ADDRESS), steady_now()
        sample = samples(session, row.id)[-1]
        edition, units = edition_of(session, sample), list(standing_of(session, sample).units.values())
        one, other = (add_staff(session, name, ()).id for name in ("First coder", "Second coder"))
        session.add_all(_seats(units, (one, other), now))
        session.flush()
        for unit in units:
            at = session.get_one(AuditUnit, unit.id)
            for passage in session.scalars(select(Passage).where(Passage.id.in_(unit.passages))):
                settled, differing = _labels(session, passage, edition.section_codes)
                for person, codes in ((one, settled), (other, differing)):
                    record(session, Seat(at, passage), person, codes, edition, now)
                if settled != differing:
                    for person in (one, other):
                        where = (unit.id, passage.id)
                        decide(session, opened.vault.office, where, person, settled, edition, REASON, now)
        sample.ended_at = now
    opened.close()


def _labels(session: Session, passage: Passage, sections: tuple[str, ...]) -> tuple[Codes, Codes]:
    suggested, draw = session.get(Suggestion, passage.id), sha256(passage.id).digest()
    said = list(suggested.sections) if suggested else []
    if draw[0] < 30:
        said = []
    elif draw[0] < 60:
        said = [sections[draw[1] % len(sections)]]
    settled = Codes(frozenset(said), frozenset(), suggested.stance if suggested and said else "")
    return settled, Codes() if draw[2] < 25 else settled


def _agreement(session: Session, opened: Opened) -> str:
    return samples(session, published_at(session, ADDRESS).id)[-1].id.hex()


def _asked(name: str) -> Callable[[Session, Opened], str]:
    def ask(session: Session, opened: Opened) -> str:
        row, person = published_at(session, ADDRESS), add_staff(session, "Researcher", ROLES)
        return keep_asked(session, row, QUESTIONS[name], person.id, steady_now()).id.hex()

    return ask


def _wave(session: Session, opened: Opened) -> str:
    """Freeze what is there, unless that has been done."""
    row = published_at(session, ADDRESS)
    wave = next(iter(waves_of(session, row.id)), None)
    if wave is None:
        wave = freeze(session, row, opened.vault.office.mac, steady_now().date())
        choose(wave, ("region",))
    return wave.id.hex()


def _export(forms: tuple[str, ...], words: str = "") -> Callable[[Session, Opened], str]:
    def ask(session: Session, opened: Opened) -> str:
        row, person = published_at(session, ADDRESS), add_staff(session, "Researcher", ROLES)
        wave = waves_of(session, row.id)[0]
        bind([wave], wave)
        export = Export(wave_id=wave.id, forms=list(forms), words=words, asked_by=person.id, asked_at=steady_now())
        session.add(export)
        session.flush()
        return export.id.hex()

    return ask


def cross_table(settings: Settings) -> None:
    """Count audience by region by what was known, as a table for `heard protect`."""
    opened, counts = open_installation(settings), Counter[tuple[str, ...]]()
    with session_for(opened.engine.execution_options(reading=True)) as session:
        row = published_at(session, ADDRESS)
        for response in read_all(session, row.id, opened.vault.opener(row.id)):
            counts[tuple(str(response.answers.get(name, "-")) for name in ("audience", "region", "known"))] += 1
    opened.close()
    with (settings.instance.parent / "counts.csv").open("w", encoding="utf-8", newline="") as goal:
        writer = csv.writer(goal)
        writer.writerow(("audience", "region", "known", "count"))
        writer.writerows((*place, count) for place, count in sorted(counts.items()))


# Pages ---------------------------------------------------------------------------------------------

PAGES = (
    *("/desk/", "/desk/collect", "/desk/collect/large/progress", "/desk/collect/large/pace"),
    *("/desk/collect/large/set-aside", "/desk/code", "/desk/code/large", "/desk/code/large?first=doubtful"),
    *("/desk/code/large?first=learning", "/desk/code/large?first=flagged", "/desk/code/large?first=code:AE"),
    *("/desk/code/large/decided", "/desk/code/large/needs-a-person", "/desk/code/large/learning"),
    *("/desk/code/large/new", "/desk/code/large/seeds", "/desk/queues/large", "/desk/queues/large/people"),
    *("/desk/audit/large", "/desk/audit/large/agreement", "/desk/audit/large/settle", "/desk/safeguard"),
    *("/desk/safeguard/large", "/desk/read", "/desk/read/large", "/desk/read/large/ask/find"),
    *("/desk/read/large/figures", "/desk/find", "/desk/find/large", "/desk/find/large/charts"),
    *("/desk/find/large/releases", "/desk/find/large/compare", "/desk/find/large/reports"),
    *("/desk/find/large/report.html", "/desk/share/large", "/desk/quotes/large", "/desk/quotes/large/candidates"),
    *("/desk/revise", "/desk/trail", "/large"),
)


def pages(settings: Settings) -> None:
    """Open each page once, and keep milliseconds and status of each."""
    app = create_app(settings)
    client = let_in(app.test_client(), app.extensions["engine"])
    client.get("/desk/account")
    found = []
    for address in PAGES:
        began = time.perf_counter()
        shown = client.get(address, follow_redirects=True)
        found.append((round((time.perf_counter() - began) * 1000, 1), shown.status_code, address))
        print(*found[-1], file=sys.stderr, flush=True)
    kept = settings.instance.parent / "pages.json"
    kept.write_text(json.dumps(sorted(found, reverse=True), indent=1), encoding="utf-8")


def let_in(client: FlaskClient, engine: Engine) -> FlaskClient:
    """A browser in which somebody of every role is signed in."""
    with session_for(engine) as session:
        secret = begin_session(session, add_staff(session, "Researcher", ROLES), steady_now())
    client.set_cookie("d", secret.hex())
    return client


#: Step -> the job it is, and what the job is given.
JOBS: dict[str, tuple[str, Callable[[Session, Opened], str]]] = {
    "code": ("take in", _survey),
    "draw audit": ("draw audit", _audit),
    "agreement": ("audit agreement", _agreement),
    "estimate": ("estimate", _estimate_anew),
    "count words": ("count words", _count_anew),
    "draw charts": ("draw charts", _survey),
    **{f"read: {name}": ("read", _asked(name)) for name in QUESTIONS},
    "take in again": ("take in", _survey),
    "freeze and weigh": ("weigh", _wave),
    **{f"export: {form}": ("export", _export((form,))) for form in FORMS},
    "export: words": ("export", _export(("csv",), QUOTABLE)),
}


def recovery_key(settings: Settings) -> None:
    """Make the recovery key of an installation, as `heard backup key` does, and write it beside."""
    signs = new_recovery_key()
    keep_sealing(settings.instance, recovery_from(signs).sealing)
    (settings.instance.parent / "recovery.key").write_text(signs, encoding="utf-8")
