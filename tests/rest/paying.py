"""A customer's hands at a provider's page."""

from aiohttp import ClientSession


async def at_the_page(url: str, *, pay: bool) -> str:
    """Press Pay or Decline there; where the page sends the customer back to. Nobody goes there."""
    async with ClientSession() as browser:
        form = {"outcome": "pay" if pay else "decline"}
        async with browser.post(url, data=form, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]
