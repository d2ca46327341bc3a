"""The house minds: what the agents think with when no model is configured.

Deterministic, with no key and no network. Start with `segmentation.py`.
"""
