"""Where people's words may go: this machine and the own network, whatever names and answers pretend."""

from typing import Any

import pytest

from analysis.local_model.asking import Asker, Connection
from analysis.local_model.reaching import NotReached, allowed_addresses, place_of
from analysis.standard.edition import load_edition
from tests.analysis.local_model.stand_in import connection_to, labels, stand_in, status


def leading_to(*addresses: str) -> Any:
    """A name server that says this."""
    return lambda host, port, **more: [(2, 1, 6, "", (address, port)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.7.7", "::1", "fd12::5",
     "::ffff:10.0.0.1"],
)  # fmt: skip
def test_the_own_network_may_be_asked(address: str) -> None:
    assert allowed_addresses(place_of("http://model.example.org/v1"), False, leading_to(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "::", "fe80::1%eth0", "2001:4860::1",
     "::ffff:8.8.8.8", "192.0.2.1", "224.0.0.1", "64:ff9b::808:808", "255.255.255.255"],
)  # fmt: skip
def test_anywhere_else_is_refused(address: str) -> None:
    with pytest.raises(NotReached, match="nothing was sent"):
        allowed_addresses(place_of("https://model.example.org/v1"), False, leading_to(address))


def test_one_address_outside_among_private_ones_is_refused() -> None:
    with pytest.raises(NotReached):
        allowed_addresses(place_of("http://model.example.org"), False, leading_to("10.0.0.1", "8.8.8.8"))


def test_leave_in_writing_opens_the_outside_but_only_encrypted_and_only_where_a_model_can_be() -> None:
    out = leading_to("8.8.8.8")
    assert allowed_addresses(place_of("https://model.example.org"), True, out)
    with pytest.raises(NotReached, match="https"):
        allowed_addresses(place_of("http://model.example.org"), True, out)
    for address in ("169.254.169.254", "0.0.0.1", "224.0.0.1", "fe80::1"):
        with pytest.raises(NotReached, match="no model can be"):
            allowed_addresses(place_of("https://model.example.org"), True, leading_to(address))


def test_a_name_that_leads_elsewhere_a_moment_later_leads_nowhere() -> None:
    """DNS rebinding: each connection looks once and goes where it looked."""
    with stand_in(labels()) as server:
        port, looked = server.server_address[1], []

        def rebinding(host: str, _port: int, **more: Any) -> Any:
            looked.append(host)
            return leading_to("127.0.0.1" if len(looked) == 1 else "203.0.114.9")(host, port)

        place = place_of(f"http://model.example.org:{port}/v1")
        asker = Asker(Connection(place, "m", waits=(), seconds=5, look_up=rebinding), load_edition("mdan"))
        assert asker.about("", "words").labels
        assert len(looked) == 1
        with pytest.raises(NotReached, match=r"203\.0\.114\.9"):
            asker.about("", "other words")
        assert len(server.asked) == 1


@pytest.mark.parametrize("number", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(number: int) -> None:
    with stand_in(labels()) as other:
        there = f"http://127.0.0.1:{other.server_address[1]}/v1/chat/completions"
        with stand_in(status(number, Location=there)) as server, pytest.raises(NotReached, match="elsewhere"):
            Asker(connection_to(server), load_edition("mdan")).about("", "words")
        assert other.asked == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with stand_in(labels()) as server:
        assert Asker(connection_to(server), load_edition("mdan")).about("", "words").labels


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1", "http://", "127.0.0.1:11434", "http://me:secret@127.0.0.1", "http://127.0.0.1:x/v1"]
)
def test_an_address_that_cannot_be_one(address: str) -> None:
    with pytest.raises(ValueError, match=r"give|leave|[Pp]ort"):
        place_of(address)
