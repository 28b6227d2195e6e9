package org.apache.kafka.connect.util.clusters;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.runtime.Connect;

/**
 * Takes the place of the class of this name in Apache Kafka's test jar: a worker is a process of its own, started by the command in `it.worker` with a
 * property file as last argument. So the tests drive any Connect worker.
 */
public class WorkerHandle {
    private static final int START_TRIES = 300;
    private static final long STOP_SECONDS = 40;

    private final String name;
    private Process process;
    private URI url;

    protected WorkerHandle(String name, Connect<?> connect) {
        this.name = name;
    }

    public static WorkerHandle start(String name, Map<String, String> properties) {
        try {
            WorkerHandle handle = new WorkerHandle(name, null);
            int port = freePort();
            List<String> command = new ArrayList<>(List.of(System.getProperty("it.worker").split(" ")));
            command.add(propertyFile(properties, port).toString());
            File log = new File(System.getProperty("it.log"));
            handle.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
            handle.url = URI.create("http://127.0.0.1:" + port + "/");
            Runtime.getRuntime().addShutdownHook(new Thread(handle.process::destroyForcibly));
            for (int tries = 0; tries < START_TRIES && handle.process.isAlive() && !handle.answers(); tries++) Thread.sleep(100);
            return handle;
        } catch (IOException | InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static Path propertyFile(Map<String, String> given, int port) throws IOException {
        Properties properties = new Properties();
        given.forEach((key, value) -> {
            if (value != null) properties.setProperty(key, value);
        });
        properties.setProperty("listeners", "HTTP://127.0.0.1:" + port);
        properties.setProperty("rest.advertised.host.name", "127.0.0.1");
        properties.setProperty("scheduled.rebalance.max.delay.ms", "0");
        for (String topic : List.of("config", "offset", "status")) properties.setProperty(topic + ".storage.replication.factor", "1");
        properties.setProperty("plugin.path", System.getProperty("it.plugins"));
        Path file = Files.createTempFile(Path.of(System.getProperty("it.folder")), "worker", ".properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.resolve("connectors").toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(2000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    public Future<?> herderTask() {
        return new CompletableFuture<>();
    }

    public void stop() {
        process.destroy();
        try {
            if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) return;
            process.destroyForcibly();
            throw new UngracefulShutdownException("worker " + name + " did not stop");
        } catch (InterruptedException e) {
            throw new RuntimeException(e);
        }
    }

    public URI url() {
        return url;
    }

    public URI adminUrl() {
        return url;
    }

    public void requestTimeout(long timeoutMs) { }

    public void resetRequestTimeout() { }

    @Override public String toString() {
        return name + " " + url;
    }
}
