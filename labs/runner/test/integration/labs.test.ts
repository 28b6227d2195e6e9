import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fileNeeds } from '@millrace/test-services/for-file';
import { labNames, readLab } from '../../src/commands/lab-catalog.ts';
import { localServices } from '../../src/services/local-services.ts';
import { LabCommand } from '../support/lab-command.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

fileNeeds(async () => {
  const services = new Set(labNames(root).flatMap((name) => readLab(root, name).facts.services));
  const reasons = await Promise.all([...services].map((service) => localServices[service].whyNot()));
  return reasons.find((reason) => reason !== null) ?? null;
});

it.each(labNames(root))(
  'the lab %s is as its README says',
  async (name) => {
    const { code, stdout, stderr } = await new LabCommand(['verify', name]).exit();

    expect(stdout).toMatch(new RegExp(`\n${name}: all \\d+ steps as the README says, \\d+ s\n$`));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
  600_000,
);
