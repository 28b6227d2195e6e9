import { inspect } from 'node:util';
import type { Properties } from '@millrace/api';
import { architecture, type ContractCase } from '../contract-case.ts';
import { ContractViolation, demand } from '../contract-violation.ts';
import { SinkRun, sinkRecords } from '../sink-run.ts';
import { SourceRun } from '../source-run.ts';
import type { Subject } from '../subject.ts';

async function secretKeys(subject: Subject): Promise<string[]> {
  const { configKeys } = (await subject.newConnector()).config();
  return [...configKeys.values()].filter(({ type }) => type === 'password').map(({ name }) => name);
}

/** The configuration with its secrets; where it has none, with one in every key for secrets. */
async function withSecrets(subject: Subject): Promise<{ props: Properties; secrets: string[] }> {
  const keys = await secretKeys(subject);
  const given = keys.flatMap((key) => subject.props[key] ?? []).filter((value) => value.length > 3);
  if (given.length > 0) return { props: subject.props, secrets: given };
  const canaries = Object.fromEntries(keys.map((key, at) => [key, `canary-${at}-q7Zk2`]));
  return { props: { ...subject.props, ...canaries }, secrets: Object.values(canaries) };
}

async function work(subject: Subject, props: Properties): Promise<void> {
  if (subject.plugin.kind === 'source') {
    await subject.source.produce(0, 3);
    const run = await SourceRun.start(subject, new Map(), props);
    await run.commit(await run.take(3));
    await run.stop();
    return;
  }
  const run = await SinkRun.start(subject, false, props);
  await run.put(sinkRecords(subject, 0, 3));
  await run.preCommit();
  await run.stop();
}

/** Who may see a secret. */
export const secretCases: readonly ContractCase[] = [
  {
    id: 'secrets-hidden',
    name: 'secrets appear in no log line, no error and no answer of validation',
    kind: 'both',
    readMore: architecture('promise 5'),
    unless: async (subject) => ((await secretKeys(subject)).length === 0 ? 'the definition has no key of type password' : null),
    async run(subject) {
      const { props, secrets } = await withSecrets(subject);
      const seen: string[] = [];
      const connector = await subject.newConnector();
      for (const name of [null, ...connector.config().names]) {
        const broken =
          name === null ? props : { ...props, [name]: secrets.includes(props[name] ?? '') ? (props[name] as string) : '\u0000' };
        const attempt = name === null ? work(subject, broken) : subject.startConnector(broken);
        await Promise.resolve(attempt).catch((error: unknown) => {
          if (!(error instanceof ContractViolation)) seen.push(`error: ${inspect(error, { depth: 8, showHidden: true })}`);
        });
        const config = await subject.inTime(
          'validate',
          connector.validate?.(broken, subject.signal()) ?? connector.config().validate(broken),
        );
        seen.push(`validate: ${inspect(config, { depth: 8 })}`);
      }
      const leak = [...subject.logLines, ...seen].find((text) => secrets.some((secret) => text.includes(secret)));
      demand(leak === undefined, () => `A secret is in ${secrets.reduce((text, secret) => text.replaceAll(secret, '***'), leak ?? '')}`);
    },
  },
];
