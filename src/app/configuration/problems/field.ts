/** What is said about one field of `slipway.yml`. */
export interface Field {
  /** Used in the JSON Schema, so editors show it. */
  description: string;
  /** A correct value as written in the file. */
  example: string;
}
