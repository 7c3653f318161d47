"""Answers to questions, from curated entries or the company's own records, and the queue of unanswered ones."""
