import { KafkaException } from '@millrace/api';

/** Bytes of the group protocol are malformed, or a value has no form in it. */
export class SchemaException extends KafkaException {
  static override readonly javaClass: string = 'org.apache.kafka.common.protocol.types.SchemaException';
  static override readonly code: string = 'connect.protocol.schema';
}
