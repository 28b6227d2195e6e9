import { ConfigDef, type PluginConfig, type Transformation } from '@millrace/api';

const CONFIG = new ConfigDef();

/** Drops every record that it is applied to; meant to be used with a predicate. As `org.apache.kafka.connect.transforms.Filter`. */
export class Filter implements Transformation {
  config(): ConfigDef {
    return CONFIG;
  }

  configure(_config: PluginConfig): void {}

  apply(): null {
    return null;
  }
}
