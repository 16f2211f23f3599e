/** A value cannot be set as the file stands. `message`: written for people, without the file's name. */
export class ValueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ValueError';
  }
}
