"""Typed reading of the environment: a wrong value names the variable, not a stack trace."""

from environs import Env

env = Env()
