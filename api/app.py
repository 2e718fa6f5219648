"""The factory of the HTTP application: what is opened, which doors there are, what every request goes through."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

from aiohttp import web

from api.admin.door import add_admin_door
from api.assets import add_assets
from api.desk import add_desk
from api.downpay.door import add_downpay_door
from api.files import add_files
from api.financing.door import add_financing_door
from api.financing_page import add_financing_page
from api.health import add_health
from api.middleware import MIDDLEWARES
from api.pay_page import add_pay_page
from api.receipt_page import add_receipt_page
from api.rest.door import add_rest_door
from api.shop.door import add_shop_door
from api.try_page import add_try_page
from api.webhooks import add_webhooks
from api.welcome import add_welcome
from api.xorder.door import add_xorder_door
from bot.channels.sms import add_sms_routes
from bot.channels.telegram.routes import add_telegram_routes
from bot.channels.ussd import add_ussd_routes
from core.keys import RESOURCES, SETTINGS
from core.resources import Resources
from core.settings import Settings
from services.market import open_market

MOST_BODY = 1024 * 1024


async def create_app(
    settings: Settings, market: Callable[[Settings], AbstractAsyncContextManager[Resources]] = open_market
) -> web.Application:
    """The application with all its doors. It opens the market when it starts; its schema must be up to date."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=MOST_BODY)
    app[SETTINGS] = settings

    async def open_and_close(app: web.Application) -> AsyncIterator[None]:
        async with market(settings) as resources:
            app[RESOURCES] = resources
            yield

    app.cleanup_ctx.append(open_and_close)
    add_health(app, with_metrics=not settings.metrics_port)
    add_assets(app)
    add_files(app)
    add_webhooks(app)
    add_ussd_routes(app)
    add_sms_routes(app)
    add_telegram_routes(app)
    await add_shop_door(app)
    await add_admin_door(app)
    await add_downpay_door(app)
    await add_xorder_door(app)
    await add_financing_door(app)
    add_rest_door(app)
    add_desk(app)
    add_pay_page(app)
    add_financing_page(app)
    add_receipt_page(app)
    if settings.environment == "development":
        add_try_page(app)
    add_welcome(app)
    return app
