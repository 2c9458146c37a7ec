"""Where browsers find the objects; kept apart from the adapters, because the settings need it."""

from urllib.parse import urlsplit


def storage_origin(storage_url: str, endpoint_url: str, region: str) -> str:
    """
    Name the origin that presigned links lead to, for the Content-Security-Policy; empty if it is this site.

    >>> storage_origin("s3://pictures/live", "", "eu-central-1")
    'https://pictures.s3.eu-central-1.amazonaws.com'
    """
    url = urlsplit(storage_url)
    if url.scheme != "s3":
        return ""
    if endpoint_url:
        endpoint = urlsplit(endpoint_url)
        return f"{endpoint.scheme}://{endpoint.netloc}"
    return f"https://{url.netloc}.s3.{region}.amazonaws.com"
