"""Echoes: one body that a radar hears as several targets, told from several bodies. Pure.

Two bodies nearer to each other than the radar can part are one target for it. So two targets that
are nearer than that are one body, heard twice: an arm, a bag, a wall behind it. Each of them has
its own track, with its own sides of the line; but a track that is an echo of another counts only
once the two have parted, and then at once, for what it did meanwhile it did itself.
"""

NEUTRAL = 0  # of the sides of the line

# What 250 MHz of band can part is 0.6 m: c / (2 x 250 MHz).
APART_MM = 600
# Noise puts two that are about so far apart to either side of it, and two who meet are nearer for a
# moment. It takes so many frames in a row to become an echo, or somebody.
_FRAMES = 5


def follow(seen: list) -> None:
    """After each frame, with the tracks that it showed: who has parted, who has become an echo.

    One that has only just come into being beside another is an echo of it at once.
    """
    for track in seen:
        body = track.echo_of
        if body is None:
            body = _older_beside(track, seen)
            turns = body is not None
            sure = track.frames == 1
        elif body.unseen_ms == 0:
            x_mm, y_mm = _middle(body, seen, track)
            turns = _square(track, x_mm, y_mm) >= APART_MM * APART_MM
            sure = False
        else:
            continue  # one without the other tells nothing of how far they are apart
        track.doubt = track.doubt + 1 if turns else 0
        if turns and (sure or track.doubt >= _FRAMES):
            track.doubt = 0
            track.echo_of = None if track.echo_of else body
        if track.echo_of and body.counted == NEUTRAL:
            body.counted = body.settled = track.counted  # where they came from, one of them saw


def gone(body, others: list) -> None:
    """A track has ended: its echoes go on in its place, and count nothing that it has counted."""
    heir = body.echo_of
    for track in others:
        if track.echo_of is body:
            if body.counted == track.settled:
                track.counted = track.settled
            track.travelled = track.travelled or body.travelled
            track.echo_of = heir
            heir = heir or track


def _older_beside(track, seen):
    for other in seen:
        if other.echo_of is None and other.number < track.number:
            x_mm, y_mm = _middle(other, seen, track)
            if _square(track, x_mm, y_mm) < APART_MM * APART_MM:
                return other
    return None


def _middle(body, seen, without):
    x_mm, y_mm, count = body.x, body.y, 1
    for other in seen:
        if other.echo_of is body and other is not without:
            x_mm += other.x
            y_mm += other.y
            count += 1
    return x_mm // count, y_mm // count


def _square(track, x_mm, y_mm):
    dx, dy = track.x - x_mm, track.y - y_mm
    return dx * dx + dy * dy
