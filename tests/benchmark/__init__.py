"""What ``make bench`` runs: rows of work, each measured against what it has to reach.

A row is a class in ``rows/``; ``python -m tests.benchmark`` runs them in Odoo's Python.
"""
