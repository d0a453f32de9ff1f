"""Where a request comes from, behind the proxies that the office trusts; where it may not go."""

import ipaddress
from collections.abc import Sequence

from starlette.requests import Request

from engine.errors import FieldFault, InvalidError
from engine.words import message

_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


def client_address(request: Request, trusted: Sequence[str]) -> str:
    """Give the caller's address: the nearest that is not one of our proxies.

    `X-Forwarded-For` is read from the right and only as far as trusted proxies wrote it.
    """
    networks = [ipaddress.ip_network(network) for network in trusted]
    nearest = request.client.host if request.client else ""
    told = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed([hop.strip() for hop in told if hop.strip()]):
        if not _is_within(nearest, networks):
            break
        nearest = hop
    return nearest if _read(nearest) else (request.client.host if request.client else "")


def is_this_machine(request: Request) -> bool:
    """Tell whether the caller sits at this machine, and no proxy hides somebody else."""
    peer = _read(request.client.host if request.client else "")
    return bool(peer and peer.is_loopback) and not any(h in request.headers for h in _FORWARDED)


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_within(
    text: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
) -> bool:
    address = _read(text)
    return address is not None and any(
        address.version == network.version and address in network for network in networks
    )


def refuse_unkeepable(request: Request) -> None:
    """Refuse the null character in an address, naming the part: no database keeps it."""
    words = message("address-unkeepable")
    if "\x00" in request.url.path:
        raise InvalidError(words)
    if "%00" in request.url.query:
        given = request.query_params.multi_items()
        raise InvalidError(words, [FieldFault(name, words) for name, v in given if "\x00" in v])
