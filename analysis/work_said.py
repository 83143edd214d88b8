"""The kinds of long work as people read of them, whose work each is, and which must not be stopped."""

from dataclasses import dataclass

from safekeeping.languages import gettext as _

#: Set off by what somebody sent or took back: when that was is not told, and of the second not even that it was.
BY_ANSWERS = ("take in", "withdraw")
SECRET = "withdraw"  # noqa: S105 (no password)


@dataclass(frozen=True)
class Kind:
    """What it is called, and which action somebody must be permitted to stop it or to have it tried again."""

    called: str
    action: str


KINDS_SAID: dict[str, Kind] = {
    "take in": Kind(_("Taking in new answers"), "collect"),
    "withdraw": Kind(_("Taking out what was withdrawn"), "collect"),
    "ask model": Kind(_("Asking the language model"), "code"),
    "learn": Kind(_("Learning from what was coded"), "code"),
    "find new": Kind(_("Looking for new themes"), "code"),
    "suggest parts": Kind(_("Suggesting for passages that were cut anew"), "code"),
    "draw audit": Kind(_("Drawing an audit sample"), "lead coding"),
    "audit agreement": Kind(_("Measuring agreement"), "settle"),
    "search words": Kind(_("Looking for words in the audit"), "lead coding"),
    "count words": Kind(_("Counting words"), "find"),
    "draw charts": Kind(_("Drawing charts"), "find"),
    "estimate": Kind(_("Working out shares"), "find"),
    "check triggers": Kind(_("Looking what calls for an earlier review"), "find"),
    "wave shares": Kind(_("Working out shares to compare"), "find"),
    "release quotes": Kind(_("Releasing quotes"), "release quotes"),
    "weigh": Kind(_("Working out what a data file must withhold"), "export"),
    "export": Kind(_("Making a data file"), "export"),
    "report": Kind(_("Making a report"), "find"),
}

#: Why some kinds cannot be stopped.
NEVER_STOPPED = {
    "take in": _(
        "Taking in cannot be stopped: answers would wait unshuffled, and figures would be of some of them only. It "
        "disturbs nobody, and goes on by itself after the server was switched off."
    ),
    "withdraw": _("Withdrawing cannot be stopped: somebody was promised that their answers are taken out."),
}
