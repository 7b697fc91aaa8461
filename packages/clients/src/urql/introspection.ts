import { buildSchema, introspectionFromSchema } from 'graphql';
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8');
const { __schema } = introspectionFromSchema(buildSchema(text), { descriptions: false });

/** The schema as graphcache takes it. */
export const introspection = { __schema };
