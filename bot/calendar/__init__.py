"""Periods, working days and bundles: what a date means to a person and to the company; pure."""
