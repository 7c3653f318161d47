"""The rules of the programme: values in, values out.

Nothing here does I/O, reads a clock, opens a session or knows Slack; time is always an argument.
A rule says what should be; the verb beside it in bot/ makes it so.
"""
