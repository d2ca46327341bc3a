"""Notices: how the team is told that work waits, one way per file.

Transport only: what is said and to whom is decided at the gate. Nothing is contacted but the mail server
and the address that the lender configured.
"""
