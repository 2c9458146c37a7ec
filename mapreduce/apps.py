from cloudapps.apps import CloudApp


class MapReduce(CloudApp):
    """Run Hadoop-Streaming map and reduce programs over data."""

    name = "mapreduce"
    title = "MapReduce"
    description = "Bring data and two small programs; get the results by mail, from one laptop or a cluster."
    icon = "mapreduce"
    slug = "mapreduce"
