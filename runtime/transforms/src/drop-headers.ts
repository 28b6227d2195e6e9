import { ConfigDef, ConnectHeaders, type ConnectRecord, type PluginConfig, type Transformation, ValidList } from '@millrace/api';

const CONFIG = new ConfigDef().define('headers', {
  type: 'list',
  importance: 'high',
  validator: ValidList.anyNonDuplicateValues(false, false),
  doc: 'Keys of the headers to remove.',
});

/** Removes every header whose key is listed. As `org.apache.kafka.connect.transforms.DropHeaders`. */
export class DropHeaders implements Transformation {
  #dropped: ReadonlySet<string> = new Set();

  config(): ConfigDef {
    return CONFIG;
  }

  configure(config: PluginConfig): void {
    this.#dropped = new Set(CONFIG.parse(config).headers);
  }

  apply<R extends ConnectRecord<R>>(record: R): R {
    if (!record.hasHeaders) return record;
    const kept = [...record.headers].filter(({ key }) => !this.#dropped.has(key));
    return kept.length === record.headers.size ? record : record.withHeaders(new ConnectHeaders(kept));
  }
}
