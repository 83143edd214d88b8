"""Cookies: 32 random bytes for one browser session, and the form token that follows from them."""

import pytest
from flask import Flask, Request, Response, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_cookie

from safekeeping.cookies import TokenForm, cookie_name, drop_secret, give_secret, new_secret, read_secret
from safekeeping.vault import form_token

SECRET = bytes(range(32))
#: Of which one is the end of others.
NAMES = ("s", "d", "ss", "__Host-s")


def sent(value: str) -> Request:
    return Request({"HTTP_COOKIE": f"s={value}".encode().decode("latin-1")})


def given_cookie(name: str) -> str:
    response = Response()
    give_secret(response, name, SECRET)
    return response.headers["Set-Cookie"]


def token_is_taken(token: str | None, secret: bytes = SECRET) -> bool:
    data = {} if token is None else {"token": token}
    with Flask(__name__).test_request_context(method="POST", data=data):
        taken: bool = TokenForm(request.form, meta={"csrf_context": secret}).validate()
    return taken


def test_a_cookie_is_for_this_browser_session_and_never_for_scripts() -> None:
    assert given_cookie("s") == f"s={SECRET.hex()}; HttpOnly; Path=/; SameSite=Strict"


def test_over_https_a_cookie_is_bound_to_this_host() -> None:
    assert given_cookie(cookie_name("s", True)) == f"__Host-s={SECRET.hex()}; Secure; HttpOnly; Path=/; SameSite=Strict"


@pytest.mark.parametrize("name", ["s", "__Host-s"])
def test_a_dropped_cookie_is_dropped_with_the_attributes_it_was_given(name: str) -> None:
    response = Response()
    drop_secret(response, name)
    dropped = response.headers["Set-Cookie"]
    assert dropped.startswith(f"{name}=;")
    assert "Max-Age=0" in dropped
    assert set(given_cookie(name).split("; ")[1:]) <= set(dropped.split("; "))


def test_what_was_given_is_read_back() -> None:
    assert read_secret(sent(parse_cookie(given_cookie("s"))["s"]), "s") == SECRET


@pytest.mark.parametrize("value", ["", "zz", "ab", SECRET.hex()[:-2], SECRET.hex() + "00", "é" * 64, '"'])
def test_a_malformed_cookie_is_no_cookie(value: str) -> None:
    assert read_secret(sent(value), "s") is None


@given(st.binary(max_size=80))
def test_whatever_a_browser_sends_gives_a_secret_or_none(value: bytes) -> None:
    read = read_secret(Request({"HTTP_COOKIE": "s=" + value.decode("latin-1")}), "s")
    assert read is None or len(read) == 32


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from((SECRET.hex(), "00" * 32, "x", ""))), max_size=5),
    st.sampled_from((";", "; ", ";  ")),
    st.sampled_from(NAMES),
)
def test_it_is_found_among_others_as_the_library_finds_it(sent: list[tuple[str, str]], apart: str, name: str) -> None:
    header = apart.join(f"{each}={value}" for each, value in sent)
    value = parse_cookie(header).get(name, "")
    secret = bytes.fromhex(value) if len(value) == 64 else None
    assert read_secret(Request({"HTTP_COOKIE": header}), name) == secret


def test_secrets_are_long_and_never_twice_the_same() -> None:
    assert len({new_secret() for _ in range(1000)}) == 1000
    assert len(new_secret()) == 32


def test_the_token_of_this_session_is_taken() -> None:
    assert token_is_taken(form_token(SECRET))


@pytest.mark.parametrize("token", [None, "", "x", "é", "\0", form_token(SECRET)[:-1], form_token(b"x" * 32)], ids=repr)
def test_any_other_token_is_refused(token: str | None) -> None:
    assert not token_is_taken(token)


@given(st.text())
def test_no_token_makes_another_fault(token: str) -> None:
    assert not token_is_taken(token.encode("utf-8", "replace").decode())
