"""What `heard doctor` looks at, in one table; see `safekeeping.doctor`."""

import platform
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from safekeeping import high_water
from safekeeping.ageing import backups_in
from safekeeping.backing_up import ANSWERS, KEYS, closed_keys
from safekeeping.doctor import FINE, LOOK, MEND, Cannot, Check, Finding, Patient, too_open
from safekeeping.doctor_databases import CHECKS as OF_DATABASES
from safekeeping.jobs import Job
from safekeeping.master_keys import NoKeys, key_file, versions
from safekeeping.migrating import revision_of, revisions
from safekeeping.recovery_key import NoRecoveryKey, read_sealing, sealing_file
from safekeeping.settings import RESPOND, file_of
from safekeeping.trail import HEADS, head, verify

PYTHONS = ((3, 11), (3, 13))
#: Bytes that must be free, and below which it is time to look.
LEAST, SCANT = 200_000_000, 1_000_000_000
#: A database or a trail longer than this takes too long to be read through here.
LARGEST, LONGEST = 1_000_000_000, 50_000
LATE, TOO_LATE = timedelta(hours=3), timedelta(hours=26)
WAITED = timedelta(hours=2)


def heard_version() -> str:
    """The version of the installed package."""
    try:
        return version("heard")
    except PackageNotFoundError:
        return "not installed"


def _programs(patient: Patient) -> Iterator[Finding]:
    fits = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    what = f"Heard {heard_version()} on Python {platform.python_version()}"
    remedy = "" if fits else "Install Python 3.11, 3.12 or 3.13, then run: make install"
    yield Finding(FINE if fits else MEND, "Program", what, remedy)


def _address(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    if settings.over_https or ".onion" in settings.public_address:
        yield Finding(FINE, "Public address", settings.public_address)
    else:
        remedy = "Set HEARD_ADDRESS to the https:// address people type."
        yield Finding(LOOK, "Public address", f"{settings.public_address}: only this machine can use it", remedy)


def _modes(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    if not settings.instance.is_dir():
        remedy = "Check HEARD_INSTANCE; or start Heard once (heard run), or bring it back (heard restore)."
        yield Finding(MEND, "Files", f"the folder {settings.instance} is not there", remedy)
        return
    stores = [file_of(each) for each in (settings.database, settings.keystore, settings.drafts)]
    masters = [key_file(settings.keys, each) for each in versions(settings.keys)]
    folders: list[Path | None] = [settings.instance, settings.keys]
    wrong = 0
    for path in (*folders, *stores, *masters, sealing_file(settings.instance)):
        mode = too_open(path) if path and path.exists() else ""
        if mode:
            wrong += 1
            state = MEND if path in masters or path in folders else LOOK
            right = "700" if path in folders else "600"
            yield Finding(state, "Files", f"{path} can be used by others (mode {mode})", f"Run: chmod {right} {path}")
    if not wrong:
        yield Finding(FINE, "Files", f"nobody else can read what is in {settings.instance}")


def _disk(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    path = file_of(settings.database)
    size = path.stat().st_size if path and path.exists() else 0
    for about, folder in (("Disk", settings.instance), ("Disk of the backups", settings.backups)):
        free = shutil.disk_usage(_existing(folder)).free
        state = MEND if free < LEAST else LOOK if free < max(SCANT, 2 * size) else FINE
        remedy = "" if state == FINE else "Make room: where the disk is full, no answer can be kept."
        yield Finding(state, about, f"{free / 1e9:,.1f} GB free", remedy)


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _migrations(patient: Patient) -> Iterator[Finding]:
    remedy = "Check HEARD_DATABASE; or start Heard once (heard run), or bring back a backup: heard restore"
    try:
        there, known = revision_of(patient.engine), revisions()
    except Cannot as fault:
        yield Finding(MEND, "Database", str(fault), remedy)
        return
    except SQLAlchemyError as fault:  # its message would hold the address, with its password
        yield Finding(MEND, "Database", f"it cannot be read ({type(fault).__name__})", remedy)
        return
    if there == known[-1]:
        yield Finding(FINE, "Database", f"has the newest shape ({there})")
    elif there is None:
        yield Finding(MEND, "Database", "there is nothing in it", remedy)
    elif there in known:
        remedy = "Stop Heard, then run: heard upgrade"
        yield Finding(MEND, "Database", f"has an older shape ({there}; the newest is {known[-1]})", remedy)
    else:
        yield Finding(MEND, "Database", f"is of a newer Heard ({there})", "Install the newer version of Heard again.")


def _whole(patient: Patient) -> Iterator[Finding]:
    path = file_of(patient.settings.database)
    if path is None:
        with patient.reading() as session:
            session.execute(text("SELECT 1"))
        yield Finding(FINE, "Database file", "the database server answers")
        return
    if path.exists() and path.stat().st_size > LARGEST:
        yield Finding(FINE, "Database file", "not read through: it is too large for that here")
        return
    with patient.reading() as session:
        said = session.execute(text("PRAGMA quick_check(1)")).scalar()
    remedy = "" if said == "ok" else "Stop Heard, keep a copy of the folder, then bring back a backup: heard restore"
    what = "is whole" if said == "ok" else "is damaged"
    yield Finding(FINE if said == "ok" else MEND, "Database file", what, remedy)


def _keys(patient: Patient) -> Iterator[Finding]:
    try:
        vault = patient.vault
    except (Cannot, NoKeys) as fault:
        yield Finding(MEND, "Keys", str(fault), "Or bring back a backup: heard restore")
        return
    count, closed = len(vault.store.surveys()), closed_keys(vault)
    if closed:
        remedy = "Put the master key back that belongs to this key store, or bring back a backup: heard restore"
        yield Finding(MEND, "Keys", f"the master key does not open {closed} of {count} keys", remedy)
    else:
        yield Finding(FINE, "Keys", f"all {count} in the key store open by master key {vault.version}")


def _clock(patient: Patient) -> Iterator[Finding]:
    with patient.reading() as session:
        far = high_water.far_mark(session, patient.now)
        known = high_water.mark(session)
    if far:
        what = f"it says {patient.now:%d %B %Y}, and Heard has surely reached {far:%d %B %Y} only"
        if far > patient.now:
            what = f"it says {patient.now:%d %B %Y}, and Heard has already seen {far:%d %B %Y}"
        remedy = "Set the clock right. If it is right and the server was off, this mends itself within days."
        yield Finding(LOOK, "Clock", what, remedy)
    else:
        yield Finding(FINE, "Clock", "agrees with what Heard has seen" if known else "no worker has run yet")


def _jobs(patient: Patient) -> Iterator[Finding]:
    with patient.reading() as session:
        failed = session.scalar(select(func.count()).select_from(Job).where(Job.state == "failed")) or 0
        late = (Job.state == "queued") & (Job.made_at < patient.now - WAITED)
        waiting = session.scalar(select(func.count()).select_from(Job).where(late)) or 0
    if failed:
        remedy = "Start Heard again: it tries them once more. If they fail again, the log says why."
        yield Finding(LOOK, "Long work", f"{failed} failed", remedy)
    if waiting:
        yield Finding(LOOK, "Long work", f"{waiting} waiting for hours", "Is the worker running? Start Heard again.")
    if not failed and not waiting:
        yield Finding(FINE, "Long work", "nothing failed, nothing waits")


def _backups(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    try:
        name = read_sealing(settings.instance).name
    except NoRecoveryKey as fault:
        yield Finding(MEND, "Backups", "none can be made", str(fault))
        return
    ages = [patient.now - each[-1].at for kind in (ANSWERS, KEYS) if (each := backups_in(settings.backups, kind))]
    if len(ages) < 2:
        yield Finding(MEND, "Backups", f"there is none in {settings.backups}", "Make one now: heard backup")
        return
    hours = max(ages) // timedelta(hours=1)
    when = f"{hours} hours ago" if hours > 1 else "within the last two hours"
    state = MEND if max(ages) > TOO_LATE else LOOK if max(ages) > LATE else FINE
    remedy = "" if state == FINE else "Make one now (heard backup), and see why the hourly one does not run."
    yield Finding(state, "Backups", f"the last was made {when}, for the recovery key {name}", remedy)
    if state == FINE and settings.backups.stat().st_dev == settings.instance.stat().st_dev:
        remedy = "Copy them to another machine every hour, or set HEARD_BACKUPS to another disk (docs/deployment.md)."
        yield Finding(LOOK, "Backups", "they lie on the disk that they are to replace", remedy)


def _trail(patient: Patient) -> Iterator[Finding]:
    with patient.reading() as session:
        newest = head(session)
        if newest and newest.number > LONGEST:
            yield Finding(FINE, "Trail", "too long to be read here; run: heard trail verify")
            return
        if newest and patient.vault.store.survey(b"the desk's keys.") is None:
            raise Cannot("the desk's keys are not in the key store")
        broken = verify(session, patient.vault, patient.settings.instance / HEADS) if newest else []
    if broken:
        remedy = "Run: heard trail verify. After a restore, later acts are missing; else somebody changed it."
        yield Finding(LOOK, "Trail", f"does not hold, in places: {len(broken)}", remedy)
    else:
        yield Finding(
            FINE, "Trail", f"holds, from the first act to number {newest.number}" if newest else "nothing is in it yet"
        )


#: In the order in which they are told.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("Program", _programs),
    ("Public address", _address),
    ("Files", _modes),
    ("Disk", _disk),
    ("Database", _migrations),
    ("Database file", _whole),
    *OF_DATABASES,
    ("Keys", _keys),
    ("Clock", _clock),
    ("Long work", _jobs),
    ("Trail", _trail),
    ("Backups", _backups),
)
NEED_KEYS = ("Keys", "Trail", "Backups")


def checks_for(door: str) -> list[tuple[str, Check]]:
    """The checks of a server with these pages: one that only takes answers has no keys to look at."""
    return [each for each in CHECKS if door != RESPOND or each[0] not in NEED_KEYS]
