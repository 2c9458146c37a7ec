"""The origin of presigned links, which the Content-Security-Policy lets browsers reach."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from cloudapps.storage.origin import storage_origin
from cloudapps.storage.s3 import S3Storage


class TestStorageOrigin:
    @pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "us-west-2"])
    @pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:9000", "https://objects.example.org"])
    def test_is_where_presigned_links_lead(self, monkeypatch: pytest.MonkeyPatch, region: str, endpoint: str) -> None:
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
        store = S3Storage(bucket="pictures", prefix="live", region=region, endpoint_url=endpoint)
        minute = timedelta(minutes=1)
        links = [
            store.link("a/b", expires_in=minute, filename="b.png", content_type="image/png"),
            store.part_link("a/b", "upload-id", 1, size_bytes=1, expires_in=minute).url,
        ]
        store._client.close()

        origins = {f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" for link in links}

        assert origins == {storage_origin("s3://pictures/live", endpoint, region)}

    def test_is_this_site_for_files(self) -> None:
        assert storage_origin("file:///var/objects", "", "eu-central-1") == ""
