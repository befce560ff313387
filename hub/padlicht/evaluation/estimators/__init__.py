"""What a study computes: counts in, ratio and 95 % interval out. Pure.

Only `types` and `early_signal` can be imported without the extra `padlicht[evaluation]`.
"""
