import { type Store, StoreError } from '../../../../src/ports/store.ts';

/** A store whose next write is lost on the way, to the store or back, and that cannot be read from then on. */
export function losing(store: Store, what: 'the write' | 'its answer'): Store {
  let sent = false;
  const gone = () => Promise.reject(new StoreError('gone'));
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === 'save') {
          sent = true;
          if (what === 'its answer') await own.apply(target, args);
          return gone();
        }
        return sent && name === 'load' ? gone() : own.apply(target, args);
      };
    },
  });
}
