"""What the audit log writes down: what changed, and no secret."""

from services.staff import changes


def test_a_secret_is_masked_and_what_only_sounds_like_one_is_not() -> None:
    before = {"password_hash": "a", "pin": "1", "shipping_minor": 5, "name": "x"}
    after = {"password_hash": "b", "pin": "2", "shipping_minor": 7, "name": "x"}
    assert changes(before, after) == {
        "password_hash": ["***", "***"],
        "pin": ["***", "***"],
        "shipping_minor": [5, 7],
    }
