/** Hub IDs are positive 64-bit integers; commands compare them too, and do not load the API for that. */
export const largestHubId = 2n ** 63n - 1n;
