"""The tape: every quantity of the calculation in order, each defined over earlier ones."""
