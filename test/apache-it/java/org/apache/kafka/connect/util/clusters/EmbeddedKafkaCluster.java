package org.apache.kafka.connect.util.clusters;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.metadata.BrokerState;

/**
 * Takes the place of the class of this name in Apache Kafka's test jar: the broker at `it.bootstrap`, whose topics are all deleted before and after. Clusters
 * that a test has beside each other are one here, and settings that a test has for its brokers are not heeded.
 */
public class EmbeddedKafkaCluster {
    private static final AtomicInteger ALIVE = new AtomicInteger();
    private static final int WIPE_TRIES = 100;

    private final String bootstrap = System.getProperty("it.bootstrap");
    private final int brokers;
    private KafkaProducer<byte[], byte[]> producer;

    public EmbeddedKafkaCluster(int brokers, Properties properties) {
        this.brokers = brokers;
    }

    public EmbeddedKafkaCluster(int brokers, Properties properties, Map<String, String> clients) {
        this.brokers = brokers;
    }

    public void start() {
        if (ALIVE.getAndIncrement() == 0) wipe();
    }

    public void stop() {
        if (producer != null) producer.close();
        if (ALIVE.decrementAndGet() == 0) wipe();
    }

    public void verifyClusterReadiness() { }

    public void restartOnlyBrokers() {
        throw new UnsupportedOperationException("the broker is not this test's");
    }

    public void stopOnlyBrokers() {
        throw new UnsupportedOperationException("the broker is not this test's");
    }

    private void wipe() {
        try (Admin admin = createAdminClient()) {
            admin.deleteTopics(admin.listTopics().names().get()).all().get();
            for (int tries = 0; tries < WIPE_TRIES && !admin.listTopics().names().get().isEmpty(); tries++) Thread.sleep(50);
        } catch (ExecutionException | InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    public String bootstrapServers() {
        return bootstrap;
    }

    /** Tests only count them. */
    public Set<kafka.server.BrokerServer> runningBrokers() {
        return new AbstractSet<>() {
            @Override public int size() {
                return brokers;
            }

            @Override public Iterator<kafka.server.BrokerServer> iterator() {
                return Collections.emptyIterator();
            }
        };
    }

    public Set<kafka.server.BrokerServer> brokersInState(Predicate<BrokerState> state) {
        return Set.of();
    }

    public boolean sslEnabled() {
        return false;
    }

    public Map<String, Optional<TopicDescription>> describeTopics(String... topics) {
        return describeTopics(Set.of(topics));
    }

    public Map<String, Optional<TopicDescription>> describeTopics(Set<String> topics) {
        Map<String, Optional<TopicDescription>> found = new HashMap<>();
        try (Admin admin = createAdminClient()) {
            for (String topic : topics) found.put(topic, describe(admin, topic));
        }
        return found;
    }

    private static Optional<TopicDescription> describe(Admin admin, String topic) {
        try {
            return Optional.of(admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic));
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    public AlterConfigsResult incrementalAlterConfigs(Map<ConfigResource, Collection<AlterConfigOp>> changes) {
        return createAdminClient().incrementalAlterConfigs(changes);
    }

    public void createTopic(String topic) {
        createTopic(topic, 1);
    }

    public void createTopic(String topic, int partitions) {
        createTopic(topic, partitions, 1, Map.of());
    }

    public void createTopic(String topic, int partitions, int replicas, Map<String, String> config) {
        createTopic(topic, partitions, replicas, config, Map.of());
    }

    public void createTopic(String topic, int partitions, int replicas, Map<String, String> config, Map<String, Object> client) {
        try (Admin admin = createAdminClient(client)) {
            admin.createTopics(Set.of(new NewTopic(topic, partitions, (short) 1).configs(config))).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    public void deleteTopic(String topic) {
        try (Admin admin = createAdminClient()) {
            admin.deleteTopics(Set.of(topic)).all().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    public void produce(String topic, String value) {
        produce(topic, null, null, value);
    }

    public void produce(String topic, String key, String value) {
        produce(topic, null, key, value);
    }

    public void produce(String topic, Integer partition, String key, String value) {
        if (producer == null) producer = createProducer(Map.of());
        try {
            producer.send(new ProducerRecord<>(topic, partition, bytes(key), bytes(value))).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new RuntimeException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    public Admin createAdminClient() {
        return createAdminClient(Map.of());
    }

    public Admin createAdminClient(Map<String, Object> config) {
        return Admin.create(with(config, Map.of()));
    }

    public ConsumerRecords<byte[], byte[]> consume(int count, long maxMs, String... topics) {
        return consume(count, maxMs, Map.of(), topics);
    }

    public ConsumerRecords<byte[], byte[]> consume(int count, long maxMs, Map<String, Object> config, String... topics) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        int found = 0;
        long deadline = System.currentTimeMillis() + maxMs;
        try (KafkaConsumer<byte[], byte[]> consumer = createConsumerAndSubscribeTo(config, topics)) {
            while (System.currentTimeMillis() < deadline) {
                found += poll(consumer, records);
                if (found >= count) return new ConsumerRecords<>(records, Map.of());
            }
        }
        throw new RuntimeException("Could not find enough records. found " + found + ", expected " + count);
    }

    private static int poll(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> into) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<byte[], byte[]> record : records) {
            into.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), partition -> new ArrayList<>()).add(record);
        }
        return records.count();
    }

    public ConsumerRecords<byte[], byte[]> consumeAll(long maxMs, String... topics) throws TimeoutException {
        return consumeAll(maxMs, Map.of(), Map.of(), topics);
    }

    public ConsumerRecords<byte[], byte[]> consumeAll(
            long maxMs, Map<String, Object> adminConfig, Map<String, Object> config, String... topics) throws TimeoutException {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        long deadline = System.currentTimeMillis() + maxMs;
        try (KafkaConsumer<byte[], byte[]> consumer = createConsumer(config)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (System.currentTimeMillis() < deadline) {
                if (partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition))) {
                    return new ConsumerRecords<>(records, Map.of());
                }
                poll(consumer, records);
            }
        }
        throw new TimeoutException("could not read to the end in time");
    }

    public long endOffset(TopicPartition partition) {
        try (KafkaConsumer<byte[], byte[]> consumer = createConsumer(Map.of())) {
            return consumer.endOffsets(Set.of(partition)).get(partition);
        }
    }

    public KafkaConsumer<byte[], byte[]> createConsumer(Map<String, Object> config) {
        Map<String, Object> defaults =
                Map.of("group.id", UUID.randomUUID().toString(), "enable.auto.commit", "false", "auto.offset.reset", "earliest");
        return new KafkaConsumer<>(with(config, defaults), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    public KafkaConsumer<byte[], byte[]> createConsumerAndSubscribeTo(Map<String, Object> config, String... topics) {
        KafkaConsumer<byte[], byte[]> consumer = createConsumer(config);
        consumer.subscribe(List.of(topics));
        return consumer;
    }

    public KafkaConsumer<byte[], byte[]> createConsumerAndSubscribeTo(
            Map<String, Object> config, ConsumerRebalanceListener listener, String... topics) {
        KafkaConsumer<byte[], byte[]> consumer = createConsumer(config);
        consumer.subscribe(List.of(topics), listener);
        return consumer;
    }

    public KafkaProducer<byte[], byte[]> createProducer(Map<String, Object> config) {
        return new KafkaProducer<>(with(config, Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> with(Map<String, Object> config, Map<String, Object> defaults) {
        Map<String, Object> all = new HashMap<>(defaults);
        all.putAll(config);
        all.put("bootstrap.servers", bootstrap);
        return all;
    }
}
