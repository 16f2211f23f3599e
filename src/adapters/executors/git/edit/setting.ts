/** A value of a file and where it stands: keys of maps, and indexes of lists, which dotted paths write as digits. */
export interface Setting {
  path: readonly (string | number)[];
  value: string;
}
