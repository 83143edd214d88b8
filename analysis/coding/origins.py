"""Who suggested: the name that stands with a suggestion, and what a person reads of it."""

from safekeeping.languages import gettext as _

#: How names begin; what follows says exactly which. A name without one is the hash of the trained suggester.
LOCAL, SEEDS, LEARNT = "local:", "seeds:", "learnt:"


def origin_said(name: str) -> str:
    """What the desk says of who suggested."""
    if name.startswith(LOCAL):
        return _("Suggested by the language model {model}", model=name.removeprefix(LOCAL).rpartition(":")[0])
    for beginning, said in _SAID:
        if name.startswith(beginning):
            return _(said)
    return _("Suggested by what Heard learnt from its own examples")


_SAID = (
    (SEEDS, _("Suggested by the wording of the standard and your seed words")),
    (LEARNT, _("Suggested by what was learnt from your decisions")),
)
