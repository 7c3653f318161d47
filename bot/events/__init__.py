"""Events: what happens in the company and sets controls off. Joiners and leavers come from Slack's directory.

People, file names and local names say "event"; its row is a ``Trigger``, since the record has events of its own.
"""
