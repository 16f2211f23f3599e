import type * as z from 'zod';

/** `T` with every optional field required, all the way down: so that one that only one side knows is seen. */
type Solid<T> = T extends readonly (infer I)[]
  ? Solid<I>[]
  : T extends object
    ? { [K in keyof T]-?: Solid<T[K]> }
    : T;

type Same<A, B> = [Solid<A>] extends [Solid<B>] ? ([Solid<B>] extends [Solid<A>] ? true : false) : false;

/**
 * `exact<T>()(schema)` is `schema`. It compiles only where the schema describes `T` with all its fields and variants and no
 * others: who adds to a document's type has to add to its schema.
 */
export function exact<T>() {
  return <S extends z.ZodType>(
    schema: Same<z.output<S>, T> extends true ? S : 'the schema and the domain type differ',
  ): S => schema as S;
}
