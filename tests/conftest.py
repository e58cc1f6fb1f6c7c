"""Hypothesis draws the same examples on every machine, and takes the time that it needs."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "reproducible", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("reproducible")
