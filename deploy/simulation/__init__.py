"""How the scaling policies would do under a load, in steps of ten seconds: machines, waiting, cost."""
