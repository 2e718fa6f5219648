"""Who is at the other end of a connection, as far as that can be known."""

from ipaddress import ip_address

from aiohttp import web


def peer_of(request: web.Request) -> str | None:
    """The client's address; None where it isn't known.

    A neighbour on a private address is the proxy in front, which adds to X-Forwarded-For whom it speaks for. From
    anywhere else that header is the client's own word, and of no account.
    """
    peer = _public(request.remote or "")
    if peer is None:
        told = ",".join(request.headers.getall("X-Forwarded-For", [])).rpartition(",")[2]
        peer = _public(told.strip())
    return peer


def _public(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if address.is_private or address.is_loopback or address.is_link_local:
        return None
    # A household has a /64 of IPv6, and could call from each of its addresses.
    return str(address) if address.version == 4 else address.exploded[:19]
