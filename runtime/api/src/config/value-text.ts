import { javaClassOf } from '../data/class-name.ts';
import { javaText } from '../data/java-text.ts';
import { Schema } from '../data/schema.ts';
import { isPassword } from './password.ts';

const doubleSchema = Schema.of({ type: 'float64' });

/** A value as messages show it: Java's text form. A secret stays `[hidden]`. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return isPassword(value) ? value.toString() : javaText(value, null);
}

/** The text of a double, of which a `number` alone does not tell that it is one: `25.0`, `1.0E7`. */
export function doubleText(value: number): string {
  return javaText(value, doubleSchema);
}

/** Name of the Java class that messages show for a value. */
export function configClassOf(value: unknown): string {
  return isPassword(value) ? 'org.apache.kafka.common.config.types.Password' : javaClassOf(value);
}
