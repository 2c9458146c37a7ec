"""
From a revision to machines that run it, with no request failing on the way.

`artifact` builds what machines fetch, `releases` remembers what there is and what runs, `migration` brings the database
along, `rolling` puts new machines in the place of old ones, `health` says which of them are well, `flow` is all of it.
"""
