package interop;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDB;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBClientBuilder;
import com.amazonaws.services.kms.AWSKMS;
import com.amazonaws.services.kms.AWSKMSClientBuilder;
import java.util.HashMap;
import java.util.Map;

/** Clients of the local servers, one an endpoint. */
final class Clients {
  private static final String REGION = "us-east-1";
  private static final AWSStaticCredentialsProvider CREDENTIALS =
      new AWSStaticCredentialsProvider(new BasicAWSCredentials("local", "local"));
  private static final Map<String, AWSKMS> KMS = new HashMap<>();
  private static final Map<String, AmazonDynamoDB> DYNAMODB = new HashMap<>();

  private Clients() {}

  static AWSKMS kms(String endpoint) {
    return KMS.computeIfAbsent(
        endpoint,
        url ->
            AWSKMSClientBuilder.standard()
                .withEndpointConfiguration(new EndpointConfiguration(url, REGION))
                .withCredentials(CREDENTIALS)
                .build());
  }

  static AmazonDynamoDB dynamoDb(String endpoint) {
    return DYNAMODB.computeIfAbsent(
        endpoint,
        url ->
            AmazonDynamoDBClientBuilder.standard()
                .withEndpointConfiguration(new EndpointConfiguration(url, REGION))
                .withCredentials(CREDENTIALS)
                .build());
  }
}
