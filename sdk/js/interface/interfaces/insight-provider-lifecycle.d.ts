declare module 'insight:provider/lifecycle@1.0.0' {
  /**
   * Prepares calls: parses data, builds tables, warms up an interpreter.
   * 
   * Every call finds in memory what this leaves there: the host takes a
   * snapshot when it loads the plugin, or else runs this again in every
   * sandbox, within the call's time. So it may depend on nothing but the
   * component and `config`, and keep nothing of a single call; `secrets`,
   * `http-client` and `key-value` refuse to serve here. One that asks for the
   * time, random numbers or standard output is not put into a snapshot, lest
   * every call find the same.
   * 
   * An error says why the plugin cannot work; the host then does not load it.
   */
  export function init(): void;
}
