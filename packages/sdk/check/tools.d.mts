export const modules: string;
export function installTools(project?: string): Promise<void>;
export function run(
  program: string,
  args: readonly string[],
  options?: { cwd?: string; env?: object; mayFail?: boolean },
): Promise<{ stdout: string; code: number }>;
export function node(
  args: readonly string[],
  options?: { cwd?: string; env?: object; executable?: string },
): Promise<{ stdout: string; code: number }>;
