"""Which addresses of the internet anybody may be made to call: public ones, judged when the connection is made."""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

# All that IANA has given out of IPv6 for use by everybody; outside it lie what is site-local, or stands for IPv4 in ways of old.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# Public by their numbers, and answered within a cloud's own network alone: metadata of Oracle's and Azure's, relays of 6to4.
_OF_CLOUDS = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "168.63.129.16/32", "192.88.99.0/24")))
# Addresses that stand for an IPv4 one: NAT64 (RFC 6052, RFC 8215).
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class NotPublic(OSError):
    """The address is this machine's, this network's, or nobody's."""


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public internet, whatever it is wrapped in."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(map(_is_everybodys, _meant(ip)))


def _is_everybodys(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast:
        return False
    if isinstance(ip, IPv6Address):
        return ip in _GLOBAL_UNICAST
    return not any(ip in network for network in _OF_CLOUDS)


def is_numeric(host: str) -> bool:
    """Whether a host is an address itself, which no resolver is asked about."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _meant(ip: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """The address, and those that it carries."""
    if isinstance(ip, IPv4Address):
        return (ip,)
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if any(ip in network for network in _TRANSLATED):
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    if ip.sixtofour is not None:
        return ip, ip.sixtofour
    return (ip, *ip.teredo) if ip.teredo is not None else (ip,)


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses alone; the connection is made to what was judged, and no other."""

    def __init__(self) -> None:
        self._asked = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `NotPublic` where one of them isn't: a name that leads to both is a trap."""
        found = await self._asked.resolve(host, port, family)
        if not all(is_public(each["host"]) for each in found):
            raise NotPublic(f"{host} is no public address")
        return found

    async def close(self) -> None:
        await self._asked.close()
