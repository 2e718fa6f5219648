"""What a look at one thing comes to, and what a look may use."""

from dataclasses import dataclass
from typing import Literal

from redis.asyncio import Redis

from core.settings import Settings
from providers.registry import Registry

# `skipped`: it could not be looked at, or there is nothing to look at.
Verdict = Literal["fine", "warning", "wrong", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do about it unless it is fine."""

    verdict: Verdict
    found: str
    remedy: str = ""
    about: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A market that is looked over. The database is open where `database_trouble` is empty; Redis may be away."""

    settings: Settings
    registry: Registry
    redis: Redis
    database_trouble: str = ""


def fine(found: str, *, about: str = "") -> Finding:
    return Finding("fine", found, about=about)


def warning(found: str, remedy: str, *, about: str = "") -> Finding:
    return Finding("warning", found, remedy, about)


def wrong(found: str, remedy: str, *, about: str = "") -> Finding:
    return Finding("wrong", found, remedy, about)


def skipped(found: str, remedy: str = "", *, about: str = "") -> Finding:
    return Finding("skipped", found, remedy, about)
