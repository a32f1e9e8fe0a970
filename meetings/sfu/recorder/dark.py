"""A dark picture, for when there is none."""

from av import VideoFrame
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext

WIDTH, HEIGHT = 640, 360
_ENCODERS = {
    "vp8": ("libvpx", {"deadline": "realtime", "lag-in-frames": "0", "threads": "1"}),
    "h264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "threads": "1"}),
}


def dark_picture(codec: str = "vp8") -> bytes:
    """A keyframe of a dark grey, in ``vp8`` or ``h264`` (with start codes): the only picture a recorder encodes."""
    name, options = _ENCODERS[codec]
    encoder = CodecContext.create(name, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.options = options
    picture = VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, value in zip(picture.planes, (32, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    picture.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(picture), *encoder.encode(None)))
