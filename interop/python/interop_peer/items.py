"""Items to and from JSON: DynamoDB's own form, with bytes in Base64."""
import base64

from boto3.dynamodb.types import Binary


def from_json(item):
    return {name: _value_from_json(value) for name, value in item.items()}


def to_json(item):
    return {name: _value_to_json(value) for name, value in item.items()}


def _value_from_json(value):
    ((kind, content),) = value.items()
    if kind == "B":
        return {kind: base64.b64decode(content)}
    if kind == "BS":
        return {kind: [base64.b64decode(member) for member in content]}
    if kind == "L":
        return {kind: [_value_from_json(member) for member in content]}
    if kind == "M":
        return {kind: from_json(content)}
    return {kind: content}


def _value_to_json(value):
    ((kind, content),) = value.items()
    if kind == "B":
        return {kind: _base64(content)}
    if kind == "BS":
        return {kind: [_base64(member) for member in content]}
    if kind == "L":
        return {kind: [_value_to_json(member) for member in content]}
    if kind == "M":
        return {kind: to_json(content)}
    if kind in ("SS", "NS"):
        return {kind: list(content)}
    return {kind: content}


def _base64(content):
    return base64.b64encode(content.value if isinstance(content, Binary) else content).decode("ascii")
