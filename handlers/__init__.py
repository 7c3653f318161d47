"""What Socrates hears: Slack, the web, the clock and the terminal.

A listener, a route, a tick and a command are the same thing here: an outside event turned into one verb of ``bot``.
"""
