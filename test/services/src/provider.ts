import { hasImage, whyNoEngine } from './container/engine.ts';

/** What a service runs in: a container of an engine on this machine, or processes of this machine. */
export type Provider = 'container' | 'process';

/** Who provides a service, and why it cannot, in one sentence for a person; null when it can. */
export interface ProviderChoice {
  readonly provider: Provider;
  readonly reason: string | null;
}

/**
 * Chooses who provides a service: what `MILLRACE_TEST_PROVIDER` names (a container may then pull its image); without it a container when an
 * engine answers that has the image, else processes.
 *
 * @param whyNoProcess Says why processes cannot provide it.
 */
export async function chooseProvider(image: string, whyNoProcess: () => Promise<string | null>): Promise<ProviderChoice> {
  const wanted = process.env['MILLRACE_TEST_PROVIDER'] ?? '';
  if (wanted === 'container') return { provider: 'container', reason: await whyNoEngine() };
  if (wanted !== '' && wanted !== 'process') {
    return { provider: 'process', reason: `MILLRACE_TEST_PROVIDER is ${wanted}: it takes container or process` };
  }
  if (wanted === '' && (await hasImage(image))) return { provider: 'container', reason: null };
  return { provider: 'process', reason: await whyNoProcess() };
}
