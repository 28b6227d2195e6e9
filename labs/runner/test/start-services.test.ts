import { expect, it } from 'vitest';
import { type LabServices, MissingServiceError, type ServiceStarter } from '../src/services/lab-services.ts';
import { startServices } from '../src/services/start-services.ts';

/** A system that tells what happens to it. */
function starter(name: string, told: string[], faults: { readonly missing?: string; readonly broken?: string } = {}): ServiceStarter {
  return {
    label: name,
    whyNot: () => Promise.resolve(faults.missing ?? null),
    start: (): Promise<LabServices> => {
      if (faults.broken !== undefined) return Promise.reject(new Error(faults.broken));
      told.push(`${name} started`);
      const stop = (): Promise<void> => {
        told.push(`${name} stopped`);
        return Promise.resolve();
      };
      return Promise.resolve({ variables: { [name.toUpperCase()]: 'here' }, tools: { [`${name}-tool`]: '#!/bin/sh\n' }, stop });
    },
  };
}

it('starts systems one after the other, and gives the variables and programs of all', async () => {
  const told: string[] = [];
  const starters = { kafka: starter('kafka', told), postgres: starter('postgres', told) };
  const services = await startServices(['postgres', 'kafka'], starters, (label) => told.push(`starting ${label}`));
  await services.stop();

  expect(services.variables).toEqual({ KAFKA: 'here', POSTGRES: 'here' });
  expect(Object.keys(services.tools).sort()).toEqual(['kafka-tool', 'postgres-tool']);
  expect(told).toEqual(['starting postgres', 'postgres started', 'starting kafka', 'kafka started', 'postgres stopped', 'kafka stopped']);
});

it('starts nothing when the machine lacks something, and says all that it lacks', async () => {
  const told: string[] = [];
  const starters = { kafka: starter('kafka', told, { missing: 'no Java' }), postgres: starter('postgres', told, { missing: 'no server' }) };
  const starting = startServices(['kafka', 'postgres'], starters, () => undefined);

  await expect(starting).rejects.toThrow(new MissingServiceError('no Java\nno server'));
  expect(told).toEqual([]);
});

it('asks nothing of systems that a lab does not need', async () => {
  const starters = { kafka: starter('kafka', [], { missing: 'no Java' }), postgres: starter('postgres', []) };

  expect((await startServices(['postgres'], starters, () => undefined)).variables).toEqual({ POSTGRES: 'here' });
});

it('stops what runs already when the next system does not start', async () => {
  const told: string[] = [];
  const starters = { kafka: starter('kafka', told), postgres: starter('postgres', told, { broken: 'no port' }) };

  await expect(startServices(['kafka', 'postgres'], starters, () => undefined)).rejects.toThrow('no port');
  expect(told).toEqual(['kafka started', 'kafka stopped']);
});
