"""The approvers' page: the queue in a browser, with the acts of the terminal and no permission of its own.

Routes read a form, call one function of the gate in the name of whoever is logged in, and show what came
of it. What may be done is asked of `permissions.may`; what was done is written by the gate itself.
"""
