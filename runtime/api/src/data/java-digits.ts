const onlyAscii = /^[\x00-\x7f]*$/;
const digit = /^\p{Nd}$/u;

/** Whether a UTF-16 unit is a digit of any script, as Java's `Character.isDigit(char)`. */
export function isJavaDigit(code: number): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return digit.test(String.fromCharCode(code));
}

/** A text with the digits of every script replaced by 0 to 9, since Java's number parsers take them all. */
export function withAsciiDigits(text: string): string {
  if (onlyAscii.test(text)) return text;
  let ascii = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    ascii += code >= 0x80 && isJavaDigit(code) ? String(digitValue(code)) : text[index];
  }
  return ascii;
}

/** Unicode assigns the ten digits of a script in order, and no two scripts of the basic plane border on each other. */
function digitValue(code: number): number {
  let zero = code;
  while (isJavaDigit(zero - 1)) zero -= 1;
  return code - zero;
}
