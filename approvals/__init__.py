"""The gate: nothing crosses it except an approved release.

Records, statuses and their one transition function, decisions, releases and the ledger, the audit log.
"""
