"""Who may do what, as one readable table: role x action."""

#: What each role may do. An administrator keeps the place running and reads no answers.
PERMITTED: dict[str, frozenset[str]] = {
    "author": frozenset({"see home", "collect", "write", "enter"}),
    "coder": frozenset({"see home", "code"}),
    "analyst": frozenset({"see home", "find"}),
    "reviewer": frozenset({"see home", "find", "revise"}),
    "administrator": frozenset({"see home", "run jobs"}),
}

ROLES = tuple(PERMITTED)
ACTIONS = frozenset().union(*PERMITTED.values())


def permits(roles: frozenset[str], action: str) -> bool:
    """True if any of `roles` may do `action`. An unknown role permits nothing; an unknown action is a fault."""
    if action not in ACTIONS:
        raise KeyError(f"No role names the action “{action}”.")
    return any(action in PERMITTED.get(role, ()) for role in roles)
