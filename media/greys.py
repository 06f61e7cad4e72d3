"""Grey levels cut and scaled, and pictures resized: Pillow's methods with types that pyright can follow."""

from __future__ import annotations

from media.libraries import Image


def at_least(image: Image.Image, limit: int) -> Image.Image:
    """255 where a grey picture reaches the limit, else 0."""
    return _looked_up(image, [255 if value >= limit else 0 for value in range(256)])


def below(image: Image.Image, limit: int) -> Image.Image:
    """255 where a grey picture does not reach the limit, else 0."""
    return _looked_up(image, [255 if value < limit else 0 for value in range(256)])


def weakened(image: Image.Image, factor: float) -> Image.Image:
    """Every level times a factor of at most 1."""
    return _looked_up(image, [round(value * factor) for value in range(256)])


def resized(
    image: Image.Image,
    size: tuple[int, int],
    filter_: Image.Resampling | None = None,
) -> Image.Image:
    if image.size == size:
        return image
    # bicubic, if none is named
    return image.resize(size, filter_)  # pyright: ignore[reportUnknownMemberType]  # names NumPy's types


def _looked_up(image: Image.Image, table: list[int]) -> Image.Image:
    return image.point(table)  # pyright: ignore[reportUnknownMemberType]  # names NumPy's types, which are not here
