"""What each quantity is called, and the one printer from SymPy to mathematics."""

from derive.catalog.table import Table
from derive.notation.base import Notation
from derive.notation.layers import LAYERS
from derive.notation.numbered import NUMBERED
from derive.notation.source import SOURCE
from derive.notation.to_from import TO_FROM

NOTATIONS: Table[Notation] = Table((SOURCE, LAYERS, NUMBERED, TO_FROM))
"""Every notation; ``auto`` takes the first that fits the network."""
