import type { ChatServices } from '../../../src/flow/services/services.ts';
import type { ForgeProject } from '../../../src/ports/forge.ts';
import { type Store, StoreError } from '../../../src/ports/store.ts';

/**
 * A process that is killed when so many steps are done: writes of what is told, and calls to the forge. The last step takes effect,
 * and the process learns nothing of it.
 */
export function mortal(services: ChatServices, steps: number): ChatServices {
  let left = steps;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (left > 0) {
      const done = await work();
      left -= 1;
      if (left > 0) return done;
    }
    throw new StoreError('the process is gone');
  };
  const store = new Proxy(services.store, {
    get(target, key) {
      if (key !== 'save') return Reflect.get(target, key).bind(target);
      const save: Store['save'] = (kind, aggregate) =>
        kind === 'reports' ? step(() => target.save(kind, aggregate)) : target.save(kind, aggregate);
      return save;
    },
  });
  return {
    ...services,
    store,
    forge: async (at) => {
      const project = await services.forge(at);
      return project && mortalProject(project, step);
    },
  };
}

function mortalProject(project: ForgeProject, step: <T>(work: () => Promise<T>) => Promise<T>): ForgeProject {
  return new Proxy(project, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function'
        ? (...given: unknown[]) => step(async () => Reflect.apply(member, target, given))
        : member;
    },
  });
}
