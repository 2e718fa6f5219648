"""Webhooks that go out: what happens in a shop is told to the addresses that its merchant named."""

from services.outgoing.announcing import Fact, announce, announce_all

__all__ = ["Fact", "announce", "announce_all"]
