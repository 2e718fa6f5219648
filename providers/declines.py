"""Whether a declined payment is worth another try with the same card or wallet, told from the issuer's words.

Source: the response texts of ISO 8583 as Nigerian and Ghanaian issuers word them, and Paystack's
https://paystack.com/docs/api/errors. [U] Neither Paystack nor Monnify publishes a list of the words it passes on.
"""

# Words of a passing trouble. They come first: a lost connection is no lost card.
SOFT_DECLINES = (
    "insufficient",
    "do not hono",
    "timeout",
    "time-out",
    "timed out",
    "unavailable",
    "inoperative",
    "connection",
    "session",
)
# No later try with the same card or wallet can succeed after one of these.
HARD_DECLINES = (
    "stolen",
    "lost",
    "expired",
    "restricted",
    "invalid",
    "pick up",
    "pick-up",
    "not permitted",
    "blocked",
    "closed",
    "fraud",
    "revoked",
    "revocation",
    "not reusable",
    "not active",
    "no longer active",
    "inactive",
    "deactivated",
    "does not exist",
    "no such issuer",
    "unknown card",
)


def worth_retrying(words: str) -> bool:
    """Whether a later try may succeed after a decline in these `words`; yes where they say nothing known."""
    said = words.lower()
    if any(word in said for word in SOFT_DECLINES):
        return True
    return not any(word in said for word in HARD_DECLINES)
