from cloudapps.apps import CloudApp


class CloudDrive(CloudApp):
    """Store, find, share and delete files."""

    name = "clouddrive"
    title = "Cloud Drive"
    description = "Keep your files in one place, find any of them at once, and share them by link."
    icon = "folder"
    slug = "drive"
    available = True
