import type * as z from 'zod';

/** `T` with every optional field required, at every level, so that a field that only one side knows is found. */
type Solid<T> = T extends readonly (infer I)[]
  ? Solid<I>[]
  : T extends object
    ? { [K in keyof T]-?: Solid<T[K]> }
    : T;

type Same<A, B> = [Solid<A>] extends [Solid<B>] ? ([Solid<B>] extends [Solid<A>] ? true : false) : false;

/**
 * `exact<T>()(schema)` is `schema`. It compiles only if the schema describes exactly the fields and variants of `T`:
 * whoever changes a document's type has to change its schema. It does not compile with `.default()` or `.transform()`,
 * because `parseDocument` returns the value as it was stored: a field that older documents lack is optional in `T` too.
 */
export function exact<T>() {
  return <S extends z.ZodType>(
    schema: Same<z.output<S>, T> extends true
      ? [z.input<S>] extends [z.output<S>]
        ? S
        : 'the stored value is used as it is, so a schema cannot fill or change it'
      : 'the schema and the domain type differ',
  ): S => schema as S;
}
