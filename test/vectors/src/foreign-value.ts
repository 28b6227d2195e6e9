/** A Java value without a counterpart in JavaScript (a Character, an enum, any other object): code under test knows no such class. */
export class ForeignValue {
  /** Key of the vectors' encoding: `char`, `bigint`, `enum`, `class`, `object`. */
  readonly kind: string;
  readonly text: string;

  constructor(kind: string, text: string) {
    this.kind = kind;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}
