"""Permissions: the table, said once more as a matrix, and what an unknown name does."""

import pytest

from safekeeping.permissions import ACTIONS, PERMITTED, ROLES, permits

MATRIX = [
    ("author", {"see home", "collect", "write", "enter"}),
    ("publisher", {"see home", "collect", "write", "publish"}),
    ("coder", {"see home", "code", "settle", "release quotes"}),
    ("coding lead", {"see home", "code", "settle", "lead coding", "release quotes"}),
    ("safeguarding lead", {"see home", "safeguard"}),
    ("analyst", {"see home", "find", "export"}),
    ("reviewer", {"see home", "find", "revise", "assess", "decide", "tell the public"}),
    ("provider", {"see home", "assess"}),
    ("key-holder", {"see home", "collect", "let words out", "see trail", "vouch"}),
    ("administrator", {"see home", "manage people", "see trail", "vouch"}),
]


@pytest.mark.parametrize(("role", "actions"), MATRIX)
def test_a_role_may_do_just_this(role: str, actions: set[str]) -> None:
    assert {action for action in ACTIONS if permits(frozenset({role}), action)} == actions


def test_the_matrix_names_every_role() -> None:
    assert tuple(role for role, _ in MATRIX) == ROLES == tuple(PERMITTED)


def test_roles_add_up_and_no_more() -> None:
    both = frozenset({"coder", "analyst"})
    theirs = {"see home", "code", "settle", "release quotes", "find", "export"}
    assert {action for action in ACTIONS if permits(both, action)} == theirs


def test_an_administrator_reads_no_answers() -> None:
    assert not any(
        permits(frozenset({"administrator"}), action)
        for action in ("code", "release quotes", "find", "revise", "export", "let words out")
    )


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"nobody"}), frozenset({"Coder"})])
def test_no_role_and_an_unknown_role_permit_nothing(roles: frozenset[str]) -> None:
    assert not any(permits(roles, action) for action in ACTIONS)


def test_an_unknown_action_is_a_fault() -> None:
    with pytest.raises(KeyError, match="No role names the action “cod”"):
        permits(frozenset(ROLES), "cod")
