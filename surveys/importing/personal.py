"""Columns of an export that are about the person, the time or the machine: they are never taken in.

They are left out as the file arrives, by what they are called and by what stands in them, before anything is kept.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from safekeeping.languages import gettext as _
from surveys.definition import traces
from surveys.importing.folding import fold

TIME, EMAIL, NAME = _("when somebody answered"), _("an e-mail address"), _("somebody’s name")
NUMBER, MACHINE, PHONE = (
    _("a number that could lead back to a person"),
    _("what machine was used"),
    _("a telephone number"),
)
PLACE, BIRTH, RUNNING = (
    _("where somebody was or lives"),
    _("a date of birth"),
    _("how the form was gone through, and no answer"),
)

#: What a column is about -> what exports call it, folded.
CALLED: dict[str, list[str]] = {
    TIME: (
        "timestamp|time stamp|start time|completion time|startdate|start date|submitdate|date submitted|submitted at|"
        "submission time|submission date|submitted|datestamp|date started|date last action|enddate|end date|"
        "recordeddate|recorded date|created|created at|last modified time|modified at|interviewtime|total time|"
        "completed at|_submission_time|started at|date created|date modified"
    ).split("|"),
    EMAIL: "email|e mail|email address|e mail address|your email|your email address|mail|username|recipientemail".split(
        "|"
    ),
    NAME: (
        "name|full name|your name|your full name|first name|last name|firstname|lastname|surname|forename|"
        "recipientfirstname|recipientlastname|respondent|respondent name|participant name"
    ).split("|"),
    NUMBER: (
        "id|response id|responseid|respondent id|respondentid|token|seed|session id|user id|userid|participant id|"
        "collector id|collectorid|external reference|externalreference|_id|_uuid|uuid|nhs number|national insurance "
        "number|attribute_1|attribute_2|custom data|custom data 1"
    ).split("|"),
    MACHINE: (
        "ip|ip address|ipaddress|ipaddr|refurl|referrer url|referrer|user agent|browser|device|network id|"
        "distributionchannel|operating system|resolution"
    ).split("|"),
    PHONE: "phone|telephone|mobile|phone number|telephone number|mobile number|contact number".split("|"),
    PLACE: "latitude|longitude|locationlatitude|locationlongitude|address|postal address|home address".split("|"),
    BIRTH: "date of birth|dob|birthday|birth date|your date of birth".split("|"),
    RUNNING: (
        "lastpage|last page|startlanguage|start language|status|progress|finished|duration in seconds|userlanguage|"
        "total points|quiz feedback|grade posted time|score|_validation_status|_index"
    ).split("|"),
}
WHY = {called: why for why, names in CALLED.items() for called in names}
#: Names with a number or a question inside: times of LimeSurvey, points of Microsoft Forms.
PATTERNS = (
    (TIME, re.compile(r"(group time|question time|grouptime|questiontime) ?:?.*", re.IGNORECASE)),
    (RUNNING, re.compile(r"(points|feedback) - .+", re.IGNORECASE)),
)
#: What a column holds, where most of its cells are such. LimeSurvey writes a day as its midnight: that is an answer.
HOLDS: tuple[tuple[str, Callable[[str], object]], ...] = (
    (EMAIL, re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}").fullmatch),
    (MACHINE, re.compile(traces.MACHINE, re.IGNORECASE).fullmatch),
    (TIME, re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T,]+(?!00:00(:00)?\Z)\d{1,2}[:.]\d{2}.{0,20}").fullmatch),
    (NUMBER, re.compile(traces.RECORD).fullmatch),
    (NUMBER, lambda cell: re.fullmatch(traces.NHS, cell) and traces.nhs_number_holds(cell)),
    (NUMBER, lambda cell: re.fullmatch(traces.NI, cell.upper()) and traces.ni_prefix_holds(cell)),
    (PHONE, re.compile(traces.PHONE).fullmatch),
)
#: No cell that is longer is looked at, and no more cells of a column.
LONGEST, LOOKED_AT = 100, 1000


def about_the_person(column: str, cells: Iterable[str]) -> str:
    """What a column says of the person, the time or the machine; empty where it may hold answers."""
    called = fold(column)
    by_name = WHY.get(called) or next((why for why, known in PATTERNS if known.fullmatch(column.strip())), "")
    return by_name or _by_content(cells)


def _by_content(cells: Iterable[str]) -> str:
    filled = [cell.strip() for cell, _ in zip(filter(str.strip, cells), range(LOOKED_AT), strict=False)]
    return next((why for why, known in HOLDS if filled and _most(filled, known)), "")


def _most(filled: Sequence[str], known: Callable[[str], object]) -> bool:
    fitting = sum(len(cell) <= LONGEST and bool(known(cell)) for cell in filled)
    return fitting * 2 > len(filled)
