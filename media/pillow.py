"""Pillow as it is used here: its limits, its decoders, HEIC. Loaded on demand: see `media.libraries`."""

import warnings

import pi_heif  # pyright: ignore[reportMissingTypeStubs]  # it has no types
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from media.pictures import MOST_PIXELS

DECODERS = {
    "image/jpeg": JpegImagePlugin.JpegImageFile.format,
    "image/png": PngImagePlugin.PngImageFile.format,
    "image/gif": GifImagePlugin.GifImageFile.format,
    "image/webp": WebPImagePlugin.WebPImageFile.format,
    "image/bmp": BmpImagePlugin.BmpImageFile.format,
    "image/tiff": TiffImagePlugin.TiffImageFile.format,
    "image/avif": AvifImagePlugin.AvifImageFile.format,
    "image/heic": "HEIF",
}
"""Each kind has the one plugin named here: a file never picks its own decoder (EPS would start a program)."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by its orientation in EXIF."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # a second line: `pictures` looks at the size before it decodes
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
pi_heif.register_heif_opener(  # pyright: ignore[reportUnknownMemberType]  # it has no types
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
)
