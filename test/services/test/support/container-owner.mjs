// Starts Kafka in a container in the slot of its argument, prints the container's id, and waits to be killed.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const source = fileURLToPath(new URL('../../src/kafka/container-kafka.ts', import.meta.url));
const { module } = /** @type {{ module: typeof import('../../src/kafka/container-kafka.ts') }} */ (await runnerImport(source));
const { container } = await module.startKafkaContainer({ slot: Number(process.argv[2]) });
process.stdout.write(`${container.id}\n`);
setInterval(() => undefined, 1000);
