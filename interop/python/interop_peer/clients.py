"""Clients of the local servers, one an endpoint."""
from functools import lru_cache

import boto3

_LOCAL = {"region_name": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}


@lru_cache(maxsize=None)
def kms(endpoint):
    return boto3.session.Session().client("kms", endpoint_url=endpoint, **_LOCAL)


@lru_cache(maxsize=None)
def dynamodb(endpoint):
    return boto3.session.Session().client("dynamodb", endpoint_url=endpoint, **_LOCAL)


@lru_cache(maxsize=None)
def dynamodb_resource(endpoint):
    return boto3.session.Session().resource("dynamodb", endpoint_url=endpoint, **_LOCAL)
