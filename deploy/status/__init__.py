"""
How an environment does at one moment: `reading` asks AWS, `report` says what is amiss, `tables` shows it.
"""
