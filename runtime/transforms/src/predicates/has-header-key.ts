import { ConfigDef, type ConnectRecord, NonEmptyString, type PluginConfig, type Predicate } from '@millrace/api';

const CONFIG = new ConfigDef().define('name', {
  type: 'string',
  importance: 'medium',
  validator: new NonEmptyString(),
  doc: 'Key of the header.',
});

/** True for records with at least one header of a key. As `org.apache.kafka.connect.transforms.predicates.HasHeaderKey`. */
export class HasHeaderKey implements Predicate {
  #name = '';

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#name = CONFIG.parse(config).name;
  }

  test<R extends ConnectRecord<R>>(record: R): boolean {
    if (!record.hasHeaders) return false;
    for (const { key } of record.headers) {
      if (key === this.#name) return true;
    }
    return false;
  }
}
