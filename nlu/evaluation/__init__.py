"""How well a model understands what it has not learnt, and the reports."""
