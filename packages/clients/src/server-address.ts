// The server that `check.ts` starts for all programs, and two API keys of its sample partner.
export const url = variable('CLIENTS_URL');
export const adminToken = variable('CLIENTS_ADMIN_TOKEN');
export const viewerToken = variable('CLIENTS_VIEWER_TOKEN');

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Run the programs with npm run check.`);
  return value;
}
