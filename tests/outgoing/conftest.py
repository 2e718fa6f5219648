"""Merchants' servers for the stories of outgoing webhooks."""

from collections.abc import AsyncIterator

import pytest

from tests.admin.conftest import desk, desks
from tests.outgoing.receiver import Receiver, receiving
from tests.stories.test_statements import statements

__all__ = ["desk", "desks", "receiver", "statements"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A merchant's server that takes everything."""
    async with receiving() as one:
        yield one
