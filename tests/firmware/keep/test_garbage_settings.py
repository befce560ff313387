"""Mutated settings against a whole node: nothing escapes, and nothing is half applied."""

import json

from messages import GOOD, SEED, TRIES, VALUES, Park, mutated
from scratch import Chance, Folder

from node.errors import BadData
from node.keep.settings import Settings, validate
from node.keep.zone import Zone
from node.link import wire

INTERPRETERS = ("mp64", "mp32")
KEYS = list(json.loads(GOOD["down/settings"])["set"]) + ["hold_s", "tz", "confirm", "lat_e4"]


def some_settings(chance):
    """Settings as a hub might send them: a few keys, most values such as could be meant."""
    pairs = []
    for _ in range(chance.below(4)):
        key = KEYS[chance.below(len(KEYS))]
        value = VALUES[chance.below(20)]
        pairs.append(b'"' + key.encode() + b'":' + value)
    return b'{"version":%d,"set":{' % chance.below(1000) + b",".join(pairs) + b"}}"


def test_settings_are_taken_whole_or_not_at_all_whatever_comes():
    """Either all that a message wants is in force and stored, or what was before still is."""
    taken = refused = 0
    with Folder() as folder:
        park = Park(folder + "/node")
        settings = park.node._settings
        chance = Chance(SEED)
        try:
            for number in range(TRIES):
                wanted = some_settings(chance)
                if chance.below(2):
                    wanted = mutated(chance, wanted)
                before = (settings.version, settings.values)
                park.take("down/settings", wanted)
                now = (settings.version, settings.values)
                expected = values_of(wanted)
                if expected is None:
                    assert now == before, wanted
                    refused += 1
                else:
                    assert now == expected, wanted
                    taken += 1
                assert len(park.node.settings_report()) <= wire.MAX_PAYLOAD
                if number % 100 == 0:
                    stored = Settings(park.folder + "/settings.json")
                    stored.load()
                    assert (stored.version, stored.values) == now or not stored.version
        finally:
            park.close()
    assert min(taken, refused) > TRIES // 10, (taken, refused)
    print("FIGURE garbage_down_settings={}".format(TRIES))
    print("FIGURE garbage_settings_taken={}".format(taken))


def values_of(payload):
    """(version, values) that a message asks for, or None when any of it is not allowed."""
    try:
        version, wanted = wire.decode_settings(payload)
    except BadData:
        return None
    values, refused = validate(wanted)
    if not refused and "tz" in wanted:
        try:
            Zone(wanted["tz"])
        except BadData:
            return None
    return None if refused else (version, values)
