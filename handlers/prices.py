"""What a model costs, in a few characters that are the same in every language."""

from domain.catalogue import Model

_MICRODOLLARS = 1_000_000


def price(model: Model) -> str:
    """Of what the model mainly does: a million tokens in / out, a minute, a picture, a million characters."""
    units = (
        (model.minute_price, "/min"),
        (model.picture_price, "/🖼"),
        (model.image_output_price, "/M 🖼"),
        (model.audio_output_price, "/M 🔊"),
        (model.characters_price, "/M abc"),
    )
    for microdollars, unit in units:
        if microdollars is not None:
            return f"{dollars(microdollars)}{unit}"
    if model.capability == "embedding" or model.capability == "moderation":
        return dollars(model.input_price)
    return f"{dollars(model.input_price)} / {dollars(model.output_price)}"


def dollars(microdollars: int | None) -> str:
    """With as many digits as it takes, two at least; "?" where it is not known."""
    if microdollars is None:
        return "?"
    exact = f"{microdollars / _MICRODOLLARS:.6f}".rstrip("0")
    whole, _, part = exact.partition(".")
    return f"${whole}.{part:0<2}"
