"""Schedules: whose time goes where, which rooms and cars are taken, and what a week of an agency looks like."""
