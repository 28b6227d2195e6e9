import { ConfigDef, type ConnectRecord, type PluginConfig, type Predicate } from '@millrace/api';

const CONFIG = new ConfigDef();

/** True for records whose value is null, whatever its schema. As `org.apache.kafka.connect.transforms.predicates.RecordIsTombstone`. */
export class RecordIsTombstone implements Predicate {
  config(): ConfigDef {
    return CONFIG;
  }

  configure(_config: PluginConfig): void {}

  test<R extends ConnectRecord<R>>(record: R): boolean {
    return record.value === null;
  }
}
