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
    ExifTags = OnDemand("media.pillow", "ExifTags")
    Image = OnDemand("media.pillow", "Image")
    ImageChops = OnDemand("media.pillow", "ImageChops")
    ImageDraw = OnDemand("media.pillow", "ImageDraw")
    ImageFilter = OnDemand("media.pillow", "ImageFilter")
    ImageFont = OnDemand("media.pillow", "ImageFont")
    ImageMath = OnDemand("media.pillow", "ImageMath")
    ImageStat = OnDemand("media.pillow", "ImageStat")
    features = OnDemand("media.pillow", "features")

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
