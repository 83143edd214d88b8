"""Who may do what, as one readable table: role x action."""

from datetime import timedelta

from safekeeping.languages import gettext as _

#: What each role may do. An administrator keeps the place running and reads no answers.
PERMITTED: dict[str, frozenset[str]] = {
    "author": frozenset({"see home", "collect", "write", "enter"}),
    "publisher": frozenset({"see home", "collect", "write", "publish"}),
    "coder": frozenset({"see home", "code", "settle", "release quotes"}),
    "coding lead": frozenset({"see home", "code", "settle", "lead coding", "release quotes"}),
    "safeguarding lead": frozenset({"see home", "safeguard"}),
    "analyst": frozenset({"see home", "find", "export"}),
    "reviewer": frozenset({"see home", "find", "revise", "assess", "decide", "tell the public"}),
    "provider": frozenset({"see home", "assess"}),
    "key-holder": frozenset({"see home", "collect", "let words out", "see trail", "vouch"}),
    "administrator": frozenset({"see home", "manage people", "see trail", "vouch"}),
}

#: What a role is for, as the page says it where roles are given.
ROLES_SAID = {
    "author": _("writes surveys, looks after tickets and types in paper answers"),
    "publisher": _("looks surveys over, publishes, pauses and closes them"),
    "coder": _("reads what people wrote and codes it"),
    "coding lead": _("codes, draws audit samples and shares out the coding"),
    "safeguarding lead": _("reads first what may speak of danger now, and notes what was done"),
    "analyst": _("sees findings and exports data"),
    "reviewer": _("sees findings, plans the next edition and tells the public what was done"),
    "provider": _("says how far a service meets a standard, and sees nothing else"),
    "key-holder": _("lets people’s own words leave this server"),
    "administrator": _("invites people and gives roles; reads no answers"),
}


def roles_called() -> dict[str, str]:
    """What each role is called in the language spoken now."""
    return {
        "author": _("author"),
        "publisher": _("publisher"),
        "coder": _("coder"),
        "coding lead": _("coding lead"),
        "safeguarding lead": _("safeguarding lead"),
        "analyst": _("analyst"),
        "reviewer": _("reviewer"),
        "provider": _("provider"),
        "key-holder": _("key-holder"),
        "administrator": _("administrator"),
    }


#: Who does this must have shown who they are within this time, by password and second factor.
CONFIRMED_WITHIN: dict[str, timedelta] = {
    "code": timedelta(hours=4),
    "settle": timedelta(hours=4),
    "safeguard": timedelta(hours=4),
    "export": timedelta(minutes=15),
    "let words out": timedelta(minutes=15),
    "release quotes": timedelta(minutes=15),
    "decide": timedelta(minutes=30),
    "tell the public": timedelta(minutes=15),
    "manage people": timedelta(minutes=30),
    "vouch": timedelta(minutes=30),
}

ROLES = tuple(PERMITTED)
ACTIONS = frozenset().union(*PERMITTED.values())


def permits(roles: frozenset[str], action: str) -> bool:
    """True if any of `roles` may do `action`. An unknown role permits nothing; an unknown action is a fault."""
    if action not in ACTIONS:
        raise KeyError(f"No role names the action “{action}”.")
    return any(action in PERMITTED.get(role, ()) for role in roles)
