"""One-time codes, derived and never stored."""

from services.secrets import keyed_digits


def code_of(challenge_uid: str) -> str:
    """The six digits of a challenge: only a holder of the signing key can know them."""
    return keyed_digits(f"otp:{challenge_uid}", 6)
