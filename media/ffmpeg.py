"""FFmpeg through PyAV: what is used of it here. Loaded on demand: see `media.libraries`."""

from av import AudioFrame, AudioResampler, CodecContext, VideoFrame, open
from av.error import EOFError as NoMoreYet
from av.error import FFmpegError
from av.filter import Graph
from av.stream import Disposition

__all__ = [
    "AudioFrame",
    "AudioResampler",
    "CodecContext",
    "Disposition",
    "FFmpegError",
    "Graph",
    "NoMoreYet",
    "VideoFrame",
    "open",
]
