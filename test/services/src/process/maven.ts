import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** Group, artifact and version. */
export type MavenArtifact = readonly [string, string, string];

const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** A project that needs these artifacts. */
export function pomOf(artifacts: readonly MavenArtifact[]): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId>
  <artifactId>test-services</artifactId>
  <version>1</version>
  <dependencies>
${artifacts
  .map(
    ([group, artifact, version]) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`,
  )
  .join('\n')}
  </dependencies>
</project>
`;
}

/** Downloads what a project needs, with everything that that needs. @param what for the message of the error */
export async function downloadJars(what: string, pom: string, folder: string, libs: string): Promise<void> {
  await writeFile(join(folder, 'pom.xml'), pom);
  // Strict checksums: what does not match is an error, not a warning.
  const goal = [`${DEPENDENCY_PLUGIN}:copy-dependencies`, `-DoutputDirectory=${libs}`, '-DincludeScope=runtime'];
  const { code, output } = await run('mvn', ['-q', '-B', '-C', ...goal], { cwd: folder, timeoutMs: 540_000 });
  if (code !== 0) throw new Error(`Maven could not download ${what}:\n${output.trim().split('\n').slice(-15).join('\n')}`);
}
