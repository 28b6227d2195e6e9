import { DataException, type ExceptionOptions } from '@millrace/api';
import { fieldPathAt } from './field-path.ts';
import type { JsonScanner } from './json-scanner.ts';

/**
 * The error for a value that does not fit, naming its field.
 * @param at where the value stands in the text
 * @param member name of a member that is missing from the object at that place
 */
export function unreadable(
  scanner: JsonScanner,
  message: string,
  place: { readonly at?: number; readonly member?: string } & ExceptionOptions = {},
): DataException {
  const { at = scanner.at, member, ...options } = place;
  const parent = fieldPathAt(scanner.text, scanner.origin, at);
  const path = member === undefined ? parent : parent === '' ? member : `${parent}.${member}`;
  return new DataException(path === '' ? message : `${message} (field ${path})`, options);
}
