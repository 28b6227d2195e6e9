import { javaClassOf } from '../data/class-name.ts';
import { javaText } from '../data/java-text.ts';
import { isPassword } from './password.ts';

/** A value as messages show it: Java's text form. A secret stays `[hidden]`. */
export function valueText(value: unknown): string {
  return javaText(value, null);
}

/** Name of the Java class that messages show for a value. */
export function configClassOf(value: unknown): string {
  return isPassword(value) ? 'org.apache.kafka.common.config.types.Password' : javaClassOf(value);
}
