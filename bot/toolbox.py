"""Puts the toolbox together: functions of ours and of plugins, reminders, and MCP servers."""

import logging
from collections.abc import Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.settings import Settings, WrongSetting
from conversation.permissions import Asker, Permissions
from conversation.reminders import Reminders, ReminderTools
from conversation.shelves import FunctionShelf, HostedShelf, ServerShelf
from conversation.tool_choices import ToolChoices
from conversation.toolbox import Toolbox
from conversation.tools import Tool
from domain.hosting import Hosting
from domain.on_demand import OnDemand
from media.webpages import WebPages
from storage.turns import Turns
from tools import web
from tools.arithmetic import calculate
from tools.clock import Clock
from tools.currency import Currency
from tools.loading import load
from tools.mcp_file import ServerEntry, WrongFile, read
from tools.pages import Pages
from tools.places import Places
from tools.units import convert_units
from tools.weather import Weather

if TYPE_CHECKING:
    from tools import mcp_server
else:
    mcp_server = OnDemand("tools.mcp_server")  # the SDK takes a second and 20 MB

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bench:
    """What was put together."""

    toolbox: Toolbox
    places: Places
    reminders: Reminders
    servers: "Sequence[mcp_server.Server]"

    def errands(self) -> list[Coroutine[Any, Any, None]]:
        """What runs beside the bot: says reminders, and keeps the servers connected."""
        return [self.reminders.run(), *(server.run() for server in self.servers)]


async def opened(
    settings: Settings,
    stack: AsyncExitStack,
    *,
    parts: Mapping[str, Tool],
    hosting: Hosting,
    reminders: Reminders,
    choices: ToolChoices,
    asker: Asker,
    turns: Turns,
    trusted_hosts: Collection[str],
) -> Bench:
    """`parts` are tools that are other parts of the bot. Raises `WrongSetting`."""
    entries = _servers(settings)
    session = await stack.enter_async_context(web.session())
    forecast = web.Service(session, settings.open_meteo_url, "The weather service")
    geocoding = web.Service(session, settings.open_meteo_geocoding_url, "The service for places")
    rates = web.Service(session, settings.exchange_rates_url, "The service for exchange rates")
    places = Places(geocoding, forecast)
    weather, noted = Weather(forecast, places), ReminderTools(reminders)
    functions = load(
        (
            weather.current_weather,
            weather.weather_forecast,
            places.find_place,
            Clock(places).date_and_time,
            convert_units,
            Currency(rates).convert_currency,
            calculate,
            Pages(WebPages(allowed_hosts=trusted_hosts).fetch).read_web_page,
            noted.set_reminder,
            noted.list_reminders,
            noted.cancel_reminder,
        )
    )
    servers = [mcp_server.Server(entry) for entry in entries]
    shelves = [
        FunctionShelf(functions, parts, choices.zone),
        *([HostedShelf(hosting)] if hosting.can_remember else []),
        *(ServerShelf(server, choices.zone) for server in servers),
    ]
    toolbox = Toolbox(shelves, choices, Permissions(asker, choices, turns.steps))
    return Bench(toolbox, places, reminders, servers)


def secrets(settings: Settings) -> list[str]:
    """What the file of servers holds that no log may. Raises `WrongSetting`."""
    return [secret for entry in _servers(settings) for secret in entry.secrets]


def _servers(settings: Settings) -> list[ServerEntry]:
    if settings.mcp_file is None:
        return []
    try:
        return read(settings.mcp_file)
    except WrongFile as wrong:
        raise WrongSetting(f"MCP_FILE: {wrong}") from None
