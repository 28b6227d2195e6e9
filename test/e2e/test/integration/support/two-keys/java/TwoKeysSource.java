import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Counts in two partitions whose names have two keys each. Its twin for Millrace is beside it. */
public class TwoKeysSource extends SourceConnector {
    private Map<String, String> config;

    @Override public String version() { return "1.0.0"; }
    @Override public void start(Map<String, String> config) { this.config = config; }
    @Override public void stop() { }
    @Override public Class<? extends Task> taskClass() { return CountingTask.class; }
    @Override public List<Map<String, String>> taskConfigs(int maxTasks) { return List.of(config); }
    @Override public ConfigDef config() {
        return new ConfigDef().define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "Where the numbers go.");
    }

    public static class CountingTask extends SourceTask {
        private static final String[] TABLES = {"orders", "lines"};
        private final long[] next = new long[TABLES.length];
        private String topic;

        @Override public String version() { return "1.0.0"; }
        @Override public void stop() { }

        @Override public void start(Map<String, String> config) {
            topic = config.get("topic");
            for (int index = 0; index < TABLES.length; index++) {
                Map<String, Object> stored = context.offsetStorageReader().offset(partition(index));
                next[index] = stored == null ? 0 : ((Number) stored.get("next")).longValue();
            }
        }

        @Override public List<SourceRecord> poll() throws InterruptedException {
            Thread.sleep(20);
            List<SourceRecord> records = new ArrayList<>();
            for (int index = 0; index < TABLES.length; index++) {
                String value = TABLES[index] + " " + next[index];
                next[index]++;
                Map<String, Object> offset = new HashMap<>();
                offset.put("next", next[index]);
                offset.put("last", value);
                records.add(new SourceRecord(partition(index), offset, topic, Schema.STRING_SCHEMA, value));
            }
            return records;
        }

        private static Map<String, Object> partition(int index) {
            Map<String, Object> partition = new HashMap<>();
            partition.put("table", TABLES[index]);
            partition.put("shard", (long) index);
            return partition;
        }
    }
}
