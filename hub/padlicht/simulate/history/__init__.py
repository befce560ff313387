"""A past for the simulated park: firmware and intake real, people and mishaps invented."""

from padlicht.simulate.history.scenario import Plan, Scenario
from padlicht.simulate.history.year import Written, write_history

__all__ = ["Plan", "Scenario", "Written", "write_history"]
