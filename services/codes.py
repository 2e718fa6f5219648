"""One-time codes and the tokens of e-mails, derived and never stored: what is kept of a text that shows one names the challenge instead."""

import re

from core.ids import READABLE
from services.secrets import are_keyed_digits, first_key, is_keyed, key_name, keyed_digits, keyed_hash, keys

LINK_DIGITS = 8
# Hexadecimal digits of a token: the challenge's uid, and as much again that only a holder of the key can know.
TOKEN_HALF = 32
MASK = "***"
_NAMED = re.compile(r"<code:([0-9a-f-]{36})>")


def code_of(challenge_uid: str) -> str:
    """The six digits of a challenge: only a holder of the signing key can know them."""
    return keyed_digits(f"otp:{challenge_uid}", 6)


def is_code_of(challenge_uid: str, digits: str) -> bool:
    """Whether these are the digits of a challenge, also of one that was sent before the signing key was changed."""
    return are_keyed_digits(f"otp:{challenge_uid}", digits, 6)


def link_code_of(challenge_uid: str) -> str:
    """The eight digits by which another channel finds the challenge that links it."""
    return keyed_digits(f"link:{challenge_uid}", LINK_DIGITS)


def mail_token_of(challenge_uid: str) -> str:
    """The token that is sent by e-mail in place of a code, which names its challenge and can't be guessed."""
    return challenge_uid.replace("-", "") + keyed_hash(f"mail token:{challenge_uid}")[:TOKEN_HALF]


def is_mail_token_of(challenge_uid: str, token: str) -> bool:
    """Whether that is a challenge's token, also of one that was sent before the signing key was changed."""
    named, half = token[:TOKEN_HALF], token[TOKEN_HALF:]
    return named == challenge_uid.replace("-", "") and is_keyed(
        f"mail token:{challenge_uid}", half, TOKEN_HALF
    )


def credentials_of(uid: str) -> str:
    """What stands for a temporary password in a message until it is sent: whose it is, and the key it is derived with."""
    return f"{uid}:{key_name()}"


def temporary_password(credentials: str) -> str:
    """The password (`7KQ2-M9XA-4TBC`) that is sent to whoever was given an account, until they choose one of their own."""
    uid, _, name = credentials.partition(":")
    number = int(keyed_hash(f"temporary password:{uid}", keys().get(name, first_key())), 16)
    letters = "".join(READABLE[number // len(READABLE) ** place % len(READABLE)] for place in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def named_code(challenge_uid: str) -> str:
    """What stands in a text for a link's code until `reveal`."""
    return f"<code:{challenge_uid}>"


def reveal(text: str) -> str:
    """A text as it is shown, at the last moment: with the codes that it names."""
    return _NAMED.sub(lambda found: link_code_of(found[1]), text)


def conceal(text: str) -> str:
    """A text as anybody but its reader is shown it: without the codes that it names."""
    return _NAMED.sub(MASK, text)
