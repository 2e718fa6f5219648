"""Passwords: argon2id, computed off the event loop; PINs and codes: hashes keyed with the server's secret."""

import asyncio
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's smaller argon2id profile: 19 MiB and two passes, so that many at once fit in a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# So many at once, and the rest wait: whoever signs in by the thousand must not take the processor from everybody else.
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")
_key = b""


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


def use_key(secret_key: str) -> None:
    """The process's signing key, from the settings."""
    global _key
    _key = secret_key.encode()


def signing_key() -> bytes:
    """The key that tokens are signed with."""
    return _key


def keyed_hash(subject: str) -> str:
    """A hash (hex) that only a holder of the key can make."""
    return hmac.new(_key, subject.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def keyed_digits(subject: str, length: int) -> str:
    """Decimal digits that only a holder of the key can derive from `subject` (as in RFC 4226)."""
    digest = hmac.new(_key, subject.encode(), hashlib.sha256).digest()
    return str(int.from_bytes(digest[:16]) % 10**length).zfill(length)
