/** What we use of fs-native-extensions, which ships no types. */
declare module 'fs-native-extensions' {
  /**
   * Locks the whole file behind `fd` without waiting. The lock belongs to the open file, not to the process:
   * a child that inherits `fd` holds it too, and it ends when the last of them closes it or dies.
   * false: somebody else holds it.
   */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
}
