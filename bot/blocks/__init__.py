"""Slack's Block Kit as a small vocabulary that every view is written in; pure, and the one place that knows
Slack's limits.
"""
