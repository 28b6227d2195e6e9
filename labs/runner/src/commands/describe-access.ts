import type { LabSession } from '../play/lab-session.ts';

/** Where the systems of a lab are, and how another terminal reaches them. */
export function describeAccess({ folder, services }: LabSession): string {
  const variables = Object.entries(services.variables).map(([name, value]) => `  ${name}=${value}\n`);
  return `${variables.join('')}Another terminal gets the same variables, programs and folder with:\n  . ${folder.environmentFile}\n`;
}
