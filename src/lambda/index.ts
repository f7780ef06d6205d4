// The entry point `./lambda`: what functions behind a table's stream need.
export { decryptStreamRecord } from './decrypt-stream-record.js'
export type { StreamRecord, StreamRecordData } from './decrypt-stream-record.js'
export type { StreamAttributeValue, StreamImage } from './stream-images.js'
export type { DecryptStreamRecordOptions } from './stream-tables.js'
export { migrateSegmentHandler } from './segment-handler.js'
export type { MigrateSegmentOptions, RemainingTime, SegmentEvent } from './segment-handler.js'
