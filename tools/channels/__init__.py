"""Channels: one transport per file behind `interface.py`, each carrying a release to the outside.

A transport never decides whether something may go out: it asks the ledger that it is handed.
"""
