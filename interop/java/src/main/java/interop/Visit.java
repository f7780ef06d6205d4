package interop;

import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBAttribute;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBHashKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBRangeKey;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBTable;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DoNotEncrypt;
import com.amazonaws.services.dynamodbv2.datamodeling.encryption.DoNotTouch;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An application's class, with an attribute of each type: one is signed alone, one is left as it is, the rest is encrypted. */
@DynamoDBTable(tableName = "Visits")
public final class Visit {
  private String patientId;
  private BigDecimal visitedAt;
  private String notes;
  private String ward;
  private String seenBy;
  private BigDecimal charge;
  private ByteBuffer scan;
  private Boolean urgent;
  private Set<String> symptoms;
  private Set<BigDecimal> readings;
  private Set<ByteBuffer> stamps;
  private List<String> steps;
  private Map<String, String> address;

  @DynamoDBHashKey
  public String getPatientId() {
    return patientId;
  }

  public void setPatientId(String patientId) {
    this.patientId = patientId;
  }

  @DynamoDBRangeKey
  public BigDecimal getVisitedAt() {
    return visitedAt;
  }

  public void setVisitedAt(BigDecimal visitedAt) {
    this.visitedAt = visitedAt;
  }

  @DynamoDBAttribute
  public String getNotes() {
    return notes;
  }

  public void setNotes(String notes) {
    this.notes = notes;
  }

  @DoNotEncrypt
  public String getWard() {
    return ward;
  }

  public void setWard(String ward) {
    this.ward = ward;
  }

  @DoNotTouch
  public String getSeenBy() {
    return seenBy;
  }

  public void setSeenBy(String seenBy) {
    this.seenBy = seenBy;
  }

  @DynamoDBAttribute
  public BigDecimal getCharge() {
    return charge;
  }

  public void setCharge(BigDecimal charge) {
    this.charge = charge;
  }

  @DynamoDBAttribute
  public ByteBuffer getScan() {
    return scan;
  }

  public void setScan(ByteBuffer scan) {
    this.scan = scan;
  }

  @DynamoDBAttribute
  public Boolean getUrgent() {
    return urgent;
  }

  public void setUrgent(Boolean urgent) {
    this.urgent = urgent;
  }

  @DynamoDBAttribute
  public Set<String> getSymptoms() {
    return symptoms;
  }

  public void setSymptoms(Set<String> symptoms) {
    this.symptoms = symptoms;
  }

  @DynamoDBAttribute
  public Set<BigDecimal> getReadings() {
    return readings;
  }

  public void setReadings(Set<BigDecimal> readings) {
    this.readings = readings;
  }

  @DynamoDBAttribute
  public Set<ByteBuffer> getStamps() {
    return stamps;
  }

  public void setStamps(Set<ByteBuffer> stamps) {
    this.stamps = stamps;
  }

  @DynamoDBAttribute
  public List<String> getSteps() {
    return steps;
  }

  public void setSteps(List<String> steps) {
    this.steps = steps;
  }

  @DynamoDBAttribute
  public Map<String, String> getAddress() {
    return address;
  }

  public void setAddress(Map<String, String> address) {
    this.address = address;
  }
}
