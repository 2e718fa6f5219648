"""The stand-in Bot API, as python-telegram-bot and a person at the other end see it."""

import json

import pytest
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter
from telegram.ext import AIORateLimiter, Application, CallbackQueryHandler, CommandHandler, ExtBot
from twin_helpers import eventually

ME = 4711


@pytest.fixture
async def bot(twins):
    async with ExtBot("1:demo", base_url=f"{twins.url}/telegram/bot") as bot:
        yield bot


@pytest.fixture
def person(twins):
    async def act(expected=200, **action):
        url = f"{twins.url}/telegram/control/user"
        async with twins.session.post(url, json={"chat_id": ME} | action) as answer:
            assert answer.status == expected, await answer.text()
            return await answer.json()

    return act


@pytest.fixture
def chat(twins):
    async def look():
        return await twins.get("/telegram/control/chat", chat_id=str(ME))

    return look


def keyboard(*words: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(word, callback_data=word.lower())] for word in words])


async def test_the_real_library_signs_in(bot):
    assert bot.username == "makola_1_bot"


async def test_a_wrong_token_is_refused(twins):
    with pytest.raises(InvalidToken):
        async with ExtBot("2:other", base_url=f"{twins.url}/telegram/bot"):
            pass


async def test_a_message_shows_in_the_chat_and_the_outbox(bot, chat, twins):
    message = await bot.send_message(
        ME, "<b>Hello</b> &amp; welcome", parse_mode="HTML", reply_markup=keyboard("Cart")
    )
    assert message.text == "Hello & welcome"
    [shown] = (await chat())["messages"]
    assert (shown["text"], shown["buttons"], shown["from"]) == ("Hello & welcome", [["Cart"]], "bot")
    [sent] = await twins.get("/outbox", to=str(ME))
    assert (sent["channel"], sent["to"], sent["text"]) == ("telegram", str(ME), "Hello & welcome")


async def test_an_edit_changes_the_message_in_place(bot, chat):
    message = await bot.send_message(ME, "before", reply_markup=keyboard("Cart", "Help"))
    await bot.edit_message_text("after", ME, message.message_id)
    [shown] = (await chat())["messages"]
    assert (shown["text"], shown["buttons"], shown["edited"]) == ("after", [], True)
    await bot.edit_message_reply_markup(ME, message.message_id, reply_markup=keyboard("Home"))
    assert (await chat())["messages"][0]["buttons"] == [["Home"]]
    await bot.delete_message(ME, message.message_id)
    assert (await chat())["messages"] == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda bot: bot.send_message(ME, "x" * 4097), "[Mm]essage is too long"),
        (lambda bot: bot.send_message(ME, " "), "[Mm]essage text is empty"),
        (lambda bot: bot.send_message("@nobody", "x"), "[Cc]hat not found"),
        (lambda bot: bot.send_message(ME, "<b>x", parse_mode="HTML"), "[Cc]an't parse entities"),
        (
            lambda bot: bot.send_message(ME, "<blink>x</blink>", parse_mode="HTML"),
            "(?i)unsupported start tag",
        ),
        (lambda bot: bot.send_message(ME, "x", reply_markup=keyboard("é" * 33)), "[Bb]utton_data_invalid"),
        (lambda bot: bot.edit_message_text("x", ME, 1), "[Mm]essage to edit not found"),
        (lambda bot: bot.delete_message(ME, 1), "[Mm]essage to delete not found"),
        (lambda bot: bot.answer_callback_query("1"), "[Qq]uery is too old"),
        (lambda bot: bot.answer_callback_query("1", "x" * 201), "[Mm]essage_too_long"),
        (lambda bot: bot.send_photo(ME, "no-such-file"), "[Ww]rong file identifier"),
        (lambda bot: bot.set_my_commands([BotCommand("Loud", "x")]), "(?i)bot_command_invalid"),
    ],
)
async def test_the_limits_are_those_of_the_bot_api(bot, call, words):
    with pytest.raises(BadRequest, match=words):
        await call(bot)


async def test_an_edit_to_the_same_is_refused(bot):
    message = await bot.send_message(ME, "same")
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("same", ME, message.message_id)


async def test_pictures_by_address_and_by_upload(bot, chat):
    sent = await bot.send_photo(ME, "https://example.com/part.png", caption="Brake disc")
    assert sent.photo and sent.caption == "Brake disc"
    await bot.edit_message_caption(ME, sent.message_id, caption="Brake disc, front")
    await bot.send_photo(ME, b"\x89PNG not really", caption="Uploaded")
    await bot.send_photo(ME, sent.photo[0].file_id, caption="Again")
    assert [(each["text"], each["has_photo"]) for each in (await chat())["messages"]] == [
        ("Brake disc, front", True),
        ("Uploaded", True),
        ("Again", True),
    ]


async def test_commands_and_actions(bot):
    await bot.set_my_commands([BotCommand("start", "Begin"), BotCommand("cart", "Your cart")])
    assert [command.command for command in await bot.get_my_commands()] == ["start", "cart"]
    assert await bot.send_chat_action(ME, "typing")


async def test_updates_are_polled_and_confirmed(bot, person):
    await person(text="/start")
    await person(text="hello")
    updates = await bot.get_updates(timeout=0)
    assert [update.message.text for update in updates] == ["/start", "hello"]
    assert updates[0].message.entities[0].type == "bot_command"
    [second] = await bot.get_updates(offset=updates[1].update_id, timeout=0)
    assert second.update_id == updates[1].update_id
    assert await bot.get_updates(offset=second.update_id + 1, timeout=0) == ()


async def test_a_webhook_gets_updates_in_order_with_the_secret(bot, person, receiver):
    await bot.set_webhook(f"{receiver.url}/channels/telegram", secret_token="demo-secret")
    with pytest.raises(Conflict):
        await bot.get_updates()
    assert (await person(text="one"))["delivered"] is True
    await person(text="two")
    bodies = [json.loads(body) for _, body in await receiver.wait_for(2)]
    assert [body["message"]["text"] for body in bodies] == ["one", "two"]
    assert bodies[0]["update_id"] < bodies[1]["update_id"]
    assert receiver.got[0][0]["X-Telegram-Bot-Api-Secret-Token"] == "demo-secret"
    await bot.delete_webhook()
    assert (await person(text="three"))["delivered"] is False
    assert (await bot.get_webhook_info()).pending_update_count == 1


async def test_an_update_that_is_not_taken_comes_again(bot, person, receiver):
    await bot.set_webhook(receiver.url)
    receiver.answers = [500, 500]
    await person(text="hello")
    bodies = [json.loads(body) for _, body in await receiver.wait_for(3)]
    assert len({body["update_id"] for body in bodies}) == 1


async def test_a_new_webhook_takes_what_was_waiting(bot, person, receiver):
    await person(text="early")
    await bot.set_webhook(receiver.url)
    [(_, body)] = await receiver.wait_for(1)
    assert json.loads(body)["message"]["text"] == "early"


async def test_ids_beyond_reason_are_refused_not_stumbled_over(bot, twins):
    for method in (bot.send_message(2**70, "x"), bot.edit_message_text("x", ME, 2**70)):
        with pytest.raises(BadRequest):
            await method
    answer = await twins.session.get(f"{twins.url}/telegram/control/chat?chat_id={10**30}")
    assert answer.status == 400


async def test_updates_can_be_doubled_and_forged_on_command(bot, person, receiver, twins):
    await bot.set_webhook(receiver.url, secret_token="demo-secret")
    await twins.fail(provider="telegram", mode="duplicate_webhook")
    await person(text="one")
    await twins.fail(provider="telegram", call="message", mode="forged_webhook")
    await person(text="two")
    secrets = [headers["X-Telegram-Bot-Api-Secret-Token"] for headers, _ in await receiver.wait_for(4)]
    assert secrets == ["demo-secret", "demo-secret", "forged", "demo-secret"]
    ids = [json.loads(body)["update_id"] for _, body in receiver.got]
    assert ids[0] == ids[1] and ids[2] == ids[3]


async def test_a_preset_webhook_is_there_from_the_start(start_twins, receiver):
    twins = await start_twins(hooks_url=receiver.url, telegram_secret="demo-secret")
    action = {"chat_id": ME, "text": "hello"}
    await twins.session.post(f"{twins.url}/telegram/control/user", json=action)
    [(headers, _)] = await receiver.wait_for(1)
    assert headers["X-Telegram-Bot-Api-Secret-Token"] == "demo-secret"


async def test_buttons_are_pressed_by_words_or_data_and_answered_once(bot, person, chat):
    await bot.send_message(ME, "menu", reply_markup=keyboard("Cart", "Help"))
    await person(press="Cart")
    await person(press="help")
    first, second = await bot.get_updates(timeout=0)
    assert (first.callback_query.data, second.callback_query.data) == ("cart", "help")
    assert first.callback_query.from_user.id == ME
    await first.callback_query.answer("In your cart")
    assert (await chat())["toast"] == "In your cart"
    with pytest.raises(BadRequest):
        await first.callback_query.answer("again")
    await person(expected=409, press="Nothing")


async def test_a_contact_is_shared_own_or_foreign(bot, person, chat):
    ask = ReplyKeyboardMarkup([[KeyboardButton("Share my number", request_contact=True)], ["Home"]])
    await bot.send_message(ME, "Who are you?", reply_markup=ask)
    assert (await chat())["keyboard"] == [["Share my number"], ["Home"]]
    await person(contact="233551234987")
    await person(contact="+233551234988", contact_user_id=99)
    await person(press="Home")
    own, foreign, home = await bot.get_updates(timeout=0)
    assert own.message.contact.user_id == own.message.from_user.id == ME
    assert own.message.contact.phone_number == "233551234987"
    assert foreign.message.contact.user_id == 99
    assert home.message.text == "Home"


async def test_blocked_and_flooded_on_command(bot, person, twins):
    await person(turn="block")
    with pytest.raises(Forbidden):
        await bot.send_message(ME, "hello?")
    await person(turn="unblock")
    await twins.fail(provider="telegram", call="sendMessage", mode="decline", code=429, delay_s=3)
    with pytest.raises(RetryAfter) as flooded:
        await bot.send_message(ME, "too fast")
    seconds = flooded.value.retry_after
    assert getattr(seconds, "total_seconds", lambda: seconds)() == 3
    await twins.fail(provider="telegram", call="sendmessage", mode="decline")
    with pytest.raises(Forbidden):
        await bot.send_message(ME, "blocked by script")
    assert await bot.send_message(ME, "at last")


async def test_a_whole_application_talks_to_a_person(twins, person, chat):
    async def start(update, context):
        await update.message.reply_text("Welcome", reply_markup=keyboard("Cart"))

    async def pressed(update, context):
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("Your cart is empty")

    url = f"{twins.url}/telegram/bot"
    builder = Application.builder().token("1:demo").base_url(url).rate_limiter(AIORateLimiter(max_retries=1))
    application = builder.build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(pressed))

    def says(words):
        async def look():
            return [each for each in (await chat())["messages"] if each["text"] == words]

        return look

    async with application:
        await application.updater.start_polling(timeout=1)
        await application.start()
        await person(text="/start")
        await eventually(says("Welcome"))
        await person(press="Cart")
        await eventually(says("Your cart is empty"))
        await application.updater.stop()
        await application.stop()
