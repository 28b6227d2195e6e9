import { violated } from './contract-violation.ts';

/** The outcome of some work. @throws ContractViolation if it takes longer than `ms` */
export async function within<T>(what: string, ms: number, work: Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(violated(`${what} did not end within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the condition holds. @throws ContractViolation with what was awaited after `ms` */
export async function eventually(what: () => string, ms: number, condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw violated(`${what()} (waited ${ms} ms)`);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
