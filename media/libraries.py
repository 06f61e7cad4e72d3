"""FFmpeg, Pillow and calamine: 30 MB, which a bot that is only written to never loads (docs/decisions/0010).

Nothing of them may be touched while a module is imported; what is touched later loads them, so in a thread.
"""

from typing import TYPE_CHECKING

from domain.on_demand import OnDemand

if TYPE_CHECKING:
    import python_calamine as calamine
    from PIL import (
        ExifTags,
        Image,
        ImageChops,
        ImageDraw,
        ImageFilter,
        ImageFont,
        ImageMath,
        ImageStat,
        features,
    )

    from media import ffmpeg, pillow
else:
    calamine = OnDemand("python_calamine")
    ffmpeg = OnDemand("media.ffmpeg")
    pillow = OnDemand("media.pillow")
    ExifTags = OnDemand("PIL.ExifTags")
    Image = OnDemand("media.pillow", "Image")  # with its limits and decoders set: nothing is opened without it
    ImageChops = OnDemand("PIL.ImageChops")
    ImageDraw = OnDemand("PIL.ImageDraw")
    ImageFilter = OnDemand("PIL.ImageFilter")
    ImageFont = OnDemand("PIL.ImageFont")
    ImageMath = OnDemand("PIL.ImageMath")
    ImageStat = OnDemand("PIL.ImageStat")
    features = OnDemand("PIL.features")

__all__ = [
    "ExifTags",
    "Image",
    "ImageChops",
    "ImageDraw",
    "ImageFilter",
    "ImageFont",
    "ImageMath",
    "ImageStat",
    "calamine",
    "features",
    "ffmpeg",
    "pillow",
]
