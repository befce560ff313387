"""Who passes the counters of the test park, and what each sensor makes of it."""

from park import Body, Park

GROUPS = 100  # of each kind
EVENING = 400  # groups, mixed

HEADER = (
    "| who passes | people | radar misses | invents | beams miss | invent | what it cannot tell |",
    "|---|---|---|---|---|---|---|",
)


def way(chance):
    return 1 if chance.below(2) else -1


def lane(chance, direction):
    """On the right-hand side, as people keep: the near half or the far one."""
    return 1400 + chance.below(500) if direction > 0 else 2500 + chance.below(500)


def walking(chance):
    return 20 + chance.below(15)  # 1.0 to 1.7 m/s


def one(chance, **how):
    direction = way(chance)
    return [Body(direction, lane(chance, direction), walking(chance), **how)]


def jogger(chance):
    direction = way(chance)
    return [Body(direction, lane(chance, direction), 46 + chance.below(25))]


def cyclist(chance):
    direction = way(chance)
    return [Body(direction, lane(chance, direction), 80 + chance.below(61), half=850)]


def beside(chance, apart):
    direction, step = way(chance), walking(chance)
    near = 1300 + chance.below(800)
    behind = chance.below(150)
    return [
        Body(direction, near, step),
        Body(direction, near + apart, step, behind=behind),
    ]


def arm_in_arm(chance):
    return beside(chance, 400)


def pair(chance):
    return beside(chance, 500 + chance.below(300))


def pair_apart(chance):
    return beside(chance, 1200)


def pair_anyhow(chance):
    return beside(chance, 400 + chance.below(801))


def twin(chance):
    """One body, heard a second time within 0.3 m, to any side."""
    return one(chance, twins=((chance.noise(200), chance.noise(200)),))


def triplet(chance):
    """One body, heard to both sides, too."""
    dx, dy = chance.noise(200), chance.noise(200)
    return one(chance, twins=((dx, dy), (-dx, -dy)))


def far_off(chance):
    """Across the radar's view where it ends: it reaches 6 m, and 1.2 to 3.3 m to either side."""
    direction = way(chance)
    return [Body(direction, 5000 + chance.below(900), walking(chance))]


def in_file(chance):
    direction, step = way(chance), walking(chance)
    near = lane(chance, direction)
    return [Body(direction, near, step), Body(direction, near, step, behind=1200)]


def meeting(chance):
    """Two who come from either end and pass each other at the counter."""
    step = walking(chance)
    return [
        Body(1, lane(chance, 1), step),
        Body(-1, lane(chance, -1), step, behind=chance.below(800)),
    ]


def overtaking(chance):
    """Somebody jogs past a walker within the radar's view."""
    direction = way(chance)
    near = 1400 + chance.below(300)
    return [
        Body(direction, near, 24),
        Body(direction, near + 1100, 60, behind=6000 + chance.below(4000)),
    ]


def four(chance):
    direction, step = way(chance), walking(chance)
    return [
        Body(direction, near, step, behind=behind)
        for near in (1500, 2400)
        for behind in (chance.below(200), 1100 + chance.below(200))
    ]


def loiterer(chance):
    """Stands for 20 to 60 s within 1.5 m of the line, then goes on or back."""
    direction = way(chance)
    at = direction * (chance.below(900) - 1500)
    how = {"pause": (at, 1000 + chance.below(2000))}
    if chance.below(2):
        how["turn"] = at
    return [Body(direction, lane(chance, direction), walking(chance), **how)]


def turns_back(chance):
    """Turns round 0.5 to 2 m before the line, or as far beyond it and so passes twice."""
    direction = way(chance)
    turn = 600 + chance.below(1500)
    return [
        Body(
            direction,
            lane(chance, direction),
            walking(chance),
            turn=direction * (turn if chance.below(2) else -turn),
        )
    ]


def with_dog(chance):
    direction, step = way(chance), walking(chance)
    near = lane(chance, direction)
    behind = chance.below(1600) - 800
    return [
        Body(direction, near, step, behind=max(0, behind)),
        Body(direction, near + 700, step, behind=max(0, -behind), half=350, counts=False),
    ]


# name in the table, who, what such a sensor cannot tell
SCENARIOS = (
    ("one walker at a time", one, ""),
    ("joggers, 2.3–3.5 m/s", jogger, ""),
    ("cyclists, 4–7 m/s", cyclist, "as people: neither sensor knows a bicycle"),
    ("pairs arm in arm, 0.4 m", arm_in_arm, "two are one for either"),
    ("pairs side by side, 0.5–0.8 m", pair, "under 0.6 m the radar hears one echo"),
    ("pairs side by side, 1.2 m", pair_apart, "beams: side by side is always one"),
    ("in file, 1.2 m behind", in_file, ""),
    ("one walker whom the radar hears twice", twin, ""),
    ("one walker whom the radar hears three times", triplet, ""),
    ("across at the end of the range, 5.0–5.9 m", far_off, ""),
    ("two who meet at the counter", meeting, "beams: two at once are one, or none"),
    ("a jogger overtakes a walker", overtaking, "beams: as above, when it happens between them"),
    ("two pairs, one behind the other", four, "radar: three at most; the time is in `sat_s`"),
    ("loiterers, half of them go back", loiterer, "radar: who stands still vanishes"),
    ("turning round before or after the line", turns_back, ""),
    ("a dog on a lead", with_dog, "radar: the dog is somebody; beams: it passes below"),
)


# How near two bodies may come before a radar hears one, cm: at what the band of this one promises,
# at half of it, and as far apart as a bad place makes it.
MERGES_CM = (30, 45, 60, 75, 90)


def run(who, groups=GROUPS, seed=1, merged_mm=600):
    """Let so many groups pass: (people, (missed, extra) by radar, (missed, extra) by beams).

    Missed and extra are summed over groups and ways, so that they cannot cancel.
    """
    park = Park(seed, merged_mm)
    people, radar, beams = 0, [0, 0], [0, 0]
    for _ in range(groups):
        true, by_radar, by_beams = park.group(who(park.chance))
        people += sum(true)
        for errors, found in ((radar, by_radar), (beams, by_beams)):
            for n in (0, 1):
                errors[0] += max(0, true[n] - found[n])
                errors[1] += max(0, found[n] - true[n])
    return people, tuple(radar), tuple(beams)


def evening(seed, groups):
    """All of them mixed, coming as they come, so that some meet or overtake.

    (true, radar, beams), each of them (in, out).
    """
    often = (one,) * 10 + (jogger,) * 3 + (cyclist,) * 4 + (pair,) * 3 + (pair_apart,) * 2
    seldom = (arm_in_arm, in_file, turns_back, with_dog, loiterer, four)
    kinds = often + seldom
    park = Park(seed)
    wait = 0
    while groups or park.bodies:
        wait -= 1
        if groups and wait <= 0:
            park.bodies = park.bodies + kinds[park.chance.below(len(kinds))](park.chance)
            wait = 20 + park.chance.below(160)  # one group in 10 s
            groups -= 1
        park.frame()
    return tuple(park.true), park.tracks.take()[:2], park.beams.take()[:2]


def percent(part, whole):
    """Whole per cent, rounded; 0.4 % is not none."""
    if not part:
        return "0"
    return f"{(part * 200 + whole) // (whole * 2)} %" if part * 200 >= whole else "< 1 %"


def results():
    """(name, people, (missed, extra) by radar, (missed, extra) by beams, why) of every scenario."""
    found = []
    for name, who, why in SCENARIOS:
        people, radar, beams = run(who)
        found.append((name, people, radar, beams, why))
    for merged_cm in MERGES_CM:
        people, radar, beams = run(pair_anyhow, merged_mm=merged_cm * 10)
        name = f"pairs, 0.4–1.2 m, by a radar that parts {merged_cm} cm"
        why = "under 0.6 m the counter takes two echoes for one" if merged_cm < 60 else ""
        found.append((name, people, radar, beams, why))
    true, *counted = evening(2026, EVENING)
    errors = []
    for by_sensor in counted:
        differences = [by_sensor[n] - true[n] for n in (0, 1)]
        errors.append(
            (-sum([n for n in differences if n < 0]), sum([n for n in differences if n > 0]))
        )
    why = "in all, both ways: what is missed and what is invented may cancel here"
    found.append(("an evening of these, mixed", sum(true), errors[0], errors[1], why))
    return found


def table(found):
    """The README's table, as lines."""
    lines = list(HEADER)
    for name, people, radar, beams, why in found:
        cells = [percent(part, people) for part in radar + beams]
        lines.append("| {} | {} | {} | {} |".format(name, people, " | ".join(cells), why))
    return lines
