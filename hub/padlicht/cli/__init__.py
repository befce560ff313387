"""What people type: one file for each group of commands; parse, call, show, nothing else."""
