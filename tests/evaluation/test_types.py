"""What a study's estimate is stored as."""

import subprocess
import sys
from datetime import date

import msgspec
import pytest

from padlicht.evaluation.estimators import types as t

DOT = t.Dot(date(2025, 10, 1), date(2025, 10, 14), "before", 1 / 3, None, 60, 900)
SIDE = t.Side("before", 84, 80, 1, 3, 480, 900_000, 9000, 3_000_000, 3.7)
ESTIMATE = t.Estimate(
    t.Method.INSTALLATION, t.Outcome.MORE, 12, 9, 1.2, 1.05, 1.37, (SIDE, SIDE), (DOT,)
)


def test_an_analysis_is_read_from_its_json_as_it_was():
    """Every float comes back to its last bit, every date and name as what it was."""
    left_out = (t.LeftOut(date(2025, 10, 3), "counter-1", t.Reason.COVERED),)
    placebo = t.Placebo(t.Method.INSTALLATION, 20, 1, 3)
    before = t.Analysis(t.Design.INSTALLATION, (ESTIMATE,), left_out, (placebo,))
    assert msgspec.json.decode(msgspec.json.encode(before), type=t.Analysis) == before


def test_a_studys_data_are_read_from_their_json_as_they_were():
    """So that the hash of the data can be made of their JSON."""
    hour = t.CounterHour(
        t.Place.CASE, "counter-1", date(2025, 10, 3), 20, "dark_on", t.Part.CASE, 4, 3600, 3600
    )
    before = t.StudyData(t.Design.TRYOUT, [hour], weeks=(t.TryoutWeek(date(2025, 10, 3), 1, True),))
    assert msgspec.json.decode(msgspec.json.encode(before), type=t.StudyData) == before


@pytest.mark.usefixtures("programs")
def test_types_are_read_without_the_extra():
    """Pages show results on a hub that has neither scipy nor numpy."""
    code = (
        "import sys; import padlicht.evaluation.estimators.types; "
        "print(sorted({'numpy', 'scipy', 'statsmodels', 'pandas'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_share_of_nights_without_nights_is_none_of_them():
    """A side in which no counter stood has no share that counts."""
    assert t.Side("after", 0, 0, 0, 0, 0, 0, 0, 0, 0.0).nights_share == 0.0
