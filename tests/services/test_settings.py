"""Production starts only with secrets of its own and no twin behind it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import Settings

FIT = {
    "environment": "production",
    "hook_secret": "something long",
    "database_url": "postgres://db/makola",
    "redis_url": "redis://redis",
    "public_url": "https://makola.example",
    "default_environment": "live",
    "secret_key": "0123456789-abcdefghij-0123456789-abcdefghij",
    "paystack_secret_key": "sk_live_1",
    "africastalking_username": "makola",
    "africastalking_api_key": "atsk_live",
}


def test_production_starts_with_its_own_secrets():
    assert Settings(_env_file=None, **FIT).environment == "production"


@pytest.mark.parametrize(
    "bad",
    [
        {"secret_key": "demo-secret-key-demo-secret-key-demo"},
        {"secret_key": "short"},
        {"secret_key": "x" * 40},
        {"database_url": "sqlite:///x.db"},
        {"paystack_secret_key": ""},
        {"paystack_url": "http://10.0.0.5:8081/paystack"},
        {"africastalking_api_key": "atsk_demo"},
        {"africastalking_username": "sandbox"},
        {"monnify_api_key": "MK_TEST_demo"},
        {"monnify_secret_key": "monnify-demo"},
        {"monnify_url": "http://twins:8081/monnify"},
        {"telegram_token": "1:demo", "telegram_secret": "long enough to be one"},
        {"telegram_token": "7:real"},
        {"telegram_token": "7:real", "telegram_secret": "demo-secret"},
        {"hook_secret": "demo-secret"},
        {"database_url": ""},
        {"redis_url": ""},
        {"public_url": "http://makola.example"},
        {"twins_url": "http://twins:8081"},
        {"paystack_url": "http://127.0.0.1:8081/paystack"},
        {"telegram_url": "http://localhost:1"},
        {"africastalking_url": "http://twins:8081/africastalking"},
        {"paystack_secret_key": "sk_test_demo"},
        {"default_environment": "test"},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_production_refuses_what_is_only_for_trying_out(bad):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **(FIT | bad))


def test_every_setting_is_documented_in_the_example_with_its_default():
    written = dict(
        line.split("=", 1)
        for line in Path(".env.example").read_text().splitlines()
        if line and line[0] != "#"
    )
    for name, field in Settings.model_fields.items():
        default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert written.pop(name.upper()) == default
    assert list(written) == ["POSTGRES_PASSWORD"], "which only docker-compose.yml reads"
