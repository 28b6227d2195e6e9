import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { labNames, readLab } from '../../src/commands/lab-catalog.ts';
import { localServices } from '../../src/services/local-services.ts';
import { LabCommand } from '../support/lab-command.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

it.each(labNames(root))(
  'the lab %s is as its README says',
  async (name) => {
    const { code, stdout, stderr } = await new LabCommand(['verify', name]).exit();

    expect(stdout).toMatch(new RegExp(`\n${name}: all \\d+ steps as the README says, \\d+ s\n$`));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
  600_000,
);

beforeEach(async (context) => {
  const services = new Set(labNames(root).flatMap((name) => readLab(root, name).facts.services));
  for (const service of services) {
    const reason = await localServices[service].whyNot();
    if (reason !== null) context.skip(reason);
  }
});
