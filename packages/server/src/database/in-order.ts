/**
 * The value of the last of these statements, which are sent without waiting for each other. If one fails, the later ones fail because of
 * it; its own error is thrown, once all are over.
 */
export async function inOrder<const Sent extends readonly Promise<unknown>[]>(...sent: Sent): Promise<Last<Sent>> {
  const settled = await Promise.allSettled(sent);
  for (const each of settled) if (each.status === 'rejected') throw each.reason;
  return (settled.at(-1) as PromiseFulfilledResult<Last<Sent>>).value;
}

type Last<Sent extends readonly unknown[]> = Sent extends readonly [...unknown[], infer One] ? Awaited<One> : never;
