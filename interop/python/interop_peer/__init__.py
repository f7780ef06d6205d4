"""The Python peer: the DynamoDB Encryption Client for Python behind lines of JSON."""
