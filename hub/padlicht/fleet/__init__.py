"""Who the nodes are: the registry of sites, zones and nodes, and what boards are made of."""
