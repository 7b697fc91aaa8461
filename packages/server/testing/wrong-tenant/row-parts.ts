import { uuid, type Letter } from './canaries.ts';

export const today = '2026-11-22';

export type Row = { table: string; values: Record<string, unknown> };

/** The users that each partner has under the same id; their roles at B and C differ from those at A. */
export const userRoles = ['VIEWER', 'MANAGER', 'ADMIN'] as const;
export const userId = (role: string) => uuid(`user ${role}`);

/** An id that all partners share, or one of the partner's own. */
export const idOf = (letter: Letter, what: string) => uuid(what.includes('own') ? `${letter} ${what}` : what);

export type Make = { letter: Letter; rows: Row[]; add(table: string, values: Record<string, unknown>): void };
