"""What each quantity is called, and the one printer from SymPy to mathematics."""

from derive.catalog.table import Table
from derive.notation.base import Notation
from derive.notation.layers import LAYERS
from derive.notation.source import SOURCE

NOTATIONS: Table[Notation] = Table((SOURCE, LAYERS))
"""Every notation; ``auto`` takes the first that fits the network."""
