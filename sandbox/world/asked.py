"""Reading the parameters of a request, strictly: what is not known is refused."""

from collections.abc import Collection, Mapping

Query = Mapping[str, str]


class Refused(Exception):
    """The service says no, in these words."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def check_names(query: Query, known: Collection[str]) -> None:
    for name in query:
        if name not in known:
            raise Refused(f"Unknown parameter '{name}'.")


def whole(query: Query, name: str, usual: int, least: int, most: int) -> int:
    """A whole number between the two."""
    given = query.get(name, str(usual))
    if not given.removeprefix("-").isdecimal():
        raise Refused(f"Value of type 'Int' required for key '{name}'.")
    if not least <= int(given) <= most:
        raise Refused(f"Parameter '{name}' is out of allowed range from {least} to {most}. Given {given}.")
    return int(given)


def decimal(query: Query, name: str, most: float) -> float:
    """A number between -most and most, which is needed."""
    given = query.get(name)
    if given is None:
        raise Refused(f"Value of type 'Float' required for key '{name}'.")
    try:
        value = float(given)
    except ValueError as error:
        raise Refused(f"Value of type 'Float' required for key '{name}'.") from error
    if not -most <= value <= most:
        raise Refused(f"{name.capitalize()} must be in range of -{most:g} to {most:g}°. Given: {given}.")
    return value


def choice(query: Query, name: str, choices: Collection[str], usual: str) -> str:
    given = query.get(name, usual)
    if given not in choices:
        raise Refused(f"Data corrupted at path '{name}'. Cannot initialize from invalid String value {given}.")
    return given


def names(query: Query, name: str, known: Collection[str]) -> list[str]:
    """A list with commas between, of which each is known; empty where it is not given."""
    given = [one for one in query.get(name, "").split(",") if one]
    for one in given:
        if one not in known:
            raise Refused(
                f"Data corrupted at path '{name}'. Cannot initialize from invalid String value {one}."
            )
    return given
