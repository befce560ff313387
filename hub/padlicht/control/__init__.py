"""What nodes are told and say: desired settings, commands, time, presence, live levels."""
