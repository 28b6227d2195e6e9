/** What a documentation says first, without the stop at its end. */
export function firstSentence(documentation: string): string {
  const [sentence] = documentation.split(/(?<=[.;])\s/, 1);
  return (sentence ?? '').replace(/[.;]$/, '');
}
