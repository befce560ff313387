"""What people type about the counts: the diary beside them, baselines, targets and studies."""
