import { classPath, existingArchiveOptions, smallJvm } from '../process/jvm.ts';
import { run } from '../process/run.ts';
import { javaCommand } from '../requirements.ts';

/** Kafka's own command line tools, by the name of their scripts. */
const TOOLS = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-acls': 'org.apache.kafka.tools.AclCommand',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
} as const;

/** The name of one of Kafka's tools. */
export type KafkaToolName = keyof typeof TOOLS;

/** One run of a tool. */
export interface KafkaToolRun {
  readonly libs: string;
  readonly bootstrap: string;
  readonly tool: KafkaToolName;
  readonly args: readonly string[];
  /** Standard input, such as the lines that a console producer sends. */
  readonly input?: string | undefined;
}

/** Runs a tool to its end. @returns its standard output @throws Error with all it printed when it fails. */
export async function runKafkaTool({ libs, bootstrap, tool, args, input }: KafkaToolRun): Promise<string> {
  const options = smallJvm('128m');
  const java = [...options, ...(await existingArchiveOptions(libs, 'kafka.Kafka', options)), ...classPath(libs)];
  const result = await run(javaCommand(), [...java, TOOLS[tool], '--bootstrap-server', bootstrap, ...args], {
    ...(input === undefined ? {} : { input }),
    timeoutMs: 60_000,
  });
  if (result.code !== 0) throw new Error(`${tool} ${args.join(' ')} failed:\n${result.output.trim()}`);
  return result.stdout;
}
