"""What a radar's bytes are when no frame of its driver is among them. Pure."""

SAMPLE_BYTES = 512
_TEXT_PCT = 90  # so many of a text's bytes can be printed; of binary frames some 40 can
_PIECE = 3  # bytes
_TIMES = 4  # a piece that comes so often in a sample is no chance
_LOOKS = 64
_FAMILY = b"\xf4\xf3\xf2\xf1"  # how the frames of the LD2410 and its sisters begin


def likely(data: bytes, is_lamp: bool) -> str:
    """What they are, in words. data: a second's bytes, or so. is_lamp: an LD2410 is expected."""
    if not data:
        return "silent"
    if _frames_of_the_other(data, is_lamp):
        return "frames of an LD2450" if is_lamp else "frames of an LD2410"
    text = len([byte for byte in data if 32 <= byte < 127 or byte in (9, 10, 13)])
    if text * 100 >= len(data) * _TEXT_PCT:
        return "text, no frames"
    if data.count(_FAMILY) > 1:
        return "frames of another module"
    # Frames read at the wrong speed are rubbish, but each time nearly the same rubbish.
    for at in range(min(_LOOKS, len(data) - _PIECE)):
        piece = data[at : at + _PIECE]
        if piece != piece[:1] * _PIECE and data.count(piece) >= _TIMES:
            return "another baud rate"
    return "bytes, no frames"


def _frames_of_the_other(data: bytes, is_lamp: bool) -> int:
    # Its driver is loaded for this only.
    if is_lamp:
        from node.sense.ld2450 import LD2450

        counter = LD2450(lambda points: None)
        counter.feed(data)
        return counter.frames
    from node.sense.ld2410 import LD2410

    lamp = LD2410(lambda *report: None)
    lamp.feed(data)
    return lamp.frames
