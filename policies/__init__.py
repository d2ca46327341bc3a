"""The rules: packs of them by regime, the engine that screens a piece, and the mortgage mathematics.

`engine.screen` is the one door; a rule is a YAML file in `packs/`, its kind a module in `checks/`.
Nothing here opens a network, asks a model or reads a clock.
"""
