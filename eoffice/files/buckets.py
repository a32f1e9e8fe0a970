"""Stored files as objects of an S3-compatible bucket. Imported only where one is configured: boto3 takes 30 MB."""

import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.files import File
from django.core.files.storage import Storage

SIGNED_FOR_S = 60
"""nginx follows an address at once; whoever saw it in a log comes too late."""
IN_MEMORY = 8 * 1024 * 1024
"""A file that is read as a whole lies on the disk meanwhile when it is larger."""
_GONE = ("404", "NoSuchKey", "NotFound")


class BucketStore(Storage):
    """The objects of ``bucket`` at ``endpoint`` (https://s3.example.vn), addressed as endpoint/bucket/name."""

    def __init__(self, bucket: str, *, endpoint: str, region: str, key: str, secret: str) -> None:
        self.bucket = bucket
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region,
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=30,
                request_checksum_calculation="when_required",  # not every server knows the newer checksums
                response_checksum_validation="when_required",
            ),
        )

    # --- as any store ---

    def reading(self, name: str) -> BinaryIO:
        return cast(BinaryIO, _Object(lambda at: self._get(name, at)))

    def names(self) -> Iterator[str]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for found in page.get("Contents", []):
                yield found["Key"]

    def address(self, name: str, media_type: str) -> str:
        wanted = {"Bucket": self.bucket, "Key": name, "ResponseContentType": media_type}
        signed = urlsplit(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=SIGNED_FOR_S))
        return f"{signed.path.lstrip('/')}?{signed.query}"

    # --- as Django's storages ---

    def exists(self, name: str) -> bool:
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> dt.datetime:
        changed: dt.datetime = self._head(name)["LastModified"]
        return changed

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """``name`` itself: it says what the content is, so that two who write it write the same."""
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """As a whole: programs that open it seek to and fro."""
        copy = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever opened it closes it
        with self.reading(name) as content:
            shutil.copyfileobj(content, copy)
        copy.seek(0)
        return File(cast(Any, copy), name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        self._client.upload_fileobj(_LeftOpen(content), self.bucket, name)
        return name

    def _head(self, name: str) -> dict[str, Any]:
        with _missing_as_usual(name):
            found: dict[str, Any] = self._client.head_object(Bucket=self.bucket, Key=name)
            return found

    def _get(self, name: str, at: int) -> BinaryIO:
        part = {"Range": f"bytes={at}-"} if at else {}
        with _missing_as_usual(name):
            body: BinaryIO = self._client.get_object(Bucket=self.bucket, Key=name, **part)["Body"]
            return body


@contextmanager
def _missing_as_usual(name: str) -> Iterator[None]:
    """What a bucket says of an object that is not there, said as of a file."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            raise FileNotFoundError(name) from error
        raise


class _Object(io.RawIOBase):
    """One object, asked for with the first read, from where one is then."""

    def __init__(self, ask: Any) -> None:
        self._ask, self._at = ask, 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("only from the beginning")
        if offset != self._at:
            self._drop()
            self._at = offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._body is None:
            self._body = self._ask(self._at)
        chunk = self._body.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


class _LeftOpen:
    """boto3 closes what it has sent; who handed it to us goes on reading it."""

    def __init__(self, content: "File[bytes]") -> None:
        self._content = content
        self.seek, self.tell = content.seek, content.tell

    def read(self, size: int = -1) -> bytes:
        return bytes(self._content.read(size))

    def close(self) -> None:
        """It stays open."""
