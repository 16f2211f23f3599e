/** The part of fs-native-extensions that we use; the package ships no types. */
declare module 'fs-native-extensions' {
  /**
   * Locks the whole file behind `fd` without waiting. The lock belongs to the open file, not to the process: a child
   * that inherits `fd` holds it too, and it is released when the last holder closes the file or dies. false: somebody
   * else holds it.
   */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
}
