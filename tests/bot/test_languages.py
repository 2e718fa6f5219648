"""Languages: every text in all of them, sound enough to be sent, and each person spoken to in their own."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chat_helpers import AMA, Phone

from bot import translating
from bot.channels.playing import play, world_of
from bot.channels.telegram import screen as telegram_screen
from bot.channels.ussd.screen import screen
from bot.engine import Inbound
from bot.prompts import Choose, choices, in_language
from bot.text import t
from core import languages
from core.languages import DOMAINS, LANGUAGES, catalogue, catalogue_path
from core.settings import Settings
from models import Customer
from services.accounts.signup import create_customer
from services.conversations.opening import open_turn
from services.notifications.phrases import day, phrase, sentence
from services.notifications.texts import words
from services.sentences import SENTENCES
from services.sentences import in_language as sentence_in
from services.tenants import Scope

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_sound(language: str) -> None:
    assert list(translating.faults(language)) == []


def test_the_template_is_what_is_said() -> None:
    for domain in DOMAINS:
        text = (languages.FOLDER / f"{domain}.pot").read_text()
        assert text.count("msgctxt ") == len(translating.SOURCES[domain])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Catalogues of which nothing but French is looked at, and which may be spoilt."""
    original = {domain: catalogue_path(domain, "fr").read_text() for domain in DOMAINS}
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    for domain, text in original.items():
        path = catalogue_path(domain, "fr")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("was", "spoilt", "told"),
    [
        ('"Votre panier est vide."', '""', "is not translated"),
        ('"{name}: lequel?"', '"{nom}: lequel?"', "has other names in braces"),
        ('"{name}: lequel?"', '"{name: lequel?"', "has other names in braces"),
        ('"Annuler"', '"取消"', "can't be written on a plain telephone"),
        ('"Annuler"', '"Call it off"', "is as in English by accident"),
        ('"Annuler"', '"Annuler "', "has other lines or spaces"),
        ('msgctxt "bye"', 'msgctxt "byebye"', "is said no more"),
        ('msgctxt "bye"', 'msgctxt "byebye"', "is not in the catalogue"),
    ],
)
def test_what_is_wrong_is_told(desk: Path, was: str, spoilt: str, told: str) -> None:
    path = catalogue_path("chat", "fr")
    path.write_text(path.read_text().replace(was, spoilt))
    assert any(told in fault for fault in translating.faults("fr"))


def test_translations_are_pasted_in_as_drafts_until_they_are_reviewed(desk: Path, tmp_path: Path) -> None:
    given = tmp_path / "fr.toml"
    given.write_text('[chat]\n"bye" = "À bientôt."\n"network.mtn" = true\n')
    translating.paste("fr", given)
    assert 'machine-draft\nmsgctxt "bye"\nmsgid "Goodbye."\nmsgstr "À bientôt."' in (
        catalogue_path("chat", "fr").read_text()
    )
    assert list(translating.faults("fr")) == []
    translating.reviewed("fr", "chat")
    assert ", machine-draft" not in catalogue_path("chat", "fr").read_text()


def test_a_language_that_nobody_speaks_here_is_english() -> None:
    assert catalogue("chat", "../en") == {}
    assert t("bye").into("de").render() == "Goodbye."


async def test_who_signs_up_in_a_language_is_spoken_and_written_to_in_it(phone: Phone, twins: str) -> None:
    await phone.speaks("ha")
    assert (await phone.dial()).startswith("CON Barka da zuwa Makola Demo\n1 Sayayya")
    assert (await phone.type("5", "1", "Ama Mensah")).startswith("CON Zabi PIN mai lamba 4.")
    await phone.type("1234", "1234")
    assert (await Customer.get(phone=AMA)).language == "ha"
    await phone.dial("*920*44*5*2*2#")
    assert (await phone.messages())[0].startswith("Makola Demo: lambar sabon PIN naka ")


async def test_a_customer_who_changes_the_language_is_answered_in_the_new_one(
    demo: Scope, market: Settings
) -> None:
    customer = await create_customer(demo, phone=AMA, full_name="Ama", language="yo")
    async with open_turn(demo, channel="ussd", gateway="test", external_id="1", sender=AMA) as turn:
        world = world_of(turn, key="1", rows=5, long_rows=3)
        assert world.language == "yo"
        await world.choose_language("fr")
        played = await play(turn, [Inbound()], world)
    assert played.prompts[-1].text.render() == "Bienvenue à Makola Demo"
    assert (await Customer.get(id=customer.id)).language == "fr"


def test_telegram_shows_proper_letters_and_telephones_those_they_have() -> None:
    prompt = in_language(Choose(t("cart.empty"), choices(("shop", t("cart.shop")))), "yo")
    shown = telegram_screen.render([prompt], "cart.lines:1")
    assert shown["text"] == "Apẹ̀rẹ̀ yín ṣófo."
    assert shown["keyboard"][1][0]["text"] == "Padà"
    assert screen([prompt]) == "Apere yin sofo.\n1 Ra ojà\n0 Padà 00 Ilé"


def test_a_message_is_put_into_words_with_its_parts() -> None:
    params = {
        "language": "fr",
        "order": "MK1",
        "amount": "GHS 5.00",
        "link": "https://m.co/p",
        "again": day(datetime(2026, 8, 5, tzinfo=UTC)),
        "reason": sentence("There is not enough money on your shopping card."),
    }
    assert words("balance_retried", "Makola", params).text == (
        "Makola: GHS 5.00 pour la commande MK1 n'ont pas pu être pris: "
        "Il n'y a pas assez d'argent sur votre carte d'achat. Nouvel essai le 5 août 2026. "
        "Payez: https://m.co/p ou répondez PAY"
    )
    parts = [phrase("returned", amount="GHS 5.00"), phrase("kept", amount="GHS 1.00")]
    said = words("order_called_off", "Makola", {"order": "MK1", "money": parts}).text
    assert said == (
        "Makola: order MK1 is called off. GHS 5.00 is on its way back to you. GHS 1.00 of your deposit is kept."
    )


def test_what_a_service_said_is_found_by_its_pattern() -> None:
    assert sentence_in("Order MK12 called off", "fr") == "Commande MK12 annulée"
    assert sentence_in("Order MK12", "fr") == "Commande MK12"
    why = "A payment did not go through: It was declined."
    assert sentence_in(why, "fr") == "Un paiement n'a pas abouti: Le paiement a été refusé."
    assert sentence_in("Nobody has translated this.", "fr") == "Nobody has translated this."
    assert sentence_in("That is too little.", "en") == "That is too little."


def test_every_sentence_is_one_that_is_said() -> None:
    rooms = ("bot", "core", "services")
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py") if path.name != "sentences.py"]
    source = re.sub(r'"\s*f?"', "", "\n".join(path.read_text() for path in files))
    for key, words_of in SENTENCES.items():
        pieces = re.split(r"\{\w+\}|\(|because it was due|by the shop", words_of)
        assert max(pieces, key=len).strip(" .)") in source, key
