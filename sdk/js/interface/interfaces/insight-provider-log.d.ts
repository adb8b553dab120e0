/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/log@1.0.0' {
  /**
   * Writes an entry, of which the host keeps 4 KiB. Facts belong in fields, so
   * that messages stay constant.
   */
  export function write(level: Level, message: string, fields: Properties): void;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  /**
   * How much an entry matters.
   * # Variants
   * 
   * ## `"trace"`
   * 
   * A detail of a step.
   * ## `"debug"`
   * 
   * A step.
   * ## `"info"`
   * 
   * A change of state.
   * ## `"warn"`
   * 
   * Something the operator should know.
   * ## `"error"`
   * 
   * Something the operator must act on.
   */
  export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';
}
