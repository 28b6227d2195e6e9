import { describe, expect, it } from 'vitest';
import { ProcessWatch } from '../../src/metrics/process-metrics.ts';
import { eventually } from '../support/eventually.ts';

describe('the metrics of the process', () => {
  it('show how long something held up the event loop, to every scrape', async () => {
    const watch = new ProcessWatch();
    watch.start();
    // Two looks at the clock make one measurement.
    await eventually(() => expect(watch.read(Date.now()).loopDelay.mean).toBeGreaterThan(0));
    const until = performance.now() + 120;
    while (performance.now() < until);

    await eventually(() => expect(watch.read(Date.now()).loopDelay.max).toBeGreaterThan(0.08));
    expect(watch.read(Date.now()).loopDelay.max).toBeGreaterThan(0.08);
    watch.stop();
  });

  it('are plausible', () => {
    const reading = new ProcessWatch().read(Date.now());

    expect(reading.memory.rss).toBeGreaterThan(reading.memory.heapUsed);
    expect(reading.cpuSeconds).toBeGreaterThan(0);
    expect(Math.abs(reading.startedAtSeconds + process.uptime() - Date.now() / 1000)).toBeLessThan(5);
    expect(reading.loopDelay).toEqual({ mean: 0, p99: 0, max: 0 });
  });
});
