"""Hypothesis draws the same examples on every machine, and takes the time that it needs; all tests share a browser."""

from hypothesis import HealthCheck, settings

from tests.browser.chromium import browser  # noqa: F401  (a fixture)

settings.register_profile(
    "reproducible", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("reproducible")
