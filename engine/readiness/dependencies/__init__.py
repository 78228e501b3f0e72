"""How checks, gates, values and questions hang together: graphs, cycles, order."""
