"""Periods, working days and deadlines: what a date means to a person and to the company."""
