"""What Socrates decides and says, one package a domain.

A package holds the verbs of its domain, its pure ``rules`` and its ``views``. Each verb is one transaction: it reads
rows, asks the rules what should happen, writes rows with their record entry, and queues what Slack must be told.
``bot/README.md`` has the map.
"""
