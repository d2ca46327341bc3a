"""What stands around the queue: runs with their plans and rates, the publication ledger, the audit log.

Only looked at here: whatever changes something is a form of another page that this one links to.
"""
