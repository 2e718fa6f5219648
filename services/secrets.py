"""Passwords: argon2id, computed off the event loop; PINs and codes: hashes keyed with the server's secret, or with a former one."""

import asyncio
import hmac
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's smaller argon2id profile: 19 MiB and two passes, so that many at once fit in a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# So many at once, and the rest wait: whoever signs in by the thousand must not take the processor from everybody else.
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")
# By their names, the newest first.
_keys: dict[str, bytes] = {}


async def hash_secret(text: str) -> str:
    """The argon2id hash of a password."""
    return await asyncio.get_running_loop().run_in_executor(_workers, _hasher.hash, text)


async def verify_secret(hashed: str | None, text: str) -> bool:
    """Whether `text` is what was hashed. Takes as long where there is no hash, so that time tells nothing."""
    judged = await asyncio.get_running_loop().run_in_executor(_workers, _verify, hashed, text)
    return judged and hashed is not None


def _verify(hashed: str | None, text: str) -> bool:
    try:
        return _hasher.verify(hashed or _nobody(), text)
    except (VerificationError, InvalidHashError):
        return False


_nobody_hash: list[str] = []


def _nobody() -> str:
    if not _nobody_hash:
        _nobody_hash.append(_hasher.hash("nobody"))
    return _nobody_hash[0]


def use_key(secret_key: str, *former: str) -> None:
    """The process's keys, from the settings: with the newest all is made, and with any of them it is recognized."""
    global _keys
    _keys = {_name(each.encode()): each.encode() for each in (secret_key, *former)}


def keys() -> dict[str, bytes]:
    """The keys by their names, the newest first."""
    return _keys


def key_name() -> str:
    """The newest key's name, which stands beside what was made with it and tells nothing about it."""
    return next(iter(_keys))


def signing_key() -> bytes:
    """The key that tokens are signed with."""
    return next(iter(_keys.values()))


def first_key() -> bytes:
    """The oldest key: what bears no key's name is from before keys had one, and made with this."""
    return list(_keys.values())[-1]


def keyed_hash(subject: str, key: bytes | None = None) -> str:
    """A hash (hex) that only a holder of the key (the newest, unless another is given) can make."""
    return hmac.digest(key or signing_key(), subject.encode("utf-8", "surrogatepass"), "sha256").hex()


def keyed_hashes(subject: str) -> list[str]:
    """The hashes of the same with each key, the newest first."""
    return [keyed_hash(subject, key) for key in _keys.values()]


def is_keyed(subject: str, sent: str, length: int = 64) -> bool:
    """Whether `sent` is the beginning, so long, of a hash of `subject` with any of the keys."""
    return _is_one_of(sent, [each[:length] for each in keyed_hashes(subject)])


def keyed_digits(subject: str, length: int, key: bytes | None = None) -> str:
    """Decimal digits that only a holder of the key can derive from `subject` (as in RFC 4226)."""
    digest = bytes.fromhex(keyed_hash(subject, key))
    return str(int.from_bytes(digest[:16]) % 10**length).zfill(length)


def are_keyed_digits(subject: str, sent: str, length: int) -> bool:
    """Whether these are the digits of `subject` with any of the keys."""
    return _is_one_of(sent, [keyed_digits(subject, length, key) for key in _keys.values()])


def _is_one_of(sent: str, right: list[str]) -> bool:
    given = sent.encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(given, each.encode()) for each in right)


def _name(key: bytes) -> str:
    return hmac.digest(key, b"name", "sha256").hex()[:8]
