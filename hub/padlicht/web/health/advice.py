"""What each kind of trouble is called and what to do about it, in the words of the runbook."""

from typing import NamedTuple

from padlicht.web.i18n import Words


class Advice(NamedTuple):
    """A heading (that of dashboards/RUNBOOK.md, where it has one) and what to do."""

    heading: str
    do: str


def advice(say: Words) -> dict[str, Advice]:
    """By kind, in the order in which they matter."""
    return {
        "silent": Advice(
            say.text("Lamp or counter silent"),
            say.text(
                "All of a path: its power, its Wi-Fi or the hub's broker. One alone: go there,"
                " first the power, then the console. A lamp goes on by itself; records wait in it."
            ),
        ),
        "blind": Advice(
            say.text("Counter does not watch"),
            say.text(
                "At the post: is the radar covered (leaves, a poster, a fence), turned, wet, or"
                " its cable loose? Its zero is no count: pages say that there is no data."
            ),
        ),
        "fault": Advice(
            say.text("Fault reported"),
            say.text("After mending, the node takes the fault back by itself."),
        ),
        "stray": Advice(
            say.text("Lamp on outside its window"),
            say.text(
                "Was somebody there to test it? Then wait a day. Otherwise look at its clock, and"
                " at its place in the settings. Lit without being told to: switch the post off."
            ),
        ),
        "clock": Advice(
            say.text("Clock not set"),
            say.text(
                "It does not know the time, so it cannot keep the hours. The hub sets it as soon"
                " as they talk; if it stays so, the clock needs a new cell."
            ),
        ),
        "unwatched": Advice(
            say.text("Too little watched"),
            say.text(
                "Which counter of the zone has gaps: look at its days. Records that come later"
                " mend the coverage by themselves."
            ),
        ),
        "refused": Advice(
            say.text("Settings refused"),
            say.text("Correct the value: padlicht settings set. The old settings stay in force."),
        ),
        "unconfirmed": Advice(
            say.text("Settings not confirmed"),
            say.text(
                "They wait in the hub until the node is heard. Is it in touch? Then look at its"
                " signal."
            ),
        ),
        "memory": Advice(
            say.text("New memory"),
            say.text(
                "It counts its starts anew, and its records would be taken for known ones."
                " Provision it again: padlicht node add NAME --again"
            ),
        ),
        "spool": Advice(
            say.text("Records pile up"),
            say.text(
                "Many nodes at once: the hub cannot write; look at its disk and its log. One"
                " alone: its signal. It empties by itself afterwards."
            ),
        ),
        "dropped": Advice(
            say.text("Records given up"),
            say.text(
                "Its memory was full, and the oldest intervals are lost; the totals are not."
                " Bring the hub or the Wi-Fi back sooner, or look at the flash."
            ),
        ),
        "supply": Advice(
            say.text("Low supply"),
            say.text(
                "Less than nine tenths of what its neighbours have: cable, connector, or the"
                " power supply of this post."
            ),
        ),
        "signal": Advice(
            say.text("Weak Wi-Fi"),
            say.text(
                "Messages come through now and then only. Turn the antenna, clear leaves, or move"
                " the access point nearer."
            ),
        ),
        "never": Advice(
            say.text("Not heard of yet"),
            say.text("Registered and never seen: is it there, has it power, is it provisioned?"),
        ),
        "quarantine": Advice(
            say.text("Messages kept aside"),
            say.text("padlicht quarantine list shows them, with the reason. Nothing is lost."),
        ),
    }


def faults(say: Words) -> dict[str, str]:
    """What a fault code means and what to look at; codes of tasks are under "task_"."""
    sensor = say.text("a sensor is not there: its cable and supply")
    return {
        "lamp_stuck": say.text(
            "the radar saw movement nearly all the time: leaves or a flag before it?"
        ),
        "radar_silent": say.text("the radar says nothing: covered, wet, or its cable"),
        "radar_unset": say.text("the radar takes no settings: the wire to its RX"),
        "ambient_missing": sensor,
        "rtc_missing": sensor,
        "power_missing": sensor,
        "sensor_unknown": say.text("a sensor's name in node.json is wrong"),
        "rtc_stopped": say.text("the clock lost its time: a new cell"),
        "clock_behind": say.text("the clock lost its time: a new cell"),
        "beam_blocked": say.text("something stands in the light beam: clear it"),
        "spool_bad": say.text("the flash is damaged: exchange the board"),
        "task_": say.text("a part of the firmware died and was started again: report it"),
    }


def fault_words(say: Words, code: str) -> str:
    """What a code means; the code itself when it is not known."""
    known = faults(say)
    return known.get(code) or (known["task_"] if code.startswith("task_") else code)
