"""What the second person asks of a quote: would somebody who lived it know it? Pure.

The reader to think of is the one it is about. That reader knows the days, the injuries and the very words, so taking
out names is not enough.
"""

from collections.abc import Mapping

from safekeeping.languages import gettext as _

#: Each is answered no or yes: could somebody who lived it know the quote by this?
ASKED = {
    "dates": _("A date, a season or how long something lasted"),
    "injuries": _("An injury, an illness or a medicine"),
    "children": _("Children: how many, how old, boys or girls, school"),
    "court": _("Court, police or other authorities: what they did, and when"),
    "said": _("Exact words that somebody said or wrote, in anger or not"),
    "place": _("A place, a house, a journey, a vehicle"),
    "work": _("A job, an employer, a uniform, a hobby"),
    "origin": _("Faith, origin, language, being gay, trans or disabled, in the way it is told"),
    "pair": _("Anything that only two people know"),
    "voice": _("A turn of phrase or a spelling that is this person’s own"),
}
NO, YES = ANSWERS = ("no", "yes")
APPROVED, BACK, REFUSED = VERDICTS = ("approved", "sent back", "refused")
LONGEST_REASON = 500


class NotYet(ValueError):
    """The verdict cannot be given so; the message is for whoever gives it."""


def check(verdict: str, answers: Mapping[str, str], reason: str) -> None:
    """Raises `NotYet` unless a verdict can be given: to approve, every question is answered no; else with a reason."""
    if len(reason) > LONGEST_REASON:
        raise NotYet(_("Shorten the reason to at most {number} letters.", number=LONGEST_REASON))
    if verdict == APPROVED and any(answers.get(key) not in ANSWERS for key in ASKED):
        raise NotYet(_("Answer every question before you approve."))
    if verdict == APPROVED and YES in answers.values():
        raise NotYet(_("You answered yes to a question. Send the quote back and say what has to go."))
    if verdict != APPROVED and not reason:
        raise NotYet(_("Say why, in a few words, so that your colleague knows what to change."))
