"""A curve with its axes: from points to where each part stands, in the shapes of the network's diagram."""

from derive.document.plot.curve import curve

__all__ = ["curve"]
