export type Labels = Readonly<Record<string, string>>;

/** The content type of {@link PrometheusText}. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes metrics in the Prometheus text format, version 0.0.4. */
export class PrometheusText {
  readonly #lines: string[] = [];

  /** Begins a metric; its samples follow. */
  family(name: string, type: 'gauge' | 'counter', help: string): void {
    this.#lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`);
  }

  sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    this.#lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`);
  }

  toString(): string {
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
  }
}

/** A name of Kafka's as Prometheus takes it: whatever is no letter, digit or underscore becomes an underscore. */
export function prometheusName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
