"""Methods that send what is no file and no text: places on a map."""

from sandbox.telegram.errors import bad
from sandbox.telegram.methods_send import post, refuse_what_is_not_here
from sandbox.telegram.values import Json
from sandbox.telegram.world import World

_FIELDS = (
    "latitude",
    "longitude",
    "horizontal_accuracy",
    "live_period",
    "heading",
    "proximity_alert_radius",
)
_MOST_ACCURACY_METERS = 1500
_FOR_EVER = 0x7FFFFFFF


def send_location(world: World, params: Json) -> Json:
    refuse_what_is_not_here(params)
    if abs(params["latitude"]) > 90 or abs(params["longitude"]) > 180:
        raise bad("invalid location specified")
    if not 0 <= params.get("horizontal_accuracy", 0) <= _MOST_ACCURACY_METERS:
        raise bad("wrong horizontal accuracy specified")
    period = params.get("live_period", 0)
    if period and period != _FOR_EVER and not 60 <= period <= 86_400:
        raise bad("wrong live location period specified")
    return post(world, params, {"location": {name: params[name] for name in _FIELDS if name in params}})
