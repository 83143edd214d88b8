"""The way to a language model of the organisation's own, and to nothing else.

Every address of its host is looked at, and the connection goes to an address that was looked at: a name that leads
somewhere else a moment later (DNS rebinding) leads nowhere. No proxy of the environment is asked, no redirect followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from safekeeping.languages import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[..., Sequence[Any]]

#: Loopback, and what RFC 1918 and RFC 4193 set apart. Not link-local: machines in a cloud give away secrets there.
PRIVATE = tuple(
    ipaddress.ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
LOOPBACK = (PRIVATE[0], PRIVATE[4])
CONNECTING = 10.0  # seconds; who listens answers at once


class NotReached(ValueError):
    """The model may not be asked, or cannot be. The message is for the person who wanted it asked."""


@dataclass(frozen=True)
class Place:
    """Where a model listens: `http://10.0.0.5:8000/v1` in its parts."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """The host and port as they are written."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def place_of(address: str) -> Place:
    """The parts of an address. Raises `ValueError` for one that cannot be used."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("give the address of its API, such as http://127.0.0.1:11434/v1")
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave the password out of the address and put it into the file of HEARD_MODEL_KEY")
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return Place(parts.scheme, parts.hostname, port, parts.path.rstrip("/"))


def addresses_of(place: Place, look_up: LookUp = socket.getaddrinfo) -> list[Address]:
    """Every address that the host has now. Raises `NotReached` where it has none."""
    try:
        found = look_up(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        why = _("No address is known for {host}. Check HEARD_MODEL_ADDRESS.", host=place.host)
        raise NotReached(why) from None
    read = [_unmapped(ipaddress.ip_address(str(each[4][0]).partition("%")[0])) for each in found]
    return sorted(set(read), key=lambda each: (each.version, each.packed))


def _unmapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one: `::ffff:8.8.8.8` is not private because of how it is written."""
    inside = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return inside or address


def is_private(address: Address) -> bool:
    """Whether it is this machine or inside the organisation's own network."""
    return any(address in network for network in PRIVATE if network.version == address.version)


def is_this_machine(address: Address) -> bool:
    """Whether it is this machine."""
    return any(address in network for network in LOOPBACK if network.version == address.version)


def allowed_addresses(place: Place, allowed: bool, look_up: LookUp = socket.getaddrinfo) -> list[Address]:
    """The addresses that may be connected to. `allowed`: an administrator has said in writing that it may be any host.

    Raises `NotReached`. One public address among private ones is enough: which one is taken would be chance.
    """
    found = addresses_of(place, look_up)
    outside = [each for each in found if not is_private(each)]
    if not outside:
        return found
    if not allowed:
        raise NotReached(
            f"{place.host} leads to {outside[0]}, which is not in your own network, so nothing was sent. People’s "
            "words stay here unless an administrator allows it in writing, under People → Language model."
        )
    if any(not each.is_global or each.is_multicast for each in outside):
        raise NotReached(f"{place.host} leads to {outside[0]}, where no model can be. Nothing was sent.")
    if place.scheme != "https":
        raise NotReached(f"{place.host} is outside your network: give an https:// address. Nothing was sent.")
    return found


class Pinned(http.client.HTTPConnection):
    """A connection to one of the addresses that were looked at just now."""

    def __init__(self, place: Place, allowed: bool, seconds: float, look_up: LookUp = socket.getaddrinfo) -> None:
        super().__init__(place.host, place.port, timeout=seconds)
        self._place, self._allowed, self._look_up, self._seconds = place, allowed, look_up, seconds

    def connect(self) -> None:
        """Look, then connect to what was looked at. Raises `NotReached`, or `OSError` where nobody answers."""
        fault: OSError | None = None
        for address in allowed_addresses(self._place, self._allowed, self._look_up):
            try:
                self.sock = self._dressed(self._bare(address))
            except OSError as why:
                fault = why
            else:
                return
        raise fault or OSError("no address")

    def _bare(self, address: Address) -> socket.socket:
        bare = socket.create_connection((str(address), self._place.port), min(CONNECTING, self._seconds))
        bare.settimeout(self._seconds)
        return bare

    def _dressed(self, bare: socket.socket) -> socket.socket:
        if self._place.scheme == "http":
            return bare
        try:
            return ssl.create_default_context().wrap_socket(bare, server_hostname=self._place.host)
        except ssl.SSLCertVerificationError:
            raise NotReached(
                f"The certificate of {self._place.name} is not one that this machine trusts, so nothing was sent."
            ) from None
