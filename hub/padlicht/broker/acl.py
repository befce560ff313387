"""Access control list of the broker (the fence): who may write and read which topics."""

from padlicht.broker.keys import HUB
from padlicht.wire import ROOT

ACL = f"""\
# The hub may do all of it.
user {HUB}
topic readwrite {ROOT}/#

# A node may write what it says itself and read what it is told, and nothing else. %u is the common
# name of its certificate and fills a whole topic level.
pattern write {ROOT}/+/%u/up/#
pattern read {ROOT}/+/%u/down/#

# Everybody may hear whether a hub is there. (mosquitto warns that this pattern has no %u: so it is
# meant, for its rules of topics without a user are for strangers, of whom there are none.)
pattern read {ROOT}/hub/+
"""
