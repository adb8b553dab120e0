declare module 'insight:provider/config@1.0.0' {
  /**
   * Returns a value as text, if it is set.
   * 
   * A whole number is text in decimal, a number with a fraction keeps one
   * (`1.0`), and a boolean is `true` or `false`. Settings with a date, an
   * array or a table as a value are refused: larger values are written as JSON
   * in a text. The author's settings file has at most 64 KiB.
   */
  export function get(name: string): string | undefined;
}
