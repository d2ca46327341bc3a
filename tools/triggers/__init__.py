"""Triggers: borrowers for whom something changed that is worth a letter, found on the book's own engine.

Each is asked of every loan at once, and each loan gets one reason for in or out (docs/triggers.md).
"""
