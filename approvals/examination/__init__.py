"""The examination package: what an examiner opens, checks and keeps, from no more than a folder of files.

Pieces as published, what the rules found and how they stood, rates, approvals, deliveries, retention, and the
part of the log that proves it. `export.export` makes one, `checking.check` holds one to its manifest.
"""
