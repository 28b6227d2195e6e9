import {
  ConfigDef,
  type ConnectRecord,
  NonNullValidator,
  type PluginConfig,
  SchemaAndValue,
  type Transformation,
  Values,
} from '@millrace/api';

const CONFIG = new ConfigDef()
  .define('header', { type: 'string', importance: 'high', validator: new NonNullValidator(), doc: 'Key of the header.' })
  .define('value.literal', {
    type: 'string',
    importance: 'high',
    validator: new NonNullValidator(),
    doc: 'Value of the header. Its type is inferred from the text: 1 is an int8, true a boolean, [1,2] an array, anything else a string.',
  });

/** Adds a header with a fixed value to each record. As `org.apache.kafka.connect.transforms.InsertHeader`. */
export class InsertHeader implements Transformation {
  #header = '';
  #literal: SchemaAndValue = SchemaAndValue.NULL;

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    const parsed = CONFIG.parse(config);
    this.#header = parsed.header;
    this.#literal = Values.parseString(parsed['value.literal']);
  }

  apply<R extends ConnectRecord<R>>(record: R): R {
    return record.withHeaders(record.headers.duplicate().add(this.#header, this.#literal.value, this.#literal.schema));
  }
}
