from cloudapps.apps import CloudApp


class ImageProcessing(CloudApp):
    """Upload pictures, choose filters, see before and after, download."""

    name = "imageproc"
    title = "Image Processing"
    description = "Drop in your pictures, stack up filters, compare before and after, download the lot."
    icon = "image"
    slug = "images"
    available = True
