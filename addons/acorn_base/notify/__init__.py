"""Telling chat systems and monitors: plain Python, the base's one door to the network.

Where it leads to is set by an administrator, so the door is narrow: https only, public
addresses only, no redirects, short time-outs (``post``). What is said there is in
``payloads``.
"""
