"""Where customers go on from an e-mail: to a page of their shop's storefront, which is not ours, or with the bare token."""

from typing import Literal

# The pages that Vendure's storefronts have for these; each takes `?token=`.
Page = Literal["verify", "password-reset", "verify-email-address-change"]

_url = ""


def use_storefront(url: str) -> None:
    """The storefronts' address, from the settings; `{shop}` in it stands for the platform's code."""
    global _url
    _url = url.rstrip("/")


def way_on(shop_code: str, page: Page, token: str) -> str:
    """What an e-mail names: the address of the page with the token, or where there is no storefront the token itself."""
    return f"{_url.replace('{shop}', shop_code)}/{page}?token={token}" if _url else token
