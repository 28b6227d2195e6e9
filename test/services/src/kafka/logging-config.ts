import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Warnings and worse, to standard output. */
const LOG4J2 = `status=warn
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %c{1} %m%n
`;

/** Writes the file that `startJvm` has a Java program configure its logging with. */
export async function writeLoggingConfig(folder: string): Promise<void> {
  await writeFile(join(folder, 'log4j2.properties'), LOG4J2);
}
