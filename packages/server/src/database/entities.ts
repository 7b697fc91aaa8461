/** Every TypeORM entity. */
export const entities: (new () => object)[] = [];
