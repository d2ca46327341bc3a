"""The gate in a terminal: commands, and what they answer; the same acts as the page, with no rule of its own.

Commands read options, call one function of the gate in the name of whoever `--by` says, and return an
answer. `options` is the edge where environment, folder and clock are read; `views` set what was answered.
"""
