"""The diagram of a network: from what is in it to where each part stands, whatever draws it."""

from derive.document.diagram.layout import layout, may_fit
from derive.document.diagram.network import Layer, Network, Unit, Weight
from derive.document.diagram.shapes import Layout, Placement

__all__ = ["Layer", "Layout", "Network", "Placement", "Unit", "Weight", "layout", "may_fit"]
