/** The address of a customer's details, over the list of an address. */
export const customerPath = (id: string, search: string): string => `/customers/${encodeURIComponent(id)}${search}`;
