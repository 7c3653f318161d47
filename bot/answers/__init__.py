"""Answers to questions, from curated entries or the company's own facts, and the queue of what has no answer
yet.
"""
