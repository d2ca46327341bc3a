"""The backtest: what planners of different rhythms would have shown while the market moved as it did.

Read `planners.py` for what each does, `judging.py` for what counts against it, `replay.py` for the whole.
"""
