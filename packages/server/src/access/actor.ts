/** Kinds of actors in the audit trail. The kind comes from the credential, never from a name, so a name cannot imitate another kind. */
export const actorKinds = ['USER', 'API_KEY', 'OPERATOR', 'IMPORT', 'SYSTEM'] as const;
export type ActorKind = (typeof actorKinds)[number];

/** Who did something. The name is kept as it was then; the id is that of a user, or of a credential without a user. */
export type Actor = { readonly kind: ActorKind; readonly id: string | null; readonly name: string };

/** The program itself, or a person at the vendor's command line. */
export const systemActor = (name: string): Actor => ({ kind: 'SYSTEM', id: null, name });
