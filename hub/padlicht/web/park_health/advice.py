"""Advice: what each kind of trouble and fault is called, and what to do, as in the runbook."""

from typing import NamedTuple

from padlicht.web.i18n import Words


class Advice(NamedTuple):
    """A heading (that of dashboards/RUNBOOK.md, where it has one) and what to do."""

    heading: str
    do: str


def advice(t: Words) -> dict[str, Advice]:
    """By kind, in the order in which they matter."""
    return {
        "silent": Advice(
            t.text("Lamp or counter silent"),
            t.text(
                "All of a path: its power, its Wi-Fi or the hub's broker. One alone: go there,"
                " first the power, then the console. A lamp goes on by itself; records wait in it."
            ),
        ),
        "blind": Advice(
            t.text("Counter does not watch"),
            t.text(
                "At the post: is the radar covered (leaves, a poster, a fence), turned, wet, or"
                " its cable loose? Its zero is no count: pages say that there is no data."
            ),
        ),
        "fault": Advice(
            t.text("Fault reported"),
            t.text("After mending, the node takes the fault back by itself."),
        ),
        "dark": Advice(
            t.text("Lamp stayed dark"),
            t.text(
                "It was in touch and not lit when it should have been. Have it test itself:"
                " padlicht node selftest NAME. Then its driver, and the clock and place that it"
                " goes by."
            ),
        ),
        "stray": Advice(
            t.text("Lamp on outside its window"),
            t.text(
                "Was somebody there to test it? Then wait a day. Otherwise look at its clock, and"
                " at its place in the settings. Lit without being told to: switch the post off."
            ),
        ),
        "clock": Advice(
            t.text("Clock not set"),
            t.text(
                "It does not know the time, so it cannot keep the hours. The hub sets it as soon"
                " as they talk; if it stays so, the clock needs a new cell."
            ),
        ),
        "misdated": Advice(
            t.text("Time far off"),
            t.text(
                "The clock of the node was wrong, or that of the hub. The records are kept, and"
                " count in the hour that they say. Is the hub's time right? Then look at the"
                " node's clock."
            ),
        ),
        "unwatched": Advice(
            t.text("Too little watched"),
            t.text(
                "Which counter of the zone has gaps: look at its days. Records that come later"
                " mend the coverage by themselves."
            ),
        ),
        "refused": Advice(
            t.text("Settings refused"),
            t.text("Correct the value: padlicht settings set. The old settings stay in force."),
        ),
        "unconfirmed": Advice(
            t.text("Settings not confirmed"),
            t.text(
                "They wait in the hub until the node is heard. Is it in touch? Then look at its"
                " signal."
            ),
        ),
        "memory": Advice(
            t.text("New memory"),
            t.text(
                "It counts its starts anew, and its records would be taken for known ones."
                " Provision it again: padlicht node add NAME --again"
            ),
        ),
        "spool": Advice(
            t.text("Records pile up"),
            t.text(
                "Many nodes at once: the hub cannot write; look at its disk and its log. One"
                " alone: its signal. It empties by itself afterwards."
            ),
        ),
        "dropped": Advice(
            t.text("Records given up"),
            t.text(
                "Its memory was full, and the oldest intervals are lost; the totals are not."
                " Bring the hub or the Wi-Fi back sooner, or look at the flash."
            ),
        ),
        "supply": Advice(
            t.text("Low supply"),
            t.text(
                "Less than nine tenths of what its neighbours have: cable, connector, or the"
                " power supply of this post."
            ),
        ),
        "signal": Advice(
            t.text("Weak Wi-Fi"),
            t.text(
                "Messages come through now and then only. Turn the antenna, clear leaves, or move"
                " the access point nearer."
            ),
        ),
        "never": Advice(
            t.text("Not heard of yet"),
            t.text("Registered and never seen: is it there, has it power, is it provisioned?"),
        ),
        "quarantine": Advice(
            t.text("Messages kept aside"),
            t.text("padlicht quarantine list shows them, with the reason. Nothing is lost."),
        ),
    }


def faults(t: Words) -> dict[str, str]:
    """What a fault code means and what to look at; codes of tasks are under "task_"."""
    sensor = t.text("a sensor is not there: its cable and supply")
    return {
        "lamp_stuck": t.text(
            "somebody is seen all the time, without a sign of life: water or a cable on the radar?"
        ),
        "radar_silent": t.text("the radar says nothing: covered, wet, or its cable"),
        "radar_unset": t.text("the radar takes no settings: the wire to its RX"),
        "ambient_missing": sensor,
        "rtc_missing": sensor,
        "power_missing": sensor,
        "sensor_unknown": t.text("a sensor's name in node.json is wrong"),
        "rtc_stopped": t.text("the clock lost its time: a new cell"),
        "clock_behind": t.text("the clock lost its time: a new cell"),
        "beam_blocked": t.text("something stands in the light beam: clear it"),
        "spool_bad": t.text("the flash is damaged: exchange the board"),
        "ticks_lost": t.text("the lamp's loop missed a beat; the light went on: report it"),
        "task_": t.text("a part of the firmware died and was started again: report it"),
    }


def fault_words(t: Words, code: str) -> str:
    """What a code means; the code itself when it is not known."""
    known = faults(t)
    return known.get(code) or (known["task_"] if code.startswith("task_") else code)
