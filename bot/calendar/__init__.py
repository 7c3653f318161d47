"""Periods and working days: what a date means to a person and to the company; pure."""
