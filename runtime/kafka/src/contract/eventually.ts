/** Waits until the condition holds, looking again every few milliseconds. @throws Error with what was awaited after `patienceMs` */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain: ${what}`);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
