"""What Socrates hears: Slack, the web, the clock and the terminal.

Each listener, route, tick and command turns one outside event into one verb of ``bot``.
"""
