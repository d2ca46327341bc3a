"""The nouns every room shares: frozen, validated, documented with their units.

Nothing here reads a file, a clock or an environment, and nothing here imports another room.
Start with `piece.py` (what the public will see) and `release.py` (what lets it through the gate).
"""
