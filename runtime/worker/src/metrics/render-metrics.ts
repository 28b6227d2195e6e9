import { metricName, type MetricGroup } from './metric-definition.ts';
import { PrometheusText } from './prometheus-text.ts';

/** Subjects of a group with their labels, ready to be written. */
export interface MetricSection {
  write(text: PrometheusText, now: number): void;
}

/** Joins a group with what it is measured of. Without subjects nothing is written, as Kafka has no bean then. */
export function section<Subject>(
  group: MetricGroup<Subject>,
  subjects: readonly Subject[],
  labelsOf: (subject: Subject) => Readonly<Record<string, string>>,
): MetricSection {
  return {
    write: (text, now) => {
      if (subjects.length === 0) return;
      const labels = subjects.map(labelsOf);
      for (const definition of group.texts) {
        const name = metricName(group, definition);
        text.family(name, 'gauge', definition.help);
        for (const [index, subject] of subjects.entries()) text.sample(name, { ...labels[index], ...definition.labels(subject) }, 1);
      }
      for (const definition of group.metrics) {
        const name = metricName(group, definition);
        text.family(name, definition.type, definition.help);
        for (const [index, subject] of subjects.entries()) text.sample(name, labels[index] ?? {}, definition.value(subject, now));
      }
    },
  };
}

/** All sections as Prometheus text. */
export function renderMetrics(sections: readonly MetricSection[], now: number): string {
  const text = new PrometheusText();
  for (const part of sections) part.write(text, now);
  return text.toString();
}
