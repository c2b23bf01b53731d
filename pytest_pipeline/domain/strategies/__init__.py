"""Deployment strategies: functions from options to a plan, one file each."""
