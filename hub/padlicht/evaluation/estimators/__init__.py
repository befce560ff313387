"""What a study computes: counts in, ratio and 95 % interval out. Pure.

Only `types` can be imported without the extra `padlicht[evaluation]`.
"""
