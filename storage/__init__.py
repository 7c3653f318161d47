"""What Socrates remembers: the nouns with their queries, the inbox, the outbox, the record and the evidence files.

The only SQL of the project is in this folder. Query functions stand beside their noun and take the session first.
"""
