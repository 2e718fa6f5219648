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
        {"secret_key_former": "x" * 40},
        {"secret_key_former": "demo-secret-key-demo-secret-key-demo"},
        {"secret_key_former": "short"},
        {"secret_key_former": "0123456789-abcdefghij-0123456789-abcdefghij"},
        {"database_url": "sqlite:///x.db"},
        {"paystack_secret_key": ""},
        {"paystack_url": "http://10.0.0.5:8081/paystack"},
        {"africastalking_api_key": "atsk_demo"},
        {"africastalking_username": "sandbox"},
        {"sms_gateway": "arkesel"},
        {"sms_gateway": "arkesel", "arkesel_api_key": "ark_demo"},
        {"arkesel_url": "http://twins:8081/arkesel"},
        {"monnify_api_key": "MK_TEST_demo"},
        {"monnify_secret_key": "monnify-demo"},
        {"monnify_url": "http://twins:8081/monnify"},
        {"lender_url": "http://twins:8081/lender"},
        {"lender_url": "https://lender.example", "lender_webhook_secret": "short"},
        {"lender_webhook_secret": "lender-demo"},
        {"lender_api_key": "lk_test_demo"},
        {"telegram_token": "1:demo", "telegram_secret": "long enough to be one"},
        {"file_store": "s3"},
        {"file_store": "s3", "s3_bucket": "b", "s3_access_key_id": "S3DEMO", "s3_secret_access_key": "x"},
        {"file_store": "s3", "s3_bucket": "b", "s3_access_key_id": "A"},
        {"s3_url": "http://twins:8081/s3"},
        {"telegram_token": "7:real"},
        {"telegram_token": "7:real", "telegram_secret": "demo-secret"},
        {"hook_secret": "demo-secret"},
        {"database_url": ""},
        {"redis_url": ""},
        {"public_url": "http://makola.example"},
        {"twins_url": "http://twins:8081"},
        {"storefront_url": "http://shop.example"},
        {"google_client_ids": "7.apps.example, google-demo"},
        {"apple_client_ids": "apple-demo"},
        {"paystack_url": "http://127.0.0.1:8081/paystack"},
        {"telegram_url": "http://localhost:1"},
        {"smtp_url": "smtp://mail.example", "email_from": "a@shop.example"},
        {"smtp_url": "smtps://localhost", "email_from": "a@shop.example"},
        {"smtp_url": "smtp+starttls://twins:8082", "email_from": "a@shop.example"},
        {"smtp_url": "smtps://mail.example"},
        {"smtp_url": "smtps://mail.example", "email_from": "nobody"},
        {"africastalking_url": "http://twins:8081/africastalking"},
        {"paystack_secret_key": "sk_test_demo"},
        {"default_environment": "test"},
    ],
    ids=lambda bad: next(iter(bad)),
)
def test_production_refuses_what_is_only_for_trying_out(bad):
    with pytest.raises(ValidationError):
        Settings(_env_file=None, **(FIT | bad))


def test_production_may_have_a_mail_server():
    mail = {"smtp_url": "smtp+starttls://me:secret@mail.example:587", "email_from": "Shop <a@shop.example>"}
    assert Settings(_env_file=None, **(FIT | mail)).smtp_url == mail["smtp_url"]


def test_a_mail_server_is_named_by_a_url():
    for url in ("mail.example", "http://mail.example", "smtps://"):
        with pytest.raises(ValidationError):
            Settings(_env_file=None, smtp_url=url)


def test_the_twins_mail_server_listens_beside_them():
    def port(**ports: int) -> int:
        return Settings(_env_file=None, **ports).twins_mail_port

    assert port() == 8082
    assert port(twins_port=9081, port=9080) == 9082
    assert port(twins_port=8081, port=8082) == 8083
    assert port(twins_smtp_port=2525) == 2525


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
