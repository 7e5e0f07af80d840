"""The Selling Partner API: the only place of this addon that touches the network."""
